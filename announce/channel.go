package announce

import (
	"crypto/pbkdf2"
	"crypto/sha256"
	"fmt"
	"sync"
	"time"

	"github.com/ethereum/go-ethereum/crypto"
	"github.com/waku-org/go-waku/waku/v2/payload"
	wakupb "github.com/waku-org/go-waku/waku/v2/protocol/pb"
	"google.golang.org/protobuf/proto"

	"seeder/internal/pb"
	"seeder/message"
)

// What chat ids end with: a community's announcements go out on the first and
// are also taken from the second.
const (
	magnetlinksSuffix  = "-magnetlinks"
	memberUpdateSuffix = "-memberUpdate"
)

// Key derivation: PBKDF2 with HMAC-SHA256 over the chat id, no salt.
const (
	keyIterations = 65356
	keyLen        = 32
)

// envelopeVersion is the Waku payload version of announcements
// (26/WAKU2-PAYLOAD: encrypted, signed).
const envelopeVersion = 1

// Channel seals and opens the envelopes of one community. It is safe for
// concurrent use. Deriving one of its two keys takes some 10 to 20 ms of
// processor time, so each is derived when it is first needed, and a community's
// channel is made once and kept: a node that follows many communities listens
// to all of them before it has a key of any, and never derives those of topics
// on which nothing comes.
type Channel struct {
	community message.CommunityID
	chats     [2]chat
}

type chat struct {
	id           string
	contentTopic string
	key          func() ([]byte, error) // derives it at the first call
}

// NewChannel returns the channel of a community.
func NewChannel(c message.CommunityID) *Channel { return newChannel(c, deriveKey) }

func newChannel(c message.CommunityID, derive func(chatID string) ([]byte, error)) *Channel {
	ch := &Channel{community: c}
	for i, suffix := range [...]string{magnetlinksSuffix, memberUpdateSuffix} {
		id := c.String() + suffix
		ch.chats[i] = chat{
			id: id, contentTopic: message.TopicOf(id).ContentTopic(),
			key: sync.OnceValues(func() ([]byte, error) { return derive(id) }),
		}
	}
	return ch
}

func deriveKey(chatID string) ([]byte, error) {
	key, err := pbkdf2.Key(sha256.New, chatID, nil, keyIterations, keyLen)
	if err != nil {
		return nil, fmt.Errorf("derive channel key: %w", err)
	}
	return key, nil
}

// Community returns whose channel it is.
func (ch *Channel) Community() message.CommunityID { return ch.community }

// ContentTopics returns the Waku content topics to listen on. Envelopes go
// out on the first.
func (ch *Channel) ContentTopics() []string {
	return []string{ch.chats[0].contentTopic, ch.chats[1].contentTopic}
}

// Seal puts an application metadata message into a fresh envelope and returns
// the encoded Waku message. Two envelopes of the same bytes differ: nonce,
// padding and outer signature are random. The time becomes the envelope's
// timestamp. The error wraps [ErrMalformed] or [ErrSigner] for bytes that
// readers would refuse.
func (ch *Channel) Seal(signed []byte, now time.Time) ([]byte, error) {
	if _, err := Open(ch.community, signed); err != nil {
		return nil, err
	}
	return ch.seal(signed, now, false)
}

// SealRequest puts a request into a fresh envelope, which store nodes are told
// not to keep, and returns the encoded Waku message. The error wraps
// [ErrMalformed] for a request that readers would refuse.
func (ch *Channel) SealRequest(r Request, now time.Time) ([]byte, error) {
	data, err := r.encode()
	if err != nil {
		return nil, err
	}
	return ch.seal(data, now, true)
}

func (ch *Channel) seal(signed []byte, now time.Time, ephemeral bool) ([]byte, error) {
	symmetric, err := ch.chats[0].key()
	if err != nil {
		return nil, err
	}
	throwAway, err := crypto.GenerateKey()
	if err != nil {
		return nil, fmt.Errorf("make envelope key: %w", err)
	}
	key := &payload.KeyInfo{Kind: payload.Symmetric, SymKey: symmetric, PrivKey: throwAway}
	return sealEnvelope(wrap(signed), ch.chats[0].contentTopic, key, now, ephemeral)
}

