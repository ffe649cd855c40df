package announce

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/crypto"
	"github.com/google/go-cmp/cmp"
	"github.com/waku-org/go-waku/waku/v2/payload"
	wakupb "github.com/waku-org/go-waku/waku/v2/protocol/pb"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	"seeder/message"
	"seeder/signer"
)

const vectorDir = "../testdata/status-go/signed-announcement"

// statusVector is what a Status client wrote and how it read it.
type statusVector struct {
	ClockMS       uint64 `json:"clock"`
	CommunityID   string `json:"community_id"`
	CommunityKey  string `json:"community_private_key"`
	ThrowAwayKey  string `json:"throw_away_transport_private_key"`
	MagnetURI     string `json:"magnet_uri"`
	ContentTopic  string `json:"content_topic"`
	SymKey        string `json:"sym_key"`
	ChatID        string `json:"magnetlink_chat_id"`
	AppSignature  string `json:"application_metadata_signature"`
	MagnetMessage string `json:"magnetlink_message"`
	OtherChats    map[string]struct {
		ContentTopic string `json:"content_topic"`
		SymKey       string `json:"sym_key_pbkdf2_sha256_65356"`
	} `json:"other_community_chat_ids"`
	Decrypted struct {
		ProtocolMessage string `json:"protocol_message"`
	} `json:"decrypted"`
	Reception map[string][]struct {
		Error     string `json:"error"`
		Clock     uint64 `json:"clock"`
		MagnetURI string `json:"magnet_uri"`
		Signer    string `json:"effective_signer_compressed"`
	} `json:"reception_by_status_go"`
}

func loadVector(tb testing.TB) statusVector {
	tb.Helper()
	var v statusVector
	if err := json.Unmarshal(vectorFile(tb, "expected.json"), &v); err != nil {
		tb.Fatal(err)
	}
	return v
}

