package archive

import (
	"bytes"
	"fmt"

	"google.golang.org/protobuf/encoding/protowire"

	"seeder/message"
	"seeder/signer"
)

// Fields of the application metadata message and of the layer around it.
const (
	metadataSignature protowire.Number = 1
	metadataPayload   protowire.Number = 2
	publicMessage     protowire.Number = 102
)

// CheckAuthor returns an error that wraps [ErrAuthor] when sig is a public key
// and the payload is an application metadata message, bare or as the public
// message of a protocol message, that another key has signed. The community's
// own signature is always right: its descriptions and announcements travel
// under the key of the device that sent them. A payload of another shape, or
// without a signature of 65 bytes, says nothing about its author and passes. A
// zero community stands for one that is not known.
func CheckAuthor(c message.CommunityID, m *message.Message) error {
	if !isPublicKey(m.Sig) || !mayHoldSignature(m.Payload) {
		return nil
	}
	bare := parseEnvelope(m.Payload)
	if err := checkSigned(c, bare, m.Sig); err != nil {
		return err
	}
	if bare.inner == nil {
		return nil
	}
	return checkSigned(c, parseEnvelope(bare.inner), m.Sig)
}

// mayHoldSignature is false for most text, and spares reading it as protobuf:
// every way to write the length 65 as a varint begins with one of these bytes.
func mayHoldSignature(b []byte) bool {
	return bytes.IndexByte(b, signer.SignatureSize) >= 0 || bytes.IndexByte(b, 0x80|signer.SignatureSize) >= 0
}

func isPublicKey(b []byte) bool {
	switch len(b) {
	case 65:
		return b[0] == 4
	case 33:
		return b[0] == 2 || b[0] == 3
	}
	return false
}

// envelope is what a payload holds when it is read as an application metadata
// message (signature, payload) and as a protocol message (inner) at once: their
// field numbers do not meet, so neither reading can hide from the other.
type envelope struct{ signature, payload, inner []byte }

// parseEnvelope returns the zero envelope when b is neither.
func parseEnvelope(b []byte) envelope {
	var e envelope
	for len(b) > 0 {
		num, typ, n := protowire.ConsumeTag(b)
		if n < 0 || num > protowire.MaxValidNumber {
			return envelope{}
		}
		b = b[n:]
		if typ != protowire.BytesType {
			if n = protowire.ConsumeFieldValue(num, typ, b); n < 0 {
				return envelope{}
			}
			b = b[n:]
			continue
		}
		v, n := protowire.ConsumeBytes(b)
		if n < 0 {
			return envelope{}
		}
		switch num {
		case metadataSignature:
			e.signature = v
		case metadataPayload:
			e.payload = v
		case publicMessage:
			e.inner = v
		}
		b = b[n:]
	}
	return e
}

func checkSigned(c message.CommunityID, e envelope, author []byte) error {
	if len(e.signature) != signer.SignatureSize {
		return nil
	}
	got, err := signer.Recover(e.payload, e.signature)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrAuthor, err)
	}
	if got == c {
		return nil
	}
	want, err := signer.Compress(author)
	if err != nil || !bytes.Equal(want[:], got[:]) {
		return fmt.Errorf("%w: sig is %x, the signer is %s", ErrAuthor, author, got)
	}
	return nil
}
