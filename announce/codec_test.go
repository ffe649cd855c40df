package announce

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	wakupb "github.com/waku-org/go-waku/waku/v2/protocol/pb"
	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	"seeder/message"
	"seeder/signer"
)

func randomKey(tb testing.TB) *signer.Key {
	tb.Helper()
	k, err := signer.GenerateKey(rand.Reader)
	if err != nil {
		tb.Fatal(err)
	}
	return k
}

// drawAnnouncement makes any announcement that may be sent.
func drawAnnouncement(t *rapid.T) Announcement {
	a := Announcement{
		Clock:     rapid.Uint64Range(1, MaxClock).Draw(t, "clock"),
		MagnetURI: MagnetPrefix + rapid.StringN(0, 60, 200).Draw(t, "magnet"),
		Archives:  rapid.Uint64().Draw(t, "archives"),
		Bytes:     rapid.Uint64().Draw(t, "bytes"),
		Policy:    Policy{ServingDisabled: rapid.Bool().Draw(t, "disabled")},
	}
	if rapid.Bool().Draw(t, "has head") {
		a.Head = message.ArchiveID(rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "head"))
	}
	for range rapid.IntRange(0, 5).Draw(t, "topics") {
		topic := message.TopicOf(rapid.String().Draw(t, "chat"))
		if rapid.Bool().Draw(t, "text topic") {
			topic = "/app/1/room/proto"
		}
		a.Policy.Retention = append(a.Policy.Retention, TopicRetention{Topic: topic, Seconds: rapid.Uint64().Draw(t, "seconds")})
	}
	return a
}

// What is signed opens to the same announcement, in both wrappings and in an
// envelope, and to nothing with another community's channel.
func TestRoundTrip(t *testing.T) {
	k := randomKey(t)
	ch, other := NewChannel(k.Community()), NewChannel(randomKey(t).Community())
	rapid.Check(t, func(t *rapid.T) {
		a := drawAnnouncement(t)
		signed, err := Sign(a, k)
		if err != nil {
			t.Fatal(err)
		}
		again, err := Sign(a, k)
		if err != nil || !bytes.Equal(signed, again) {
			t.Fatal("signing twice gives different bytes")
		}
		now := time.Unix(0, rapid.Int64Range(0, 1<<61).Draw(t, "now"))
		envelope, err := ch.Seal(signed, now)
		if err != nil {
			t.Fatal(err)
		}
		got, err := ch.Open(envelope)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(Received{Announcement: a, Signed: signed, Envelope: envelope}, got); diff != "" {
			t.Fatalf("(-want +got)\n%s", diff)
		}
		if _, err := other.Open(envelope); !errors.Is(err, ErrEnvelope) {
			t.Fatalf("another community's channel: %v", err)
		}
		if _, err := Open(other.Community(), signed); !errors.Is(err, ErrSigner) {
			t.Fatalf("another community: %v", err)
		}
	})
}

// Any changed byte of the signed message is noticed, or makes no difference.
func TestChangedBytesAreNoticed(t *testing.T) {
	k := randomKey(t)
	a := Announcement{Clock: 1, MagnetURI: "magnet:?xt=urn:btih:0", Archives: 2}
	signed, err := Sign(a, k)
	if err != nil {
		t.Fatal(err)
	}
	for i := range signed {
		for bit := range 8 {
			changed := bytes.Clone(signed)
			changed[i] ^= 1 << bit
			if got, err := Open(k.Community(), changed); err == nil {
				if diff := cmp.Diff(a, got); diff != "" {
					t.Errorf("byte %d bit %d (-want +got)\n%s", i, bit, diff)
				}
			}
		}
	}
}

