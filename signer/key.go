package signer

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"
	"github.com/decred/dcrd/dcrec/secp256k1/v4/ecdsa"
	"golang.org/x/crypto/sha3"

	"seeder/message"
)

// SignatureSize is the length of every signature in bytes.
const SignatureSize = 65

// keySize is the length of a private key in bytes.
const keySize = 32

var (
	// ErrKey reports text or bytes that are no private key.
	ErrKey = errors.New("malformed private key")
	// ErrSignature reports a signature that is malformed, or not of the key
	// that it should be of.
	ErrSignature = errors.New("bad signature")
)

// Key is a community's private key. It prints as the community's id; only
// [Key.Hex] reveals it.
type Key struct {
	private   *secp256k1.PrivateKey
	community message.CommunityID
}

// GenerateKey makes a key from 32 bytes of rand (crypto/rand.Reader outside
// tests). It reads again in the unlikely case that they are no valid key, and
// returns the error of rand.
func GenerateKey(rand io.Reader) (*Key, error) {
	var b [keySize]byte
	for {
		if _, err := io.ReadFull(rand, b[:]); err != nil {
			return nil, fmt.Errorf("read randomness: %w", err)
		}
		if k, err := keyFromBytes(b[:]); err == nil {
			return k, nil
		}
	}
}

// ParseKey reads 64 hex digits, with or without 0x before them. The error
// wraps [ErrKey] and does not repeat the digits.
func ParseKey(s string) (*Key, error) {
	b, err := hex.DecodeString(strings.TrimPrefix(s, "0x"))
	if err != nil {
		return nil, fmt.Errorf("%w: not hex", ErrKey)
	}
	return keyFromBytes(b)
}

func keyFromBytes(b []byte) (*Key, error) {
	if len(b) != keySize {
		return nil, fmt.Errorf("%w: %d bytes, want %d", ErrKey, len(b), keySize)
	}
	var scalar secp256k1.ModNScalar
	if overflow := scalar.SetByteSlice(b); overflow || scalar.IsZero() {
		return nil, fmt.Errorf("%w: not in the range of the curve's order", ErrKey)
	}
	private := secp256k1.NewPrivateKey(&scalar)
	return &Key{
		private:   private,
		community: message.CommunityID(private.PubKey().SerializeCompressed()),
	}, nil
}

// Hex returns the private key as 64 lower-case hex digits. It is a secret.
func (k *Key) Hex() string { return hex.EncodeToString(k.private.Serialize()) }

// Community returns the id of the community that the key belongs to.
func (k *Key) Community() message.CommunityID { return k.community }

// String returns the community's id, so that a key in a log gives nothing away.
func (k *Key) String() string { return "key of " + k.community.String() }

// GoString does what [Key.String] does, for %#v.
func (k *Key) GoString() string { return k.String() }

// Sign returns the signature of data, [SignatureSize] bytes r || s || v.
func (k *Key) Sign(data []byte) ([]byte, error) {
	digest := Keccak256(data)
	compact := ecdsa.SignCompact(k.private, digest[:], true)
	v := compact[0] - compactBase
	if v > 1 {
		// r was not below the curve's order: one in 2^127, and no reader of
		// this form could recover the key.
		return nil, fmt.Errorf("%w: no recovery id for this data", ErrSignature)
	}
	return append(compact[1:], v), nil
}

// compactBase is what decred's form adds to the recovery id for a compressed key.
const compactBase = 27 + 4

// Recover returns the community whose key signed data. Any well-formed
// signature recovers to some key: the caller compares it. The error wraps
// [ErrSignature].
func Recover(data, sig []byte) (message.CommunityID, error) {
	if len(sig) != SignatureSize {
		return message.CommunityID{}, fmt.Errorf("%w: %d bytes, want %d", ErrSignature, len(sig), SignatureSize)
	}
	v := sig[SignatureSize-1]
	if v > 1 {
		return message.CommunityID{}, fmt.Errorf("%w: recovery id %d, want 0 or 1", ErrSignature, v)
	}
	var compact [SignatureSize]byte
	compact[0] = compactBase + v
	copy(compact[1:], sig)
	digest := Keccak256(data)
	public, _, err := ecdsa.RecoverCompact(compact[:], digest[:])
	if err != nil {
		return message.CommunityID{}, fmt.Errorf("%w: %w", ErrSignature, err)
	}
	return message.CommunityID(public.SerializeCompressed()), nil
}

// Verify returns nil when the community's key signed data, else an error that
// wraps [ErrSignature].
func Verify(c message.CommunityID, data, sig []byte) error {
	got, err := Recover(data, sig)
	if err != nil {
		return err
	}
	if got != c {
		return fmt.Errorf("%w: signed by %s, not by %s", ErrSignature, got, c)
	}
	return nil
}

// Compress returns the compressed form of a public key of 33 or 65 bytes, which
// must lie on the curve; the error wraps [message.ErrCommunityID].
func Compress(public []byte) (message.CommunityID, error) {
	key, err := secp256k1.ParsePubKey(public)
	if err != nil {
		return message.CommunityID{}, fmt.Errorf("%w: %w", message.ErrCommunityID, err)
	}
	return message.CommunityID(key.SerializeCompressed()), nil
}

// Keccak256 hashes data with the original Keccak padding, as signatures and
// archive ids have it.
func Keccak256(data ...[]byte) (sum [32]byte) {
	h := sha3.NewLegacyKeccak256()
	for _, b := range data {
		h.Write(b)
	}
	h.Sum(sum[:0])
	return sum
}