func vectorFile(tb testing.TB, name string) []byte {
	tb.Helper()
	b, err := os.ReadFile(filepath.Join(vectorDir, name))
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

func (v statusVector) community(tb testing.TB) message.CommunityID {
	tb.Helper()
	c, err := message.ParseCommunityID(v.CommunityID)
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

func (v statusVector) key(tb testing.TB) *signer.Key {
	tb.Helper()
	k, err := signer.ParseKey(v.CommunityKey)
	if err != nil {
		tb.Fatal(err)
	}
	return k
}

func (v statusVector) want() Announcement {
	return Announcement{Clock: v.ClockMS, MagnetURI: v.MagnetURI}
}

func unhex(tb testing.TB, s string) []byte {
	tb.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

// keyOf is the key of one of a channel's topics.
func keyOf(tb testing.TB, c chat) []byte {
	tb.Helper()
	key, err := c.key()
	if err != nil {
		tb.Fatal(err)
	}
	return key
}

func TestStatusMessagesOpen(t *testing.T) {
	v := loadVector(t)
	ch := NewChannel(v.community(t))
	for _, name := range []string{"waku_message.bin", "waku_message_minimal.bin"} {
		got, err := ch.Open(vectorFile(t, name))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if diff := cmp.Diff(v.want(), got.Announcement); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", name, diff)
		}
		if !bytes.Equal(got.Signed, vectorFile(t, "application_metadata_message.bin")) {
			t.Errorf("%s: signed bytes differ from those in the envelope", name)
		}
	}
}

func TestStatusWrappingsOpen(t *testing.T) {
	v := loadVector(t)
	bare := vectorFile(t, "application_metadata_message.bin")
	for _, name := range []string{"application_metadata_message.bin", "protocol_message.bin"} {
		signed, err := Unwrap(vectorFile(t, name))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if !bytes.Equal(signed, bare) {
			t.Errorf("%s: unwrapped to other bytes", name)
		}
		got, err := Open(v.community(t), signed)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if diff := cmp.Diff(v.want(), got); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", name, diff)
		}
	}
}

// The same input gives the bytes that the Status client made, signature and all.
func TestSignGivesStatusBytes(t *testing.T) {
	v := loadVector(t)
	got, err := Sign(v.want(), v.key(t))
	if err != nil {
		t.Fatal(err)
	}
	if want := vectorFile(t, "application_metadata_message.bin"); !bytes.Equal(got, want) {
		t.Errorf("Sign gives\n%x\nwant\n%x", got, want)
	}
}

func TestChannelDerivation(t *testing.T) {
	v := loadVector(t)
	ch := NewChannel(v.community(t))
	if ch.chats[0].id != v.ChatID {
		t.Errorf("announcements go out on %s, want %s", ch.chats[0].id, v.ChatID)
	}
	for i, suffix := range []string{"-magnetlinks", "-memberUpdate"} {
		want := v.OtherChats[v.CommunityID+suffix]
		if got := ch.ContentTopics()[i]; got != want.ContentTopic {
			t.Errorf("%s: content topic %s, want %s", suffix, got, want.ContentTopic)
		}
		if got := hex.EncodeToString(keyOf(t, ch.chats[i])); got != want.SymKey {
			t.Errorf("%s: key %s, want %s", suffix, got, want.SymKey)
		}
	}
	if got := hex.EncodeToString(keyOf(t, ch.chats[0])); got != v.SymKey {
		t.Errorf("key %s, want %s", got, v.SymKey)
	}
}

// receptionVariants are the nine envelopes that a Status client was given,
// built anew from the vector's inputs, and what this reader says to each.
// Where the Status client takes an application message without signature on
// the strength of the outer one, this reader does not: nobody could pass such
// an announcement on. A second difference is not the codec's: which pubsub
// topic a message came on is known to the relay only.
func receptionVariants(t *testing.T, v statusVector) map[string]struct {
	envelope []byte
	err      error
} {
	type variant = struct {
		envelope []byte
		err      error
	}
	signed := vectorFile(t, "application_metadata_message.bin")
	magnet := unhex(t, v.MagnetMessage)
	unsigned := appMessage(nil, magnet, 43)
	otherKey, err := signer.ParseKey(v.ThrowAwayKey)
	if err != nil {
		t.Fatal(err)
	}
	otherSig, err := otherKey.Sign(magnet)
	if err != nil {
		t.Fatal(err)
	}
	version0 := mustMarshal(t, &wakupb.WakuMessage{
		Payload: wrap(signed), ContentTopic: v.ContentTopic, Version: proto.Uint32(0), Timestamp: proto.Int64(1706745600e9),
	})
	return map[string]variant{
		"real status-go message (waku_message.bin)":                                                                {vectorFile(t, "waku_message.bin"), nil},
		"minimal ProtocolMessage{public_message}, transport signed by a throw-away key (waku_message_minimal.bin)": {v.seal(t, wrap(signed), v.ThrowAwayKey), nil},
		"ApplicationMetadataMessage without ProtocolMessage around it":                                             {v.seal(t, signed, v.ThrowAwayKey), nil},
		"app layer NOT signed, transport signed by a throw-away key":                                               {v.seal(t, wrap(unsigned), v.ThrowAwayKey), ErrSigner},
		"app layer NOT signed, transport signed by the community key":                                              {v.seal(t, wrap(unsigned), v.CommunityKey), ErrSigner},
		"app layer signed by another key":                                                                          {v.seal(t, wrap(appMessage(otherSig, magnet, 43)), v.ThrowAwayKey), ErrSigner},
		"no transport (26/WAKU2-PAYLOAD) signature":                                                                {v.seal(t, wrap(signed), ""), ErrEnvelope},
		"version 0 (not encrypted) payload":                                                                        {version0, ErrEnvelope},
		"right message on the non-protected pubsub topic (/waku/2/rs/16/64)":                                       {vectorFile(t, "waku_message_minimal.bin"), nil},
	}
}

func TestReceptionVariants(t *testing.T) {
	v := loadVector(t)
	ch := NewChannel(v.community(t))
	variants := receptionVariants(t, v)
	if len(variants) != len(v.Reception) {
		t.Fatalf("%d variants, the vector has %d", len(variants), len(v.Reception))
	}
	for name, status := range v.Reception {
		variant, ok := variants[name]
		if !ok {
			t.Errorf("no variant %q", name)
			continue
		}
		got, err := ch.Open(variant.envelope)
		if !errors.Is(err, variant.err) {
			t.Errorf("%s: error %v, want %v", name, err, variant.err)
		}
		statusTakesIt := len(status) == 1 && status[0].Error == "" && status[0].Signer == v.CommunityID
		if err == nil && !statusTakesIt && len(status) != 0 {
			t.Errorf("%s: taken here but not by the Status client", name)
		}
		if err == nil && got.Announcement.Clock != v.ClockMS {
			t.Errorf("%s: clock %d, want %d", name, got.Announcement.Clock, v.ClockMS)
		}
	}
}

// seal builds the envelope that the vector's maker built; transport is the
// outer key as hex, or empty for none.
func (v statusVector) seal(t *testing.T, data []byte, transport string) []byte {
	t.Helper()
	key := &payload.KeyInfo{Kind: payload.Symmetric, SymKey: unhex(t, v.SymKey)}
	if transport != "" {
		private, err := crypto.HexToECDSA(transport)
		if err != nil {
			t.Fatal(err)
		}
		key.PrivKey = private
	}
	b, err := sealEnvelope(data, v.ContentTopic, key, time.Unix(1706745600, 0), false)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func mustMarshal(t *testing.T, m proto.Message) []byte {
	t.Helper()
	b, err := proto.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// appMessage builds an application metadata message of any type; a nil
// signature is left out.
func appMessage(sig, body []byte, typ uint64) []byte {
	var b []byte
	if sig != nil {
		b = protowire.AppendTag(b, 1, protowire.BytesType)
		b = protowire.AppendBytes(b, sig)
	}
	b = protowire.AppendTag(b, 2, protowire.BytesType)
	b = protowire.AppendBytes(b, body)
	b = protowire.AppendTag(b, 3, protowire.VarintType)
	return protowire.AppendVarint(b, typ)
}
