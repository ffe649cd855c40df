package announce

import (
	"crypto/pbkdf2"
	"crypto/sha256"
	"fmt"
	"time"

	"github.com/ethereum/go-ethereum/crypto"
	"github.com/waku-org/go-waku/waku/v2/payload"
	wakupb "github.com/waku-org/go-waku/waku/v2/protocol/pb"
	"google.golang.org/protobuf/proto"

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

// Channel seals and opens the envelopes of one community. It is immutable and
// safe for concurrent use. Deriving its keys takes some 40 ms of processor
// time, so a community's channel is made once and kept.
type Channel struct {
	community message.CommunityID
	chats     [2]chat
}

type chat struct {
	id           string
	contentTopic string
	key          []byte
}

// NewChannel derives the topics and keys of a community.
func NewChannel(c message.CommunityID) (*Channel, error) {
	ch := &Channel{community: c}
	for i, suffix := range [...]string{magnetlinksSuffix, memberUpdateSuffix} {
		id := c.String() + suffix
		key, err := pbkdf2.Key(sha256.New, id, nil, keyIterations, keyLen)
		if err != nil {
			return nil, fmt.Errorf("derive channel key: %w", err)
		}
		ch.chats[i] = chat{id: id, contentTopic: message.TopicOf(id).ContentTopic(), key: key}
	}
	return ch, nil
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
	throwAway, err := crypto.GenerateKey()
	if err != nil {
		return nil, fmt.Errorf("make envelope key: %w", err)
	}
	key := &payload.KeyInfo{Kind: payload.Symmetric, SymKey: ch.chats[0].key, PrivKey: throwAway}
	return sealEnvelope(wrap(signed), ch.chats[0].contentTopic, key, now)
}

func sealEnvelope(data []byte, contentTopic string, key *payload.KeyInfo, now time.Time) ([]byte, error) {
	m := &wakupb.WakuMessage{
		Payload:      data,
		ContentTopic: contentTopic,
		Version:      proto.Uint32(envelopeVersion),
		Timestamp:    proto.Int64(now.UnixNano()),
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
	if len(envelope) > MaxEnvelope {
		return Received{}, fmt.Errorf("%w: %d bytes, at most %d", ErrEnvelope, len(envelope), MaxEnvelope)
	}
	var m wakupb.WakuMessage
	if err := proto.Unmarshal(envelope, &m); err != nil {
		return Received{}, fmt.Errorf("%w: %w", ErrEnvelope, err)
	}
	data, err := ch.decrypt(&m)
	if err != nil {
		return Received{}, err
	}
	signed, err := Unwrap(data)
	if err != nil {
		return Received{}, err
	}
	a, signed, err := open(ch.community, signed)
	if err != nil {
		return Received{}, err
	}
	return Received{Announcement: a, Signed: signed, Envelope: envelope}, nil
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
		opened, err := payload.DecodePayload(m, &payload.KeyInfo{Kind: payload.Symmetric, SymKey: c.key})
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