func TestSignRefuses(t *testing.T) {
	k := randomKey(t)
	sound := Announcement{Clock: 1, MagnetURI: "magnet:?xt=urn:btih:0"}
	topics := func(n int, topic message.Topic) []TopicRetention {
		list := make([]TopicRetention, n)
		for i := range list {
			list[i].Topic = topic
		}
		return list
	}
	longTopic := message.Topic("/a/1/" + strings.Repeat("b", message.MaxTopicLen-7) + "/c")
	for name, change := range map[string]func(*Announcement){
		"no clock":           func(a *Announcement) { a.Clock = 0 },
		"clock too high":     func(a *Announcement) { a.Clock = MaxClock + 1 },
		"no magnet link":     func(a *Announcement) { a.MagnetURI = "" },
		"magnet not UTF-8":   func(a *Announcement) { a.MagnetURI = "magnet:?\xff" },
		"magnet too long":    func(a *Announcement) { a.MagnetURI = MagnetPrefix + strings.Repeat("x", MaxMagnetURI) },
		"too many topics":    func(a *Announcement) { a.Policy.Retention = topics(MaxRetention+1, "abcd") },
		"malformed topic":    func(a *Announcement) { a.Policy.Retention = topics(1, "abc") },
		"too long in total":  func(a *Announcement) { a.Policy.Retention = topics(MaxRetention, longTopic) },
		"nothing but a link": func(a *Announcement) { a.MagnetURI = "https://example.org" },
	} {
		a := sound
		change(&a)
		if _, err := Sign(a, k); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %v, want %v", name, err, ErrMalformed)
		}
	}
	most := sound
	most.Policy.Retention = topics(MaxRetention, "abcd")
	if signed, err := Sign(most, k); err != nil {
		t.Errorf("as many topics as allowed: %v", err)
	} else if _, err := Open(k.Community(), signed); err != nil {
		t.Errorf("as many topics as allowed, read: %v", err)
	}
}

// The longest signed message still fits the longest envelope.
func TestLongestMessageFitsEnvelope(t *testing.T) {
	v := loadVector(t)
	ch := NewChannel(v.community(t))
	envelope := v.seal(t, wrap(make([]byte, MaxSigned)), v.ThrowAwayKey)
	if len(envelope) > MaxEnvelope {
		t.Errorf("envelope of %d bytes, at most %d", len(envelope), MaxEnvelope)
	}
	if _, err := ch.Open(make([]byte, MaxEnvelope+1)); !errors.Is(err, ErrEnvelope) {
		t.Errorf("longer envelope: %v", err)
	}
}

// Whoever sends signed bytes on sends what the community vouched for only.
func TestBytesBesideAreLeftBehind(t *testing.T) {
	v := loadVector(t)
	ch := NewChannel(v.community(t))
	clean := vectorFile(t, "application_metadata_message.bin")
	padded := append(bytes.Clone(clean), field(t, "2000 text advertisement")...)
	got, err := ch.Open(v.seal(t, padded, v.ThrowAwayKey))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Signed, clean) {
		t.Errorf("signed bytes are\n%x\nwant\n%x", got.Signed, clean)
	}
}

func TestSealIsFreshEachTime(t *testing.T) {
	v := loadVector(t)
	ch := NewChannel(v.community(t))
	signed := vectorFile(t, "application_metadata_message.bin")
	now := time.Unix(1706745600, 5)
	var envelopes [2][]byte
	for i := range envelopes {
		var err error
		if envelopes[i], err = ch.Seal(signed, now); err != nil {
			t.Fatal(err)
		}
		var m wakupb.WakuMessage
		if err := proto.Unmarshal(envelopes[i], &m); err != nil {
			t.Fatal(err)
		}
		if m.ContentTopic != v.ContentTopic || m.GetVersion() != 1 || m.GetTimestamp() != now.UnixNano() || m.GetEphemeral() {
			t.Errorf("envelope on %s, version %d, at %d, ephemeral %v", m.ContentTopic, m.GetVersion(), m.GetTimestamp(), m.GetEphemeral())
		}
	}
	if bytes.Equal(envelopes[0], envelopes[1]) {
		t.Error("two envelopes are equal: the relay would drop the second")
	}
	if _, err := ch.Seal([]byte("garbage"), now); !errors.Is(err, ErrMalformed) {
		t.Errorf("garbage: %v", err)
	}
}

