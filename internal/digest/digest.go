// Package digest sums up a history in one hash, so that two nodes can see
// whether they hold the same.
//
// The digest is the SHA-256 over the messages in order of (timestamp, key),
// each as 8 bytes of timestamp, big-endian, and 32 bytes of key. Worked
// example: no messages give the SHA-256 of nothing,
// e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855.
package digest

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"hash"

	"seeder/message"
)

// ErrOrder reports a message that came before one it should come after, or twice.
var ErrOrder = errors.New("messages are not in order")

// Sum is the digest of a history.
type Sum struct {
	// Digest is 64 hex digits.
	Digest string `json:"digest"`
	// Messages is how many there are.
	Messages uint64 `json:"messages"`
	// First and Last are the times of the oldest and the newest message, in
	// seconds since the Unix epoch; 0 without messages.
	First uint64 `json:"first"`
	Last  uint64 `json:"last"`
}

// Hash takes messages in order.
type Hash struct {
	h    hash.Hash
	sum  Sum
	last [40]byte
}

// New returns the digest of no messages.
func New() *Hash { return &Hash{h: sha256.New()} }

// Add takes the next message; it keeps nothing of it. The error is [ErrOrder].
func (d *Hash) Add(m *message.Message) error {
	var record [40]byte
	binary.BigEndian.PutUint64(record[:8], m.Timestamp)
	key := m.Key()
	copy(record[8:], key[:])
	if d.sum.Messages > 0 && string(record[:]) <= string(d.last[:]) {
		return ErrOrder
	}
	if d.sum.Messages == 0 {
		d.sum.First = m.Timestamp
	}
	d.sum.Last = m.Timestamp
	d.sum.Messages++
	d.last = record
	d.h.Write(record[:])
	return nil
}

// Sum returns the digest of the messages taken so far.
func (d *Hash) Sum() Sum {
	s := d.sum
	s.Digest = hex.EncodeToString(d.h.Sum(nil))
	return s
}
