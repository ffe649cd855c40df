package activity_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"seeder/activity"
	"seeder/internal/clock"
	"seeder/internal/leaktest"
	"seeder/internal/syncbuf"
)

func TestMain(m *testing.M) { leaktest.Main(m) }

// patience bounds every wait for a condition.
const patience = time.Minute

var begin = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// book is a log in a file, with what it warns of.
type book struct {
	*activity.Log
	path  string
	clock *clock.Fixed
	warns *warnings
}

// warnings is what was logged.
type warnings = syncbuf.Buffer

func open(t *testing.T, path string, at time.Time) *book {
	t.Helper()
	b := &book{path: path, clock: clock.NewFixed(at), warns: &warnings{}}
	b.Log = activity.Open(activity.Options{Path: path, Clock: b.clock, Logger: slog.New(slog.NewTextHandler(b.warns, nil))})
	t.Cleanup(func() { _ = b.Close() })
	return b
}

func (b *book) close(t *testing.T) {
	t.Helper()
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
}

func fresh(t *testing.T) *book { return open(t, filepath.Join(t.TempDir(), "activity.jsonl"), begin) }

func event(n int) activity.Event {
	return activity.Event{Kind: activity.KindSetting, Subject: "up", State: "set", Text: fmt.Sprint("event ", n)}
}

func publish(l *activity.Log, from, to int) {
	for n := from; n < to; n++ {
		l.Publish(event(n))
	}
}

// texts are those of events, oldest first.
func texts(list []activity.Event) []string {
	out := []string{}
	for _, e := range slices.Backward(list) {
		out = append(out, e.Text)
	}
	return out
}

func numbered(from, to int) []string {
	out := []string{}
	for n := from; n < to; n++ {
		out = append(out, fmt.Sprint("event ", n))
	}
	return out
}

