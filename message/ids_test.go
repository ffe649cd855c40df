package message_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"seeder/message"
)

const communityText = "0x024c604cc083c545369d4108f704745e9210289f66a1f2d48985429383a14d9e80"

func TestCommunityID(t *testing.T) {
	c, err := message.ParseCommunityID(communityText)
	if err != nil {
		t.Fatal(err)
	}
	if c.String() != communityText || c.IsZero() || !(message.CommunityID{}).IsZero() {
		t.Errorf("%s", c)
	}
	var back message.CommunityID
	b, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &back); err != nil || back != c {
		t.Errorf("%s, %v", back, err)
	}
	if upper, err := message.ParseCommunityID("0x" + strings.ToUpper(communityText[2:])); err != nil || upper != c {
		t.Errorf("upper case: %s, %v", upper, err)
	}
	for name, s := range map[string]string{
		"empty": "", "no 0x": communityText[2:], "short": communityText[:66], "long": communityText + "00",
		"not hex": "0xzz" + communityText[4:], "odd": communityText[:67], "prefix 05": "0x05" + communityText[4:],
		"off the curve": "0x02" + strings.Repeat("ff", 32), "path": "../" + communityText,
		"compressed infinity": "0x00" + strings.Repeat("00", 32), "spaces": " " + communityText,
	} {
		if _, err := message.ParseCommunityID(s); !errors.Is(err, message.ErrCommunityID) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestArchiveID(t *testing.T) {
	text := "0x0333923bbead8b2a83c36909941b17725f72adf7cdac7e82d96f8b0506a7a6bb"
	id, err := message.ParseArchiveID(text)
	if err != nil {
		t.Fatal(err)
	}
	if id.String() != text || id.IsZero() || !(message.ArchiveID{}).IsZero() {
		t.Errorf("%s", id)
	}
	var back message.ArchiveID
	b, err := json.Marshal(id)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &back); err != nil || back != id {
		t.Errorf("%s, %v", back, err)
	}
	for name, s := range map[string]string{
		"empty": "", "no 0x": text[2:], "short": text[:64], "long": text + "00", "upper case": "0x" + strings.ToUpper(text[2:]),
		"not hex": "0xzz" + text[4:], "path": "../../" + text[6:], "newline": text + "\n",
	} {
		if _, err := message.ParseArchiveID(s); !errors.Is(err, message.ErrArchiveID) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestTopicOf has chat ids and topics of a Status client.
func TestTopicOf(t *testing.T) {
	for chat, want := range map[string]string{
		communityText:                                          "0xb8ec1186",
		communityText + "-magnetlinks":                         "0x2d7c01c2",
		communityText + "-memberUpdate":                        "0x4bc9d8b4",
		communityText + "-ping":                                "0xc6c69796",
		communityText + "00000000-0000-4000-8000-000000000001": "0x8a2a40f7",
	} {
		if got := message.TopicOf(chat); got.String() != want || got.ContentTopic() != "/waku/1/"+want+"/rfc26" {
			t.Errorf("%s: %s, %s", chat, got, got.ContentTopic())
		}
	}
}

func TestParseTopic(t *testing.T) {
	for in, want := range map[string]string{
		"0x8a2a40f7":                                  "/waku/1/0x8a2a40f7/rfc26",
		"/waku/1/0x8a2a40f7/rfc26":                    "/waku/1/0x8a2a40f7/rfc26",
		"/waku/1/0x8A2A40F7/rfc26":                    "/waku/1/0x8a2a40f7/rfc26",
		"/waku/2/default-content/proto":               "/waku/2/default-content/proto",
		"/app/1/ünïcode/proto":                        "/app/1/ünïcode/proto",
		"/waku/1/0x8a2a40/rfc26":                      "/waku/1/0x8a2a40/rfc26", // no short form, but a content topic
		"/0/toychat/2/luzhou/proto":                   "/0/toychat/2/luzhou/proto",
		"/a/1/" + strings.Repeat("x", 245) + "/proto": "/a/1/" + strings.Repeat("x", 245) + "/proto",
	} {
		got, err := message.ParseTopic(in)
		if err != nil || got.ContentTopic() != want || got.Check() != nil {
			t.Errorf("%s: %s, %v", in, got.ContentTopic(), err)
		}
	}
	for _, in := range []string{
		"", "abcd", "0x", "0x8a2a40", "0x8a2a40f7ff", "hello", "/a/b/c", "waku/1/x/proto", "/a/1/\xff/proto",
		"/a/1/" + strings.Repeat("x", 246) + "/proto",
	} {
		if got, err := message.ParseTopic(in); !errors.Is(err, message.ErrTopic) {
			t.Errorf("%q: %s, %v", in, got, err)
		}
	}
}

func TestTopicRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		topic := message.Topic(rapid.SliceOfN(rapid.Byte(), 4, 4).Draw(t, "topic"))
		for _, s := range []string{topic.String(), topic.ContentTopic()} {
			got, err := message.ParseTopic(s)
			if err != nil || got != topic {
				t.Fatalf("%s: %s, %v", s, got, err)
			}
		}
	})
}

func TestPartitions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ts := rapid.Uint64Range(0, 1<<40).Draw(t, "ts")
		p := message.PartitionOf(ts)
		if !p.Contains(ts) || p.From%message.PartitionSeconds != 0 || p.To-p.From != 7*86400 || p.Empty() {
			t.Fatalf("%d is in %v", ts, p)
		}
		if p.Contains(p.To) || message.PartitionOf(p.To).From != p.To || message.PartitionOf(p.To-1) != p {
			t.Fatalf("%v is not half-open", p)
		}
	})
}

func TestSpan(t *testing.T) {
	for _, tt := range []struct {
		span  message.Span
		empty bool
		text  string
	}{
		{message.Span{From: 1703721600, To: 1704326400}, false, "[2023-12-28, 2024-01-04)"},
		{message.Span{From: 1, To: 86400}, false, "[1970-01-01T00:00:01Z, 1970-01-02)"},
		{message.Span{From: 5, To: 5}, true, "[1970-01-01T00:00:05Z, 1970-01-01T00:00:05Z)"},
		{message.Span{From: 6, To: 5}, true, "[1970-01-01T00:00:06Z, 1970-01-01T00:00:05Z)"},
		{message.Forever(), false, "[1970-01-01, 18446744073709551615)"},
	} {
		if tt.span.Empty() != tt.empty || tt.span.String() != tt.text {
			t.Errorf("%v: empty %v", tt.span, tt.span.Empty())
		}
		if tt.empty && tt.span.Contains(tt.span.From) {
			t.Errorf("%v contains something", tt.span)
		}
	}
	if s := (message.Span{From: 5, To: 7}); s.Contains(4) || !s.Contains(5) || !s.Contains(6) || s.Contains(7) {
		t.Error("bounds")
	}
	if f := message.Forever(); !f.Contains(0) || !f.Contains(1<<63) {
		t.Error("forever")
	}
}
