package synth

import (
	"crypto/sha256"
	"encoding/hex"
	"math"
	"slices"
	"sort"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"seeder/message"
)

// end is 2024-07-03 10:00:00 UTC, a Wednesday.
const end = 1720000800

var community = message.CommunityID{2, 1}

func collect(t *testing.T, o Options) []message.Message {
	t.Helper()
	var out []message.Message
	for m, err := range Messages(o) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, m)
	}
	return out
}

func checksum(ms []message.Message) string {
	h := sha256.New()
	for i := range ms {
		h.Write(ms[i].AppendWire(nil))
	}
	return hex.EncodeToString(h.Sum(nil))
}

func isImage(m *message.Message) bool {
	return strings.HasPrefix(string(m.Payload), "\xff\xd8\xff\xe0")
}

func isEdit(m *message.Message) bool { return strings.HasPrefix(string(m.Payload), "edit ") }

// The history of seed 1 is pinned: measurements made with it stay comparable.
func TestDefaultIsPinned(t *testing.T) {
	ms := collect(t, Default(community, 1, end))
	var images, edits, bytes int
	topics := map[message.Topic]int{}
	for i := range ms {
		if isImage(&ms[i]) {
			images++
		}
		if isEdit(&ms[i]) {
			edits++
		}
		bytes += len(ms[i].Payload)
		topics[ms[i].Topic]++
	}
	counts := make([]int, 0, len(topics))
	for _, n := range topics {
		counts = append(counts, n)
	}
	sort.Sort(sort.Reverse(sort.IntSlice(counts)))
	if len(ms) != 20000 || images != pinnedImages || edits != pinnedEdits || bytes != pinnedBytes || !slices.Equal(counts, pinnedTopics) {
		t.Errorf("%d messages, %d images, %d edits, %d bytes, topics %v", len(ms), images, edits, bytes, counts)
	}
	if got := checksum(ms); got != pinnedSum {
		t.Errorf("checksum = %s, want %s", got, pinnedSum)
	}
}

func TestShape(t *testing.T) {
	o := Default(community, 7, end+1234)
	o.ImageBytes = 3000
	ms := collect(t, o)
	start := uint64(end - 26*7*86400)
	keys := map[message.Key]bool{}
	var logs []float64
	weekend, nights := 0, 0
	for i := range ms {
		m := &ms[i]
		if m.Timestamp < start || m.Timestamp >= end || (i > 0 && m.Timestamp < ms[i-1].Timestamp) {
			t.Fatalf("message %d at %d is outside the weeks or out of order", i, m.Timestamp)
		}
		if err := m.Topic.Check(); err != nil {
			t.Fatal(err)
		}
		keys[m.Key()] = true
		if !isImage(m) && !isEdit(m) {
			logs = append(logs, math.Log(float64(len(m.Payload))))
		}
		if d := m.Timestamp / 86400 % 7; d == 2 || d == 3 {
			weekend++
		}
		if m.Timestamp/3600%24 < 6 {
			nights++
		}
	}
	if len(keys) != len(ms) {
		t.Errorf("%d keys for %d messages", len(keys), len(ms))
	}
	mean, deviation := moments(logs)
	if math.Abs(mean-2.83) > 0.08 || math.Abs(deviation-1.15) > 0.08 {
		t.Errorf("log of lengths: mean %.3f, deviation %.3f; want about 2.83 and 1.15", mean, deviation)
	}
	if share := float64(weekend) / float64(len(ms)); share < 0.34 || share > 0.38 {
		t.Errorf("weekend has %.3f of the messages, want 27/75", share)
	}
	if share := float64(nights) / float64(len(ms)); share > 0.08 {
		t.Errorf("nights have %.3f of the messages", share)
	}
}

func moments(x []float64) (mean, deviation float64) {
	for _, v := range x {
		mean += v
	}
	mean /= float64(len(x))
	for _, v := range x {
		deviation += (v - mean) * (v - mean)
	}
	return mean, math.Sqrt(deviation / float64(len(x)))
}

func TestSameOptionsSameHistory(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		o := Options{
			Community: community, Seed: rapid.Uint64().Draw(rt, "seed"), Messages: rapid.IntRange(0, 300).Draw(rt, "messages"),
			Weeks: rapid.IntRange(1, 60).Draw(rt, "weeks"), End: end, Channels: rapid.IntRange(1, 40).Draw(rt, "channels"),
			ImageShare: 0.1, EditShare: 0.2, ImageBytes: rapid.IntRange(0, 500).Draw(rt, "image"),
		}
		a, b := collect(t, o), collect(t, o)
		if len(a) != o.Messages || checksum(a) != checksum(b) {
			rt.Fatalf("%d and %d messages, want %d, equal", len(a), len(b), o.Messages)
		}
		o.Seed++
		if c := collect(t, o); len(a) > 5 && checksum(a) == checksum(c) {
			rt.Fatal("another seed gives the same history")
		}
	})
}

func TestStopsWhenAsked(t *testing.T) {
	n := 0
	for range Messages(Default(community, 1, end)) {
		if n++; n == 3 {
			break
		}
	}
	if n != 3 {
		t.Errorf("%d messages after a break at 3", n)
	}
}

func TestChannelNamesDiffer(t *testing.T) {
	seen := map[string]bool{}
	for k := range 100 {
		if name := ChannelName(k); seen[name] {
			t.Errorf("channel %d is named %s like another", k, name)
		} else {
			seen[name] = true
		}
	}
}

const (
	pinnedImages = 811
	pinnedEdits  = 408
	pinnedBytes  = 121754721
	pinnedSum    = "7d940e5c448fdebe0808eed89188309319f8944d45cd2f5363cc45ed6187885d"
)

var pinnedTopics = []int{7277, 3605, 2509, 1838, 1502, 1274, 1083, 912}
