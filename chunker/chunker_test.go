package chunker_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"seeder/archive"
	"seeder/chunker"
	"seeder/message"
)

// start is the beginning of a partition.
const start = 1703721600

var week = message.PartitionOf(start)

// sized returns a message at second n of the week with so many bytes of content.
func sized(n uint64, content int) message.Message {
	sum := sha256.Sum256(binary.BigEndian.AppendUint64(nil, n))
	return message.Message{Timestamp: start + n, Topic: "abcd", Payload: make([]byte, content), Hash: sum[:]}
}

// split returns the content sizes of the archives that the messages form.
func split(t testing.TB, limit uint64, messages []message.Message) [][]int {
	t.Helper()
	var archives [][]int
	s := chunker.NewSplitter(week, limit)
	for i := range messages {
		verdict, err := s.Next(&messages[i])
		if err != nil {
			t.Fatal(err)
		}
		if verdict == chunker.Duplicate {
			continue
		}
		if verdict == chunker.Cut || archives == nil {
			archives = append(archives, nil)
		}
		last := len(archives) - 1
		archives[last] = append(archives[last], int(messages[i].ContentSize()))
	}
	return archives
}

func sizes(list ...int) []message.Message {
	var messages []message.Message
	for i, n := range list {
		messages = append(messages, sized(uint64(i), n))
	}
	return messages
}

