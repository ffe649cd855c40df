package announce

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	"seeder/internal/pb"
	"seeder/message"
	"seeder/signer"
)

// Limits. What passes one of them is refused with [ErrMalformed], by the
// writer as by the reader.
const (
	// MaxSigned is the longest application metadata message, in bytes.
	MaxSigned = 64 << 10
	// MaxEnvelope is the longest encoded Waku message that is looked at, in
	// bytes: what Waku relay carries at most.
	MaxEnvelope = 150 << 10
	// MaxMagnetURI is the longest magnet link, in bytes.
	MaxMagnetURI = 8 << 10
	// MaxRetention is how many topics a policy may name.
	MaxRetention = 256
	// MaxClock is the highest clock: the last millisecond of the year 9999. A
	// higher one could never be followed by another.
	MaxClock = 253_402_300_799_999
)

// MagnetPrefix is how a magnet link begins.
const MagnetPrefix = "magnet:?"

// Field numbers of the application metadata message, and the field of the
// protocol message that holds a message for everybody.
const (
	fieldSignature     protowire.Number = 1
	fieldPayload       protowire.Number = 2
	fieldType          protowire.Number = 3
	fieldPublicMessage protowire.Number = 102
)

// Sign encodes an announcement and signs it with the community's key. The
// result is an application metadata message, the same for the same input. The
// error wraps [ErrMalformed] for an announcement that readers would refuse.
func Sign(a Announcement, k *signer.Key) ([]byte, error) {
	if err := a.check(); err != nil {
		return nil, err
	}
	payload, err := proto.MarshalOptions{Deterministic: true}.Marshal(a.encode())
	if err != nil {
		return nil, fmt.Errorf("encode announcement: %w", err)
	}
	sig, err := k.Sign(payload)
	if err != nil {
		return nil, fmt.Errorf("sign announcement: %w", err)
	}
	signed := encodeSigned(sig, payload)
	if len(signed) > MaxSigned {
		return nil, fmt.Errorf("%w: %d bytes, at most %d", ErrMalformed, len(signed), MaxSigned)
	}
	return signed, nil
}

// Open reads an application metadata message and verifies that the community
// signed it. The error wraps [ErrMalformed], or [ErrSigner] when another key
// signed it or none did.
func Open(c message.CommunityID, signed []byte) (Announcement, error) {
	a, _, err := open(c, signed)
	return a, err
}

// open also returns the signed message encoded anew. Only payload and
// signature are vouched for by the community: whatever else somebody put
// beside them is left behind.
func open(c message.CommunityID, signed []byte) (Announcement, []byte, error) {
	m, err := openMetadata(signed)
	if err != nil {
		return Announcement{}, nil, err
	}
	return openAnnouncement(c, m)
}

func openMetadata(signed []byte) (*pb.ApplicationMetadataMessage, error) {
	if len(signed) > MaxSigned {
		return nil, fmt.Errorf("%w: %d bytes, at most %d", ErrMalformed, len(signed), MaxSigned)
	}
	m := new(pb.ApplicationMetadataMessage)
	return m, decode(signed, m)
}

func openAnnouncement(c message.CommunityID, m *pb.ApplicationMetadataMessage) (Announcement, []byte, error) {
	if m.Type != pb.ApplicationMetadataMessage_COMMUNITY_MESSAGE_ARCHIVE_MAGNETLINK {
		return Announcement{}, nil, fmt.Errorf("%w: a message of type %d", ErrMalformed, m.Type)
	}
	if len(m.Signature) == 0 {
		return Announcement{}, nil, fmt.Errorf("%w: no signature", ErrSigner)
	}
	if err := signer.Verify(c, m.Payload, m.Signature); err != nil {
		return Announcement{}, nil, fmt.Errorf("%w: %w", ErrSigner, err)
	}
	a, err := parse(m.Payload)
	if err != nil {
		return Announcement{}, nil, err
	}
	return a, encodeSigned(m.Signature, m.Payload), nil
}

// Unwrap returns the application metadata message inside b, which is either a
// protocol message with a public message in it or the application metadata
// message itself. It looks no further: [Open] says whether that is one. The
// error wraps [ErrMalformed]. The result aliases b.
func Unwrap(b []byte) ([]byte, error) {
	public, found := []byte(nil), false
	for rest := b; len(rest) > 0; {
		num, typ, n := protowire.ConsumeTag(rest)
		if n < 0 {
			return nil, fmt.Errorf("%w: %w", ErrMalformed, protowire.ParseError(n))
		}
		rest = rest[n:]
		if num == fieldPublicMessage && typ == protowire.BytesType {
			if public, n = protowire.ConsumeBytes(rest); n >= 0 {
				found = true
			}
		} else {
			n = protowire.ConsumeFieldValue(num, typ, rest)
		}
		if n < 0 {
			return nil, fmt.Errorf("%w: field %d: %w", ErrMalformed, num, protowire.ParseError(n))
		}
		rest = rest[n:]
	}
	if found {
		return public, nil
	}
	return b, nil
}