func equal(t *testing.T, what string, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// next takes n events, which are there or come.
func next(t *testing.T, s *activity.Subscription, n int) []string {
	t.Helper()
	out := []string{}
	late := time.After(patience)
	for range n {
		select {
		case e, ok := <-s.Events():
			if !ok {
				t.Fatalf("ended after %d of %d events: %v", len(out), n, s.Err())
			}
			out = append(out, e.Text)
		case <-late:
			t.Fatalf("%d of %d events came", len(out), n)
		}
	}
	return out
}

func TestEventsGetIdsAndTimes(t *testing.T) {
	b := fresh(t)
	b.Publish(event(0), event(1))
	b.clock.Advance(time.Second)
	b.Publish(event(2))
	list := b.List("", 10)
	equal(t, "events", numbered(0, 3), texts(list))
	if list[0].At != begin.Add(time.Second).UnixMilli() || list[2].At != begin.UnixMilli() {
		t.Errorf("times are %d and %d", list[2].At, list[0].At)
	}
	if list[0].ID <= list[1].ID || list[1].ID <= list[2].ID {
		t.Errorf("ids do not grow: %q, %q, %q", list[2].ID, list[1].ID, list[0].ID)
	}
}

func TestListPages(t *testing.T) {
	b := fresh(t)
	publish(b.Log, 0, 25)
	var all []activity.Event
	before := ""
	for {
		page := b.List(before, 10)
		if len(page) == 0 {
			break
		}
		all, before = append(all, page...), page[len(page)-1].ID
	}
	equal(t, "pages", numbered(0, 25), texts(all))
	for _, before := range []string{"0", "x", "-1", "1", strings.Repeat("9", 30)} {
		if got := b.List(before, 10); len(got) != 0 {
			t.Errorf("before %q there are %d events", before, len(got))
		}
	}
	if got := b.List("", -1); len(got) != 0 {
		t.Errorf("%d events where fewer than none were asked for", len(got))
	}
}

func TestOnlyTheLastAreKept(t *testing.T) {
	b := fresh(t)
	publish(b.Log, 0, 3*activity.Size+7)
	want := numbered(2*activity.Size+7, 3*activity.Size+7)
	equal(t, "events", want, texts(b.List("", 2*activity.Size)))
	b.close(t)
	equal(t, "events after a restart", want, texts(open(t, b.path, begin).List("", 2*activity.Size)))
	if info, err := os.Stat(b.path); err != nil || info.Size() > activity.MaxFile/10 {
		t.Errorf("the file has %d bytes (%v)", info.Size(), err)
	}
}

func TestSubscriptionFollows(t *testing.T) {
	b := fresh(t)
	publish(b.Log, 0, 5)
	s := b.Subscribe("")
	defer s.Close()
	publish(b.Log, 5, 8)
	equal(t, "events", numbered(5, 8), next(t, s, 3))
	if s.Reset() {
		t.Error("a subscription that begins now has missed something")
	}
}

func TestSubscriptionResumes(t *testing.T) {
	b := fresh(t)
	publish(b.Log, 0, 10)
	after := b.List("", 10)[5].ID // event 4
	s := b.Subscribe(after)
	defer s.Close()
	publish(b.Log, 10, 12)
	equal(t, "events", numbered(5, 12), next(t, s, 7))
	last := b.Subscribe(b.List("", 1)[0].ID)
	defer last.Close()
	publish(b.Log, 12, 13)
	equal(t, "after the last", numbered(12, 13), next(t, last, 1))
	if s.Reset() || last.Reset() {
		t.Error("nothing was missed")
	}
}

func TestSubscriptionResumesAfterRestart(t *testing.T) {
	b := fresh(t)
	publish(b.Log, 0, 10)
	after := b.List("", 10)[5].ID
	b.close(t)
	b = open(t, b.path, begin.Add(time.Hour))
	publish(b.Log, 10, 11)
	s := b.Subscribe(after)
	defer s.Close()
	equal(t, "events", numbered(5, 11), next(t, s, 6))
}

func TestUnknownIdsAreReset(t *testing.T) {
	b := fresh(t)
	publish(b.Log, 0, 1)
	old := b.List("", 1)[0].ID
	publish(b.Log, 1, activity.Size+1)
	for _, after := range []string{old, "1", "x", "", "00", "99999999999999999999", b.List("", 1)[0].ID + "0"} {
		s := b.Subscribe(after)
		if s.Reset() != (after != "") {
			t.Errorf("after %q: reset is %v", after, s.Reset())
		}
		if n := len(s.Events()); n != 0 {
			t.Errorf("after %q: %d events wait", after, n)
		}
		s.Close()
	}
}

// What a lost file had is not mistaken for what came later.
func TestLostFile(t *testing.T) {
	b := fresh(t)
	publish(b.Log, 0, 10)
	after := b.List("", 10)[0].ID
	b.close(t)
	if err := os.Remove(b.path); err != nil {
		t.Fatal(err)
	}
	b = open(t, b.path, begin.Add(time.Second))
	publish(b.Log, 0, 20)
	if s := b.Subscribe(after); !s.Reset() {
		t.Error("an event of the lost file is known")
	}
}

// A clock that goes back does not make ids go back.
func TestClockGoesBack(t *testing.T) {
	b := fresh(t)
	publish(b.Log, 0, 2)
	b.close(t)
	b = open(t, b.path, begin.Add(-time.Hour))
	publish(b.Log, 2, 4)
	equal(t, "events", numbered(0, 4), texts(b.List("", 10)))
	b.close(t)
	equal(t, "events after a restart", numbered(0, 4), texts(open(t, b.path, begin).List("", 10)))
}

func TestSlowReaderIsCutOff(t *testing.T) {
	b := fresh(t)
	publish(b.Log, 0, 3)
	slow, other := b.Subscribe(b.List("", 3)[2].ID), b.Subscribe("")
	defer other.Close()
	publish(b.Log, 3, activity.Slack+3)
	if slow.Err() != nil {
		t.Fatalf("cut off although there is room: %v", slow.Err())
	}
	equal(t, "the other reader", numbered(3, activity.Slack+3), next(t, other, activity.Slack))
	publish(b.Log, activity.Slack+3, activity.Slack+4)
	if !errors.Is(slow.Err(), activity.ErrSlow) {
		t.Errorf("a reader that does not read: %v, want ErrSlow", slow.Err())
	}
	equal(t, "what waited is there yet", numbered(1, activity.Slack+3), next(t, slow, activity.Slack+2))
	if _, ok := <-slow.Events(); ok {
		t.Error("an event after the end")
	}
	slow.Close()
	equal(t, "the other reader", 1, len(next(t, other, 1)))
}

func TestClose(t *testing.T) {
	b := fresh(t)
	s, gone := b.Subscribe(""), b.Subscribe("")
	gone.Close()
	gone.Close()
	b.close(t)
	if _, ok := <-s.Events(); ok || !errors.Is(s.Err(), activity.ErrClosed) {
		t.Errorf("after the end: %v, want ErrClosed", s.Err())
	}
	if _, ok := <-gone.Events(); ok || gone.Err() != nil {
		t.Errorf("a subscription that was closed: %v", gone.Err())
	}
	b.Publish(event(0))
	if late := b.Subscribe(""); !errors.Is(late.Err(), activity.ErrClosed) {
		t.Errorf("subscribed after the end: %v", late.Err())
	}
	b.close(t)
}

func TestTextIsBounded(t *testing.T) {
	b := fresh(t)
	b.Publish(activity.Event{Text: strings.Repeat("ü", activity.MaxText), Subject: "\xff"})
	e := b.List("", 1)[0]
	if len(e.Text) > activity.MaxText || !strings.HasSuffix(e.Text, "ü…") || e.Subject != "\uFFFD" {
		t.Errorf("the text is %d bytes, the subject %q", len(e.Text), e.Subject)
	}
	b.close(t)
	equal(t, "kept", e, open(t, b.path, begin).List("", 1)[0])
}

// What is readable of a damaged file is kept, and the file is set aside.
func TestDamagedFile(t *testing.T) {
	b := fresh(t)
	publish(b.Log, 0, 10)
	b.close(t)
	data, err := os.ReadFile(b.path)
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.SplitAfter(data, []byte("\n"))
	lines[6][3] = '!'
	damaged := bytes.Join(lines, nil)
	if err := os.WriteFile(b.path, damaged, 0o600); err != nil {
		t.Fatal(err)
	}
	b = open(t, b.path, begin.Add(time.Minute))
	if got := b.warns.String(); strings.Count(got, "\n") != 1 || !strings.Contains(got, "line 7") {
		t.Errorf("it is warned of %q", got)
	}
	want := slices.Concat(numbered(0, 5), numbered(6, 10))
	equal(t, "events", want, texts(b.List("", 20)))
	b.waitForFile(t) // a process that is killed has them, too
	b.close(t)
	b = open(t, b.path, begin.Add(2*time.Minute))
	publish(b.Log, 10, 11)
	want = append(want, "event 10")
	equal(t, "events", want, texts(b.List("", 20)))
	b.close(t)
	again := open(t, b.path, begin)
	equal(t, "events after a restart", want, texts(again.List("", 20)))
	if got := b.warns.String() + again.warns.String(); got != "" {
		t.Errorf("it is warned again: %q", got)
	}
	aside, err := os.ReadFile(b.path + activity.DamagedSuffix)
	if err != nil || !bytes.Equal(aside, damaged) {
		t.Errorf("the damaged file is not aside (%v)", err)
	}
}

// waitForFile waits until there is a file again.
func (b *book) waitForFile(t *testing.T) {
	t.Helper()
	for late := time.Now().Add(patience); ; runtime.Gosched() {
		if _, err := os.Stat(b.path); err == nil {
			return
		}
		if time.Now().After(late) {
			t.Fatal("no file")
		}
	}
}

// A damaged line costs itself, wherever it is and whatever its id has become.
func TestDamagedLines(t *testing.T) {
	line := func(id, text string) string {
		return `{"id":"` + id + `","at":1,"community":"","kind":"x","subject":"","state":"","text":"` + text + `"}`
	}
	for name, tt := range map[string]struct {
		lines []string
		want  string
		warns string
	}{
		"the first":        {[]string{"{", line("2", "b"), line("3", "c")}, "bc", "line 2:"},
		"two":              {[]string{line("1", "a"), "", line("3", "c"), strings.Repeat("x", activity.MaxLine+1), line("5", "e")}, "ace", "line 3:"},
		"the last":         {[]string{line("1", "a"), line("2", "b"), "\x00\x00"}, "ab", "line 4:"},
		"an id too high":   {[]string{line("1", "a"), line("9002", "b"), line("3", "c"), line("4", "d")}, "acd", "line 4: out of order"},
		"the first of all": {[]string{line("9001", "a"), line("2", "b"), line("3", "c")}, "bc", "line 3: out of order"},
		"an id too low":    {[]string{line("11", "a"), line("12", "b"), line("3", "c"), line("14", "d")}, "abd", "line 4: out of order"},
		"twice the same":   {[]string{line("1", "a"), line("2", "b"), line("1", "a"), line("2", "b"), line("3", "c")}, "abc", "line 4: out of order"},
		"none":             {[]string{line("1", "a"), line("2", "b")}, "ab", ""},
	} {
		text := string(activity.Encode(nil)) + strings.Join(tt.lines, "\n") + "\n"
		events, err := activity.Decode([]byte(text))
		got := ""
		for _, e := range events {
			got += e.Text
		}
		if got != tt.want || (err != nil) != (tt.warns != "") || err != nil && (!errors.Is(err, activity.ErrFile) || !strings.Contains(err.Error(), tt.warns)) {
			t.Errorf("%s: %q (%v), want %q (%s)", name, got, err, tt.want, tt.warns)
		}
	}
}

// A line that the end of a process has cut short is nothing to warn of.
func TestCutShort(t *testing.T) {
	b := fresh(t)
	publish(b.Log, 0, 3)
	b.close(t)
	data, err := os.ReadFile(b.path)
	if err != nil {
		t.Fatal(err)
	}
	for cut := range data {
		path := filepath.Join(t.TempDir(), "activity.jsonl")
		if err := os.WriteFile(path, data[:cut], 0o600); err != nil {
			t.Fatal(err)
		}
		c := open(t, path, begin.Add(time.Minute))
		whole := max(0, bytes.Count(data[:cut], []byte("\n"))-1)
		publish(c.Log, 7, 8)
		want := append(numbered(0, whole), "event 7")
		equal(t, "events", want, texts(c.List("", 20)))
		c.close(t)
		again := open(t, path, begin)
		equal(t, "events after a restart", want, texts(again.List("", 20)))
		again.close(t)
		if c.warns.String()+again.warns.String() != "" {
			t.Errorf("cut at %d, it is warned of %s%s", cut, c.warns, again.warns)
		}
	}
}

// A folder that cannot be written to costs a warning and nothing else.
func TestNoFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "none")
	b := open(t, filepath.Join(dir, "activity.jsonl"), begin)
	publish(b.Log, 0, 2)
	equal(t, "events", numbered(0, 2), texts(b.List("", 20)))
	b.close(t)
	if got := b.warns.String(); strings.Count(got, "\n") != 1 {
		t.Errorf("it is warned of %q", got)
	}
}

