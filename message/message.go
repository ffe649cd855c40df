package message

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"sync"
)

// Key identifies a message within its community.
type Key [32]byte

// String returns the key as lower-case hex without a prefix (64 characters).
func (k Key) String() string { return hex.EncodeToString(k[:]) }

// Message is one archived message. Slices may alias the buffer a message was
// parsed from; whoever keeps a message longer than that buffer clones it.
type Message struct {
	// Timestamp is in seconds since the Unix epoch.
	Timestamp uint64
	// Topic is where the message was sent.
	Topic Topic
	// Payload is the content, opaque to this program.
	Payload []byte
	// Sig names the author: an uncompressed public key of 65 bytes, or empty.
	Sig []byte
	// Padding is what the sender added to hide the length; kept so that a
	// message re-encodes to the same bytes.
	Padding []byte
	// Hash is the hash of the envelope the message came in: 32 bytes, or empty.
	Hash []byte
	// ThirdPartyID is an id from a bridge or an import (UTF-8), or empty.
	ThirdPartyID string
}

// Key returns the identity of the message: Hash when it has exactly 32 bytes,
// else the SHA-256 of the wire form.
func (m *Message) Key() Key {
	if len(m.Hash) == len(Key{}) {
		return Key(m.Hash)
	}
	buf, _ := wireBuffers.Get().(*[]byte)
	if buf == nil {
		buf = new([]byte)
	}
	*buf = m.AppendWire((*buf)[:0])
	key := Key(sha256.Sum256(*buf))
	if cap(*buf) <= maxKeptBuffer {
		wireBuffers.Put(buf)
	}
	return key
}

// wireBuffers spares an allocation for every key of a message without a hash:
// sorting, splitting and checking an archive ask for each of them.
var wireBuffers sync.Pool

// maxKeptBuffer keeps one large message from costing its size for ever.
const maxKeptBuffer = 64 << 10

// ContentSize is what counts against the size limit of an archive: the bytes
// of payload and author, the way Status clients count them.
func (m *Message) ContentSize() uint64 { return uint64(len(m.Payload)) + uint64(len(m.Sig)) }

// Clone returns a copy that shares no memory with m.
func (m *Message) Clone() Message {
	c := *m
	c.Payload = bytes.Clone(m.Payload)
	c.Sig = bytes.Clone(m.Sig)
	c.Padding = bytes.Clone(m.Padding)
	c.Hash = bytes.Clone(m.Hash)
	return c
}

// Compare orders messages by (timestamp, key); zero means the same message.
func Compare(a, b *Message) int {
	if c := cmp.Compare(a.Timestamp, b.Timestamp); c != 0 {
		return c
	}
	ka, kb := a.Key(), b.Key()
	return bytes.Compare(ka[:], kb[:])
}