// wrap puts signed bytes into a protocol message for everybody.
func wrap(signed []byte) []byte {
	b := make([]byte, 0, len(signed)+8)
	b = protowire.AppendTag(b, fieldPublicMessage, protowire.BytesType)
	return protowire.AppendBytes(b, signed)
}

// encodeSigned writes the fields in ascending order, as every encoder of this
// message does.
func encodeSigned(sig, payload []byte) []byte {
	b := make([]byte, 0, len(sig)+len(payload)+12)
	b = protowire.AppendTag(b, fieldSignature, protowire.BytesType)
	b = protowire.AppendBytes(b, sig)
	b = protowire.AppendTag(b, fieldPayload, protowire.BytesType)
	b = protowire.AppendBytes(b, payload)
	b = protowire.AppendTag(b, fieldType, protowire.VarintType)
	return protowire.AppendVarint(b, uint64(pb.ApplicationMetadataMessage_COMMUNITY_MESSAGE_ARCHIVE_MAGNETLINK))
}

func decode(b []byte, m proto.Message) error {
	if err := (proto.UnmarshalOptions{DiscardUnknown: true}).Unmarshal(b, m); err != nil {
		return fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	return nil
}

func (a *Announcement) encode() *pb.CommunityMessageArchiveMagnetlink {
	m := &pb.CommunityMessageArchiveMagnetlink{
		Clock: a.Clock, MagnetUri: a.MagnetURI, Archives: a.Archives, Bytes: a.Bytes,
	}
	if !a.Head.IsZero() {
		m.Head = a.Head[:]
	}
	if !a.Policy.ServingDisabled && len(a.Policy.Retention) == 0 {
		return m
	}
	m.Policy = &pb.ArchivePolicy{ServingDisabled: a.Policy.ServingDisabled}
	for _, r := range a.Policy.Retention {
		m.Policy.Retention = append(m.Policy.Retention, &pb.TopicRetention{Topic: []byte(r.Topic), Seconds: r.Seconds})
	}
	return m
}

func parse(payload []byte) (Announcement, error) {
	var m pb.CommunityMessageArchiveMagnetlink
	if err := decode(payload, &m); err != nil {
		return Announcement{}, err
	}
	a := Announcement{Clock: m.Clock, MagnetURI: m.MagnetUri, Archives: m.Archives, Bytes: m.Bytes}
	switch len(m.Head) {
	case 0:
	case len(a.Head):
		a.Head = message.ArchiveID(m.Head)
	default:
		return Announcement{}, fmt.Errorf("%w: head of %d bytes, want %d", ErrMalformed, len(m.Head), len(a.Head))
	}
	a.Policy.ServingDisabled = m.Policy.GetServingDisabled()
	for _, r := range m.Policy.GetRetention() {
		a.Policy.Retention = append(a.Policy.Retention, TopicRetention{Topic: message.Topic(r.GetTopic()), Seconds: r.GetSeconds()})
	}
	if err := a.check(); err != nil {
		return Announcement{}, err
	}
	return a, nil
}

// check holds the rules that writer and reader share.
func (a *Announcement) check() error {
	switch {
	case a.Clock == 0 || a.Clock > MaxClock:
		return fmt.Errorf("%w: clock %d, want 1 to %d", ErrMalformed, a.Clock, uint64(MaxClock))
	case len(a.MagnetURI) > MaxMagnetURI:
		return fmt.Errorf("%w: magnet link of %d bytes, at most %d", ErrMalformed, len(a.MagnetURI), MaxMagnetURI)
	case !strings.HasPrefix(a.MagnetURI, MagnetPrefix) || !utf8.ValidString(a.MagnetURI):
		return fmt.Errorf("%w: %.40q is no magnet link", ErrMalformed, a.MagnetURI)
	case len(a.Policy.Retention) > MaxRetention:
		return fmt.Errorf("%w: retention of %d topics, at most %d", ErrMalformed, len(a.Policy.Retention), MaxRetention)
	}
	for _, r := range a.Policy.Retention {
		if err := r.Topic.Check(); err != nil {
			return fmt.Errorf("%w: retention: %w", ErrMalformed, err)
		}
	}
	return nil
}