func TestUnwrapRefusesCutBytes(t *testing.T) {
	whole := vectorFile(t, "protocol_message.bin")
	for n := range whole {
		signed, err := Unwrap(whole[:n])
		if err == nil {
			_, err = Open(loadVector(t).community(t), signed)
		}
		if !errors.Is(err, ErrMalformed) && !errors.Is(err, ErrSigner) {
			t.Errorf("the first %d bytes: %v", n, err)
		}
	}
}

// The example of the package comment is what the code does.
func TestWorkedExample(t *testing.T) {
	k, err := signer.ParseKey("0x" + strings.Repeat("0", 63) + "1")
	if err != nil {
		t.Fatal(err)
	}
	signed, err := Sign(Announcement{Clock: 1706745600000, MagnetURI: "magnet:?xt=urn:btih:a"}, k)
	if err != nil {
		t.Fatal(err)
	}
	ch := NewChannel(k.Community())
	doc, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	plain := exampleText(string(doc))
	for what, want := range map[string]string{
		"community":     k.Community().String(),
		"signed":        hex.EncodeToString(signed),
		"content topic": strings.ReplaceAll(ch.ContentTopics()[0], "/", ""),
		"second topic":  strings.ReplaceAll(ch.ContentTopics()[1], "/", ""),
		"key":           hex.EncodeToString(keyOf(t, ch.chats[0])),
	} {
		if !strings.Contains(plain, want) {
			t.Errorf("the package comment does not have the %s\n%s", what, want)
		}
	}
}

// exampleText joins a comment's words, without what explains the bytes.
func exampleText(doc string) string {
	var b strings.Builder
	for _, line := range strings.Split(doc, "\n") {
		line = strings.TrimSpace(strings.TrimPrefix(line, "//"))
		if i := strings.Index(line, "  field "); i >= 0 {
			line = line[:i]
		}
		b.WriteString(strings.NewReplacer(" ", "", "\t", "", "/", "").Replace(line))
	}
	return b.String()
}

func fuzzSeeds(f *testing.F) {
	f.Helper()
	for _, name := range []string{
		"application_metadata_message.bin", "protocol_message.bin", "waku_message.bin",
		"waku_message_minimal.bin", "community_message_archive_magnetlink.bin",
	} {
		f.Add(vectorFile(f, name))
	}
}

// isRefusal tells whether an error is one of those that readers may return.
func isRefusal(err error) bool {
	return errors.Is(err, ErrMalformed) || errors.Is(err, ErrSigner) || errors.Is(err, ErrEnvelope)
}

func FuzzOpen(f *testing.F) {
	fuzzSeeds(f)
	c := loadVector(f).community(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		a, err := Open(c, b)
		if err != nil {
			if !isRefusal(err) {
				t.Fatalf("untyped error %v", err)
			}
			return
		}
		if a.check() != nil {
			t.Fatalf("opened what nobody may send: %+v", a)
		}
	})
}

// FuzzPayload leaves the signature out, which nobody can guess.
func FuzzPayload(f *testing.F) {
	fuzzSeeds(f)
	k := randomKey(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		a, err := parse(b)
		if err != nil {
			if !isRefusal(err) {
				t.Fatalf("untyped error %v", err)
			}
			return
		}
		signed, err := Sign(a, k)
		if err != nil {
			t.Fatalf("what was read cannot be written: %v", err)
		}
		again, err := Open(k.Community(), signed)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(a, again); diff != "" {
			t.Fatalf("(-first +second)\n%s", diff)
		}
	})
}