// The file comes when the folder does.
func TestFolderComesLater(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "none")
	b := open(t, filepath.Join(dir, "activity.jsonl"), begin)
	publish(b.Log, 0, 2)
	late := time.Now().Add(patience)
	for b.warns.String() == "" {
		if time.Now().After(late) {
			t.Fatal("no warning")
		}
		runtime.Gosched()
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	b.close(t)
	equal(t, "events", numbered(0, 2), texts(open(t, b.path, begin).List("", 20)))
}

// The log behaves like a list of which the end is kept, whatever is done in
// which order.
func TestModel(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		path := filepath.Join(t.TempDir(), "activity.jsonl")
		at, total := begin, 0
		b := open(t, path, at)
		rt.Repeat(map[string]func(*rapid.T){
			"publish": func(rt *rapid.T) {
				n := rapid.SampledFrom([]int{1, 1, 2, 2, 5, 5, 900}).Draw(rt, "events")
				publish(b.Log, total, total+n)
				total += n
			},
			"restart": func(rt *rapid.T) {
				b.close(t)
				at = at.Add(time.Duration(rapid.IntRange(-10, 100).Draw(rt, "seconds")) * time.Second)
				b = open(t, path, at)
			},
			"resume": func(rt *rapid.T) {
				list := b.List("", activity.Size)
				if len(list) == 0 {
					return
				}
				i := rapid.IntRange(0, len(list)-1).Draw(rt, "event")
				s := b.Subscribe(list[i].ID)
				defer s.Close()
				if diff := cmp.Diff(numbered(total-i, total), next(t, s, i)); s.Reset() || diff != "" {
					rt.Fatalf("reset is %v (-want +got):\n%s", s.Reset(), diff)
				}
			},
			"": func(rt *rapid.T) {
				list := b.List("", activity.Size+1)
				if want := min(total, activity.Size); len(list) != want {
					rt.Fatalf("%d events, want %d", len(list), want)
				}
				if total > 0 && (list[0].Text != event(total-1).Text || list[len(list)-1].Text != event(total-len(list)).Text) {
					rt.Fatalf("of %d events there are %q to %q", total, list[len(list)-1].Text, list[0].Text)
				}
			},
		})
		want := numbered(max(0, total-activity.Size), total)
		if got := texts(b.List("", activity.Size+1)); !slices.Equal(want, got) {
			rt.Fatalf("events (-want +got):\n%s", cmp.Diff(want, got))
		}
		b.close(t)
	})
}

func FuzzDecode(f *testing.F) {
	b := activity.Encode([]activity.Event{{ID: "1", Kind: "x"}, {ID: "9007199254740991", Text: "ü\n"}})
	for _, seed := range [][]byte{
		b, nil, b[:10], b[:len(b)-5], bytes.Replace(b, []byte(`"1"`), []byte(`"01"`), 1), bytes.ReplaceAll(b, []byte("id"), []byte("ID")),
		bytes.Replace(b, []byte(`"1"`), []byte(`"9007199254740992"`), 1), append(slices.Clone(b), b...),
		[]byte("{}\n"), []byte(`{"format":"seeder activity","version":2}` + "\n"),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		events, err := activity.Decode(data)
		if err != nil && !errors.Is(err, activity.ErrFile) {
			t.Fatalf("error is %v", err)
		}
		again, err := activity.Decode(activity.Encode(events))
		if err != nil {
			t.Fatalf("what was decoded and encoded: %v", err)
		}
		if diff := cmp.Diff(events, again); diff != "" {
			t.Fatalf("decoded again (-want +got):\n%s", diff)
		}
	})
}
