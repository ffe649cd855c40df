package archive_test

import (
	"bytes"
	"errors"
	"slices"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"

	"seeder/archive"
	"seeder/archive/archivetest"
	"seeder/message"
)

// signedBy is an application metadata message, field by field.
func signedBy(t *testing.T, k int, payload string) (signature, content, kind []byte) {
	t.Helper()
	sig, err := archivetest.Key(k).Sign([]byte(payload))
	if err != nil {
		t.Fatal(err)
	}
	signature = protowire.AppendBytes(protowire.AppendTag(nil, 1, protowire.BytesType), sig)
	content = protowire.AppendString(protowire.AppendTag(nil, 2, protowire.BytesType), payload)
	kind = protowire.AppendVarint(protowire.AppendTag(nil, 3, protowire.VarintType), 1)
	return signature, content, kind
}

func wrapped(b []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(nil, 102, protowire.BytesType), b)
}

// TestForgeryCannotHide writes the same forged payload in every way that a
// protobuf reader would read alike.
func TestForgeryCannotHide(t *testing.T) {
	author := archivetest.Key(2).Community()
	signature, content, kind := signedBy(t, 3, "I owe you everything")
	honest, _, _ := signedBy(t, 2, "I owe you everything")
	longTag := slices.Concat([]byte{0x8a, 0x80, 0x00}, signature[1:])          // the tag 0x0a as a long varint
	longLength := slices.Concat([]byte{0x0a, 0xc1, 0x80, 0x00}, signature[2:]) // and the length 65
	unknown := protowire.AppendVarint(protowire.AppendTag(nil, 999, protowire.VarintType), 7)
	id := protowire.AppendString(protowire.AppendTag(nil, 2, protowire.BytesType), "installation")
	for name, payload := range map[string][]byte{
		"plain":                 slices.Concat(signature, content, kind),
		"other order":           slices.Concat(kind, content, signature),
		"long tag":              slices.Concat(longTag, content),
		"long length":           slices.Concat(longLength, content),
		"unknown field":         slices.Concat(unknown, signature, unknown, content, unknown),
		"last signature counts": slices.Concat(honest, content, signature),
		"wrapped":               wrapped(slices.Concat(signature, content, kind)),
		"wrapped, long length":  slices.Concat(id, wrapped(slices.Concat(longLength, content))),
		"last wrapping counts":  slices.Concat(wrapped(slices.Concat(honest, content)), wrapped(slices.Concat(signature, content))),
		"honest outside":        slices.Concat(honest, content, wrapped(slices.Concat(signature, content))),
		"honest inside":         slices.Concat(signature, content, wrapped(slices.Concat(honest, content))),
		"nothing signed":        signature,
	} {
		m := message.Message{Sig: author[:], Payload: payload}
		if err := archive.CheckAuthor(message.CommunityID{}, &m); !errors.Is(err, archive.ErrAuthor) {
			t.Errorf("%s: %v", name, err)
		}
		m.Sig = nil
		if err := archive.CheckAuthor(message.CommunityID{}, &m); err != nil {
			t.Errorf("%s, without an author: %v", name, err)
		}
	}
	for name, payload := range map[string][]byte{
		"signed":                slices.Concat(honest, content, kind),
		"wrapped":               wrapped(slices.Concat(honest, content)),
		"last signature counts": slices.Concat(signature, content, honest),
		"no protobuf":           append(slices.Concat(signature, content), 0xff),
		"empty":                 nil,
		"text":                  bytes.Repeat([]byte("xA"), 100),
		"signature of 64 bytes": append([]byte{0x0a, 64}, signature[2:66]...),
	} {
		m := message.Message{Sig: author[:], Payload: payload}
		if err := archive.CheckAuthor(message.CommunityID{}, &m); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestCommunitySignsForItself has a payload that the community signed and one
// of its devices carried, as Status clients send descriptions.
func TestCommunitySignsForItself(t *testing.T) {
	device, community := archivetest.Key(2).Community(), archivetest.Key(3).Community()
	signature, content, kind := signedBy(t, 3, "the description")
	for _, payload := range [][]byte{
		slices.Concat(signature, content, kind),
		wrapped(slices.Concat(signature, content, kind)),
	} {
		m := message.Message{Sig: device[:], Payload: payload}
		if err := archive.CheckAuthor(community, &m); err != nil {
			t.Errorf("signed by the community: %v", err)
		}
		if err := archive.CheckAuthor(archivetest.Key(4).Community(), &m); !errors.Is(err, archive.ErrAuthor) {
			t.Errorf("signed by another community: %v", err)
		}
	}
}