func FuzzUnwrap(f *testing.F) {
	fuzzSeeds(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := Unwrap(b)
		if err != nil {
			if !isRefusal(err) {
				t.Fatalf("untyped error %v", err)
			}
			return
		}
		if !bytes.Contains(b, got) {
			t.Fatal("unwrapped to bytes that were not there")
		}
		if again, err := Unwrap(wrap(b)); err != nil || !bytes.Equal(again, b) {
			t.Fatalf("wrapped and unwrapped: %v", err)
		}
	})
}

// FuzzChannelOpen also opens the bytes as what an envelope decrypts to, which
// random bytes never get to.
func FuzzChannelOpen(f *testing.F) {
	fuzzSeeds(f)
	v := loadVector(f)
	ch := NewChannel(v.community(f))
	for _, name := range []string{"waku_message.bin", "waku_message_minimal.bin"} {
		f.Add(decryptedBytes(f, ch, vectorFile(f, name)))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, envelope := range [][]byte{b, encryptedBytes(t, ch, b)} {
			if r, err := ch.Open(envelope); err != nil {
				if !isRefusal(err) {
					t.Fatalf("untyped error %v", err)
				}
			} else if r.Announcement.check() != nil {
				t.Fatalf("opened what nobody may send: %+v", r.Announcement)
			}
			if _, err := ch.Read(envelope); err != nil && !isRefusal(err) {
				t.Fatalf("untyped error %v", err)
			}
		}
	})
}

func channelCipher(tb testing.TB, ch *Channel) cipher.AEAD {
	tb.Helper()
	block, err := aes.NewCipher(keyOf(tb, ch.chats[0]))
	if err != nil {
		tb.Fatal(err)
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		tb.Fatal(err)
	}
	return gcm
}

// encryptedBytes makes an envelope that decrypts to b, the same each time.
func encryptedBytes(tb testing.TB, ch *Channel, b []byte) []byte {
	tb.Helper()
	nonce := make([]byte, 12)
	m := &wakupb.WakuMessage{
		Payload:      append(channelCipher(tb, ch).Seal(nil, nonce, b, nil), nonce...),
		ContentTopic: ch.chats[0].contentTopic,
		Version:      proto.Uint32(1),
	}
	envelope, err := proto.Marshal(m)
	if err != nil {
		tb.Fatal(err)
	}
	return envelope
}

func decryptedBytes(tb testing.TB, ch *Channel, envelope []byte) []byte {
	tb.Helper()
	var m wakupb.WakuMessage
	if err := proto.Unmarshal(envelope, &m); err != nil {
		tb.Fatal(err)
	}
	at := len(m.Payload) - 12
	b, err := channelCipher(tb, ch).Open(nil, m.Payload[at:], m.Payload[:at], nil)
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

func BenchmarkChannelOpen(b *testing.B) {
	v := loadVector(b)
	ch := NewChannel(v.community(b))
	valid := vectorFile(b, "waku_message_minimal.bin")
	garbage := bytes.Clone(valid)
	garbage[20] ^= 1
	for name, envelope := range map[string][]byte{"valid": valid, "garbage": garbage} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				_, _ = ch.Open(envelope)
			}
		})
	}
}

// A node follows its communities before it has derived a key: deriving those of
// a thousand would take 20 s and more. Each is derived once.
func TestChannelsAreMadeWithoutKeys(t *testing.T) {
	k := randomKey(t)
	var derived []string
	ch := newChannel(k.Community(), func(chatID string) ([]byte, error) {
		derived = append(derived, chatID)
		return deriveKey(chatID)
	})
	if topics := ch.ContentTopics(); topics[0] == topics[1] {
		t.Errorf("the community has one topic: %v", topics)
	}
	if len(derived) != 0 {
		t.Errorf("keys were derived before one was needed: %v", derived)
	}
	for range 2 {
		if _, err := ch.SealRequest(Request{}, time.Unix(1706745600, 0)); err != nil {
			t.Fatal(err)
		}
	}
	if want := []string{k.Community().String() + magnetlinksSuffix}; !slices.Equal(derived, want) {
		t.Errorf("keys derived: %v, want %v", derived, want)
	}
}