func TestSplit(t *testing.T) {
	tests := []struct {
		name  string
		limit uint64
		in    []int
		want  [][]int
	}{
		{"worked example", 10, []int{4, 6, 1, 25, 0, 10}, [][]int{{4, 6}, {1}, {25}, {0, 10}}},
		{"nothing", 10, nil, nil},
		{"one", 10, []int{3}, [][]int{{3}}},
		{"exactly full", 10, []int{5, 5, 5, 5}, [][]int{{5, 5}, {5, 5}}},
		{"one over", 10, []int{5, 6}, [][]int{{5}, {6}}},
		{"first too large", 10, []int{11, 1}, [][]int{{11}, {1}}},
		{"last too large", 10, []int{1, 11}, [][]int{{1}, {11}}},
		{"all too large", 10, []int{11, 12, 13}, [][]int{{11}, {12}, {13}}},
		{"empty ones", 10, []int{0, 0, 10, 0, 1}, [][]int{{0, 0, 10, 0}, {1}}},
		{"empty one behind a too large one", 10, []int{11, 0}, [][]int{{11}, {0}}},
		{"default limit", 0, []int{29_999_999, 1, 1}, [][]int{{29_999_999, 1}, {1}}},
		{"above the default limit", 0, []int{1, 30_000_001, 1}, [][]int{{1}, {30_000_001}, {1}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, split(t, tt.limit, sizes(tt.in...))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestWorkedExample reads the example of the package comment.
func TestWorkedExample(t *testing.T) {
	doc, err := os.ReadFile("chunker.go")
	if err != nil {
		t.Fatal(err)
	}
	_, example, _ := strings.Cut(string(doc), "Worked example")
	found := regexp.MustCompile(`(?m)^//\t(.*)$`).FindAllStringSubmatch(example, 2)
	var in []int
	for _, f := range strings.Fields(found[0][1]) {
		var n int
		if _, err := fmt.Sscan(f, &n); err != nil {
			t.Fatal(err)
		}
		in = append(in, n)
	}
	got := strings.TrimSuffix(strings.TrimPrefix(fmt.Sprint(split(t, 10, sizes(in...))), "["), "]")
	if got != found[1][1] {
		t.Errorf("the package comment says %s, want %s", found[1][1], got)
	}
}

func TestAuthorCounts(t *testing.T) {
	messages := sizes(5, 5)
	messages[1].Sig = []byte{1}
	if got := split(t, 10, messages); len(got) != 2 {
		t.Errorf("sig does not count: %v", got)
	}
	messages[1].Sig, messages[1].Padding, messages[1].ThirdPartyID = nil, make([]byte, 100), "id"
	if got := split(t, 10, messages); len(got) != 1 {
		t.Errorf("padding or third-party id counts: %v", got)
	}
}

// TestEncodedLimit expects messages without content to be cut all the same.
func TestEncodedLimit(t *testing.T) {
	padding := make([]byte, 16<<20)
	s := chunker.NewSplitter(week, 0)
	var cuts []int
	for i := range 33 {
		m := sized(uint64(i), 0)
		m.Padding = padding
		verdict, err := s.Next(&m)
		if err != nil {
			t.Fatal(err)
		}
		if verdict == chunker.Cut {
			cuts = append(cuts, i)
		}
	}
	if diff := cmp.Diff([]int{15, 30}, cuts); diff != "" {
		t.Error(diff)
	}
	if chunker.MaxEncodedBytes+archive.MaxMessageBytes > archive.MaxArchiveBytes {
		t.Error("an archive can be cut and still be too large")
	}
}

func TestNextRefuses(t *testing.T) {
	s := chunker.NewSplitter(week, 10)
	expect := func(m message.Message, want chunker.Verdict, wantErr error) {
		t.Helper()
		got, err := s.Next(&m)
		if got != want || !errors.Is(err, wantErr) {
			t.Errorf("%v, %v, want %v, %v", got, err, want, wantErr)
		}
	}
	early, late := sized(0, 1), sized(0, 1)
	early.Timestamp, late.Timestamp = week.From-1, week.To
	low, high := sized(5, 4), sized(5, 4)
	low.Hash, high.Hash = bytes.Repeat([]byte{1}, 32), bytes.Repeat([]byte{2}, 32)
	expect(early, 0, chunker.ErrSpan)
	expect(late, 0, chunker.ErrSpan)
	expect(low, chunker.Append, nil)
	expect(low, chunker.Duplicate, nil)
	expect(high, chunker.Append, nil)
	expect(low, 0, chunker.ErrOrder)
	expect(sized(4, 1), 0, chunker.ErrOrder)
	expect(high, chunker.Duplicate, nil)
	expect(sized(6, 3), chunker.Cut, nil)
	last := sized(0, 7)
	last.Timestamp = week.To - 1
	expect(last, chunker.Append, nil)
}

func TestVerdictString(t *testing.T) {
	for v, want := range map[chunker.Verdict]string{
		chunker.Append: "append", chunker.Cut: "cut", chunker.Duplicate: "duplicate", 0: "verdict 0",
	} {
		if v.String() != want {
			t.Errorf("%s, want %s", v, want)
		}
	}
}

// history makes messages of a week from a seed: skewed sizes, several in a
// second, some without a hash.
func history(seed uint64, n int) []message.Message {
	r := rand.New(rand.NewPCG(seed, 0))
	messages := make([]message.Message, n)
	for i := range messages {
		size := int(r.ExpFloat64() * 200)
		if r.IntN(50) == 0 {
			size = 2000 + r.IntN(8000)
		}
		m := message.Message{
			Timestamp: week.From + r.Uint64N(message.PartitionSeconds/60)*60,
			Topic:     message.TopicOf(fmt.Sprint("channel ", r.IntN(8))),
			Payload:   make([]byte, size),
		}
		for j := 0; j+8 <= size; j += 8 {
			binary.LittleEndian.PutUint64(m.Payload[j:], r.Uint64())
		}
		if r.IntN(10) > 0 {
			sum := sha256.Sum256(fmt.Append(nil, seed, i))
			m.Hash = sum[:]
		}
		messages[i] = m
	}
	return messages
}

// pack sorts, splits, encodes, seals and places messages.
func pack(t fataler, limit uint64, messages []message.Message) (data []byte, entries []archive.Entry) {
	t.Helper()
	messages = chunker.Sort(messages)
	topics := topicsOf(messages)
	var out bytes.Buffer
	var enc *archive.Encoder
	var previous message.ArchiveID
	begin := func() {
		out.Reset()
		enc = must(archive.NewEncoder(&out, week, topics))(t)
	}
	finish := func() {
		sum := must(enc.Close())(t)
		e := must(archive.NewEntry(week, topics, uint64(len(data)), sum, previous, 0))(t)
		previous = e.ID
		entries = append(entries, e)
		data = append(append(data, out.Bytes()...), make([]byte, e.Padding)...)
	}
	s := chunker.NewSplitter(week, limit)
	begin()
	for i := range messages {
		switch must(s.Next(&messages[i]))(t) {
		case chunker.Cut:
			finish()
			begin()
		case chunker.Duplicate:
			t.Fatal("Sort left a duplicate")
		default:
		}
		if err := enc.Encode(&messages[i]); err != nil {
			t.Fatal(err)
		}
	}
	finish()
	return data, entries
}

type fataler interface {
	Helper()
	Fatal(...any)
}

func must[T any](v T, err error) func(fataler) T {
	return func(t fataler) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func topicsOf(messages []message.Message) []message.Topic {
	var topics []message.Topic
	for _, m := range messages {
		topics = append(topics, m.Topic)
	}
	slices.Sort(topics)
	return slices.Compact(topics)
}

func TestOrderOfInputDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		messages := history(rapid.Uint64().Draw(t, "seed"), rapid.IntRange(1, 120).Draw(t, "n"))
		// Messages that came in twice, as from two peers.
		for range rapid.IntRange(0, 20).Draw(t, "duplicates") {
			messages = append(messages, messages[rapid.IntRange(0, len(messages)-1).Draw(t, "which")])
		}
		limit := rapid.Uint64Range(1, 10_000).Draw(t, "limit")
		shuffled := rapid.Permutation(messages).Draw(t, "shuffled")
		data, entries := pack(t, limit, slices.Clone(messages))
		again, sameEntries := pack(t, limit, shuffled)
		if !bytes.Equal(data, again) {
			t.Fatal("other data")
		}
		if diff := cmp.Diff(entries, sameEntries); diff != "" {
			t.Fatal(diff)
		}
		checkPacked(t, limit, data, entries, messages)
	})
}

// checkPacked expects every message exactly once and no archive cut too early
// or too late.
func checkPacked(t *rapid.T, limit uint64, data []byte, entries []archive.Entry, messages []message.Message) {
	t.Helper()
	keys := map[message.Key]int{}
	for i := range messages {
		keys[messages[i].Key()] = 1
	}
	var before uint64
	for i := range entries {
		e := &entries[i]
		var content, first, count uint64
		_, err := archive.CheckContent(message.CommunityID{}, e, bytes.NewReader(data[e.Offset:][:e.Raw()]), func(m *message.Message) error {
			if count == 0 {
				first = m.ContentSize()
			}
			content += m.ContentSize()
			count++
			keys[m.Key()]--
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if content > limit && count > 1 {
			t.Fatalf("archive %d has %d bytes of content in %d messages", i, content, count)
		}
		if i > 0 && before+first <= limit {
			t.Fatalf("archive %d could have held one message more", i-1)
		}
		before = content
	}
	for key, left := range keys {
		if left != 0 {
			t.Fatalf("message %s occurs %d times", key, 1-left)
		}
	}
}

// TestPinned keeps boundaries and bytes from drifting: two owners with other
// versions of this program must make the same archives.
func TestPinned(t *testing.T) {
	data, entries := pack(t, 500_000, history(42, 10_000))
	var counts []uint64
	for i := range entries {
		counts = append(counts, entries[i].Seal.MessageCount)
	}
	if diff := cmp.Diff(pinnedCounts, counts); diff != "" {
		t.Error(diff)
	}
	sum := sha256.Sum256(data)
	if got := hex.EncodeToString(sum[:]); got != pinnedData {
		t.Errorf("data has SHA-256 %s", got)
	}
	if got := entries[len(entries)-1].ID.String(); got != pinnedHead {
		t.Errorf("the last archive is %s", got)
	}
}

func TestSortKeepsTheLowestOfOneKey(t *testing.T) {
	a, b, c := sized(1, 3), sized(1, 3), sized(2, 3)
	a.Payload, b.Payload, c.Payload = []byte("a"), []byte("b"), []byte("c")
	c.Hash = a.Hash // the same key at a later time
	want := []message.Message{a}
	for _, in := range [][]message.Message{{a, b, c}, {c, b, a}, {b, c, a}} {
		if diff := cmp.Diff(want, chunker.Sort(in)); diff != "" {
			t.Error(diff)
		}
	}
	if got := chunker.Sort(nil); len(got) != 0 {
		t.Error(got)
	}
}

// The messages of each archive, the SHA-256 of the data and the last id, as
// computed by the first version.
var pinnedCounts = []uint64{1669, 1626, 1573, 1689, 1688, 1418, 337}

const (
	pinnedData = "b9a12c17665c1f0f471056cc08e1e399d45b56fed6d90a2e0c3223ef858b238a"
	pinnedHead = "0xe19930328f119fb94b74d38b5b7594e977d0353c3eb0f27978b1c62d6412486d"
)
