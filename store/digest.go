package store

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"seeder/message"
)

// Digest names the archived history of a community: two nodes whose digests
// are equal hold the same messages.
//
// SHA256 is over the canonical messages in order of (timestamp, key), each as
// 40 bytes: the timestamp in seconds as 8 bytes, big-endian, then the 32-byte
// key. Worked example, two messages:
//
//	timestamp 1704067200, key 32 times 0x11
//	timestamp 1704067201, key 32 times 0x22
//
// are hashed as these 80 bytes
//
//	0000000065920080 1111...11
//	0000000065920081 2222...22
//
// and give
//
//	082c6515bcb4f2b03aa077ab7e349eb7f2be1c77cdd392d28b4a77a9bab8ce3c
//
// No messages give the SHA-256 of nothing, e3b0c442...
type Digest struct {
	SHA256 [32]byte
	// Messages is how many canonical messages there are.
	Messages uint64
	// First and Last are the lowest and highest timestamp, in seconds since
	// the Unix epoch; both 0 without messages.
	First, Last uint64
}

// DigestOf reads the canonical messages of a community once and returns their
// digest.
func DigestOf(tx Messages, c message.CommunityID) (Digest, error) {
	var d Digest
	h := sha256.New()
	var record [8 + len(message.Key{})]byte
	err := tx.ScanMessages(c, message.Forever(), Canonical, func(m *message.Message) error {
		if d.Messages == 0 {
			d.First = m.Timestamp
		}
		d.Messages++
		d.Last = m.Timestamp
		key := m.Key()
		binary.BigEndian.PutUint64(record[:8], m.Timestamp)
		copy(record[8:], key[:])
		h.Write(record[:])
		return nil
	})
	if err != nil {
		return Digest{}, fmt.Errorf("digest of %v: %w", c, err)
	}
	h.Sum(d.SHA256[:0])
	return d, nil
}