func sealEnvelope(data []byte, contentTopic string, key *payload.KeyInfo, now time.Time, ephemeral bool) ([]byte, error) {
	m := &wakupb.WakuMessage{
		Payload:      data,
		ContentTopic: contentTopic,
		Version:      proto.Uint32(envelopeVersion),
		Timestamp:    proto.Int64(now.UnixNano()),
	}
	if ephemeral {
		m.Ephemeral = proto.Bool(true)
	}
	if err := payload.EncodeWakuMessage(m, key); err != nil {
		return nil, fmt.Errorf("encrypt envelope: %w", err)
	}
	b, err := proto.Marshal(m)
	if err != nil {
		return nil, fmt.Errorf("encode envelope: %w", err)
	}
	return b, nil
}

// Open reads an encoded Waku message and verifies that the community signed
// the announcement in it. The error wraps [ErrEnvelope] when the envelope is
// not one of this channel, else what the function [Open] returns.
func (ch *Channel) Open(envelope []byte) (Received, error) {
	m, err := ch.metadata(envelope)
	if err != nil {
		return Received{}, err
	}
	return ch.received(m, envelope)
}

// Content is what an envelope holds: an announcement or a request.
type Content struct {
	// Request is nil when the envelope holds an announcement.
	Request *Request
	// Received is the announcement; zero when the envelope holds a request.
	Received Received
}

// Read reads an encoded Waku message that holds an announcement or a request.
// The errors are those of [Channel.Open]; a request needs no signature.
func (ch *Channel) Read(envelope []byte) (Content, error) {
	m, err := ch.metadata(envelope)
	if err != nil {
		return Content{}, err
	}
	if m.Type == requestType {
		r, err := parseRequest(m.Payload)
		if err != nil {
			return Content{}, err
		}
		return Content{Request: &r}, nil
	}
	r, err := ch.received(m, envelope)
	return Content{Received: r}, err
}

// metadata opens the layers around the application metadata message.
func (ch *Channel) metadata(envelope []byte) (*pb.ApplicationMetadataMessage, error) {
	if len(envelope) > MaxEnvelope {
		return nil, fmt.Errorf("%w: %d bytes, at most %d", ErrEnvelope, len(envelope), MaxEnvelope)
	}
	var m wakupb.WakuMessage
	if err := proto.Unmarshal(envelope, &m); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrEnvelope, err)
	}
	data, err := ch.decrypt(&m)
	if err != nil {
		return nil, err
	}
	signed, err := Unwrap(data)
	if err != nil {
		return nil, err
	}
	return openMetadata(signed)
}

func (ch *Channel) received(m *pb.ApplicationMetadataMessage, envelope []byte) (Received, error) {
	a, signed, err := openAnnouncement(ch.community, m)
	if err != nil {
		return Received{}, err
	}
	return Received{Announcement: a, Signed: signed, Envelope: envelope}, nil
}

// EnvelopeTime returns the time of sending that an envelope states; anybody can
// write any. The error wraps [ErrEnvelope].
func EnvelopeTime(envelope []byte) (time.Time, error) {
	var m wakupb.WakuMessage
	if err := proto.Unmarshal(envelope, &m); err != nil {
		return time.Time{}, fmt.Errorf("%w: %w", ErrEnvelope, err)
	}
	return time.Unix(0, m.GetTimestamp()), nil
}

// decrypt takes version 1 only, and only with an outer signature, by whatever
// key: Status clients refuse the others, so nobody honest sends them.
func (ch *Channel) decrypt(m *wakupb.WakuMessage) ([]byte, error) {
	if m.GetVersion() != envelopeVersion {
		return nil, fmt.Errorf("%w: payload version %d, want %d", ErrEnvelope, m.GetVersion(), envelopeVersion)
	}
	for _, c := range ch.chats {
		if c.contentTopic != m.ContentTopic {
			continue
		}
		key, err := c.key()
		if err != nil {
			return nil, err
		}
		opened, err := payload.DecodePayload(m, &payload.KeyInfo{Kind: payload.Symmetric, SymKey: key})
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrEnvelope, err)
		}
		if opened.PubKey == nil {
			return nil, fmt.Errorf("%w: no outer signature", ErrEnvelope)
		}
		return opened.Data, nil
	}
	return nil, fmt.Errorf("%w: content topic %.80q is not the community's", ErrEnvelope, m.ContentTopic)
}
