package message

import (
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"
)

var (
	// ErrCommunityID reports text or bytes that name no community.
	ErrCommunityID = errors.New("malformed community id")
	// ErrArchiveID reports text or bytes that name no archive.
	ErrArchiveID = errors.New("malformed archive id")
)

// CommunityID is a community's compressed secp256k1 public key.
type CommunityID [33]byte

// ParseCommunityID reads "0x" and 66 hex digits. The key must lie on the
// curve; the error wraps [ErrCommunityID].
func ParseCommunityID(s string) (CommunityID, error) {
	digits, ok := strings.CutPrefix(s, "0x")
	if !ok {
		return CommunityID{}, fmt.Errorf("%w: %.80q does not begin with 0x", ErrCommunityID, s)
	}
	b, err := hex.DecodeString(digits)
	if err != nil {
		return CommunityID{}, fmt.Errorf("%w: %.80q is not hex", ErrCommunityID, s)
	}
	return CommunityIDFromBytes(b)
}

// CommunityIDFromBytes takes a compressed public key of 33 bytes, which must
// lie on the curve; the error wraps [ErrCommunityID].
func CommunityIDFromBytes(b []byte) (CommunityID, error) {
	if len(b) != len(CommunityID{}) {
		return CommunityID{}, fmt.Errorf("%w: %d bytes, want 33", ErrCommunityID, len(b))
	}
	if _, err := secp256k1.ParsePubKey(b); err != nil {
		return CommunityID{}, fmt.Errorf("%w: %w", ErrCommunityID, err)
	}
	return CommunityID(b), nil
}

// String returns "0x" and 66 lower-case hex digits.
func (c CommunityID) String() string { return "0x" + hex.EncodeToString(c[:]) }

// IsZero reports whether c names no community.
func (c CommunityID) IsZero() bool { return c == CommunityID{} }

// MarshalText implements [encoding.TextMarshaler].
func (c CommunityID) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (c *CommunityID) UnmarshalText(text []byte) (err error) {
	*c, err = ParseCommunityID(string(text))
	return err
}

// ArchiveID names an archive: the keccak256 of its encoded index entry.
type ArchiveID [32]byte

// ParseArchiveID reads "0x" and 64 hex digits, lower-case only, as they stand
// in an index; the error wraps [ErrArchiveID].
func ParseArchiveID(s string) (ArchiveID, error) {
	digits, ok := strings.CutPrefix(s, "0x")
	if !ok || len(digits) != 64 || strings.ToLower(digits) != digits {
		return ArchiveID{}, fmt.Errorf("%w: %.80q is not 0x and 64 lower-case hex digits", ErrArchiveID, s)
	}
	var id ArchiveID
	if _, err := hex.Decode(id[:], []byte(digits)); err != nil {
		return ArchiveID{}, fmt.Errorf("%w: %.80q is not hex", ErrArchiveID, s)
	}
	return id, nil
}

// String returns "0x" and 64 lower-case hex digits.
func (id ArchiveID) String() string { return "0x" + hex.EncodeToString(id[:]) }

// IsZero reports whether id names no archive.
func (id ArchiveID) IsZero() bool { return id == ArchiveID{} }

// MarshalText implements [encoding.TextMarshaler].
func (id ArchiveID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (id *ArchiveID) UnmarshalText(text []byte) (err error) {
	*id, err = ParseArchiveID(string(text))
	return err
}
