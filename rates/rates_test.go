package rates

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"seeder/internal/clock"
	"seeder/internal/leaktest"
	"seeder/message"
)

func TestMain(m *testing.M) { leaktest.Main(m) }

var begin = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// world is a node whose totals the test sets.
type world struct {
	*testing.T
	*Recorder

	path  string
	clock *clock.Fixed
	now   Reading
	fail  error
	warns bytes.Buffer
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{T: t, path: filepath.Join(t.TempDir(), "rates"), clock: clock.NewFixed(begin)}
	w.now.Communities = make(map[message.CommunityID]Bytes)
	w.open()
	return w
}

func (w *world) open() {
	w.Recorder = Open(Options{
		Path: w.path, Clock: w.clock, Logger: slog.New(slog.NewTextHandler(&w.warns, nil)),
		Read: func(context.Context) (Reading, error) {
			r := w.now
			r.Communities = maps.Clone(w.now.Communities)
			return r, w.fail
		},
	})
}

// restart ends the process and begins another one, whose totals begin anew.
func (w *world) restart() {
	w.Helper()
	w.save()
	for id := range w.now.Communities {
		w.now.Communities[id] = Bytes{}
	}
	w.now.Node, w.now.CPU = Bytes{}, 0
	w.open()
}

// pass lets time pass in which so many bytes a second go up and down, for the node
// and for a community.
func (w *world) pass(d time.Duration, up, down int64) {
	w.Helper()
	if w.at.IsZero() {
		w.Measure(w.Context())
	}
	for ; d > 0; d -= Every {
		step := min(d, Every)
		seconds := int64(step / time.Second)
		w.clock.Advance(step)
		w.now.Node.Up += up * seconds
		w.now.Node.Down += down * seconds
		for id, b := range w.now.Communities {
			w.now.Communities[id] = Bytes{b.Up + up*seconds, b.Down + down*seconds}
		}
		w.Measure(w.Context())
	}
}

const none = -1 // a point without a value

func flat(list []*float64) []float64 {
	out := []float64{}
	for _, v := range list {
		if v == nil {
			out = append(out, none)
			continue
		}
		out = append(out, math.Round(*v*1000)/1000)
	}
	return out
}

// A machine without a clock of its own does not know the time when it starts. What was
// kept is there when it does.
func TestAClockThatIsNotSetYetClearsNothing(t *testing.T) {
	w := newWorld(t)
	w.pass(time.Minute, 1000, 0)
	set := w.clock.Now()
	w.restart()
	w.clock.Advance(time.Unix(100, 0).Sub(set))
	w.pass(time.Minute, 7, 0)
	w.clock.Advance(set.Add(time.Minute).Sub(w.clock.Now()))
	w.Measure(t.Context())
	w.pass(time.Minute, 2000, 0)
	got := runs(w.Node(Hour).Up)
	equal(t, "the last hour", [][2]float64{{none, 342}, {1000, 6}, {none, 6}, {2000, 6}}, got)
}

// runs says a series in short: values and how many points in a row have them.
func runs(list []*float64) [][2]float64 {
	out := [][2]float64{}
	for _, v := range flat(list) {
		if n := len(out); n > 0 && out[n-1][0] == v {
			out[n-1][1]++
			continue
		}
		out = append(out, [2]float64{v, 1})
	}
	return out
}

func equal(t *testing.T, what string, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func TestParseRange(t *testing.T) {
	for _, r := range Ranges {
		if got, err := ParseRange(string(r)); got != r || err != nil {
			t.Errorf("%s is read as %s (%v)", r, got, err)
		}
		if reach := time.Duration(r.Points()) * r.Step(); reach != map[Range]time.Duration{Hour: time.Hour, Day: 24 * time.Hour, Week: 168 * time.Hour}[r] {
			t.Errorf("%s reaches %s back", r, reach)
		}
	}
	for _, name := range []string{"", "2h", "1H", "24h "} {
		if _, err := ParseRange(name); !errors.Is(err, ErrRange) {
			t.Errorf("%q: %v, want ErrRange", name, err)
		}
	}
	if Range("x").Step() != 0 || Range("x").Points() != 0 {
		t.Error("an unknown range has points")
	}
}

func TestSeries(t *testing.T) {
	w := newWorld(t)
	id := message.CommunityID{1}
	w.now.Communities[id] = Bytes{}
	w.pass(10*time.Minute, 100, 7)
	w.pass(20*time.Minute, 300, 0)
	s := w.Node(Hour)
	equal(t, "times", begin.Add(-30*time.Minute).Unix(), s.Times[0])
	equal(t, "times", begin.Add(30*time.Minute-10*time.Second).Unix(), s.Times[359])
	equal(t, "up of the hour", [][2]float64{{none, 180}, {100, 60}, {300, 120}}, runs(s.Up))
	equal(t, "down of the hour", [][2]float64{{none, 180}, {7, 60}, {0, 120}}, runs(s.Down))
	equal(t, "up of the day", [][2]float64{{none, 705}, {100, 5}, {300, 10}}, runs(w.Node(Day).Up))
	equal(t, "up of the week", [][2]float64{{none, 670}, {166.667, 1}, {300, 1}}, runs(w.Node(Week).Up))
	for _, r := range Ranges {
		node, community := w.Node(r), w.Community(id, r)
		equal(t, "up of the community", node.Up, community.Up)
		equal(t, "down of the community", node.Down, community.Down)
		equal(t, "times of the community", node.Times, community.Times)
		if community.CPU != nil || community.RSS != nil || node.Step != int64(r.Step().Seconds()) || node.Range != r {
			t.Errorf("%s: %+v", r, community)
		}
	}
}

func TestCPUAndMemory(t *testing.T) {
	w := newWorld(t)
	w.pass(Every, 0, 0)
	w.now.CPU, w.now.RSS = w.now.CPU+15*time.Second, 1<<30
	w.pass(Every, 0, 0)
	s := w.Node(Hour)
	equal(t, "CPU", []float64{none, 0, 1.5}, flat(s.CPU)[357:])
	equal(t, "memory", []float64{none, 0, 1 << 30}, flat(s.RSS)[357:])
}

// Readings that come late or early leave no hole.
func TestUnevenReadings(t *testing.T) {
	w := newWorld(t)
	w.clock.Advance(9999 * time.Millisecond)
	w.Measure(t.Context())
	for _, d := range []time.Duration{10002 * time.Millisecond, 30 * time.Second, time.Millisecond, 59 * time.Second} {
		w.clock.Advance(d)
		w.now.Node.Up += d.Milliseconds() * 5
		w.Measure(t.Context())
	}
	s := w.Node(Hour)
	equal(t, "up", [][2]float64{{none, 349}, {5000, 11}}, runs(s.Up))
}

// The point of this moment is left out while nothing was measured in it.
func TestNewestPoint(t *testing.T) {
	w := newWorld(t)
	w.pass(time.Minute, 5, 5)
	for d := range 10 {
		if s := w.Node(Hour); *s.Up[359] != 5 || s.Times[359] != begin.Add(50*time.Second).Unix() {
			t.Errorf("%d s later the last point is of %d", d, s.Times[359])
		}
		w.clock.Advance(time.Second)
	}
	if s := w.Node(Hour); s.Up[359] != nil || s.Up[358] != nil || *s.Up[357] != 5 {
		t.Error("the node is down, and that is not seen")
	}
}

func TestDowntime(t *testing.T) {
	w := newWorld(t)
	id := message.CommunityID{1}
	w.now.Communities[id] = Bytes{}
	w.pass(10*time.Minute, 100, 7)
	w.restart()
	w.clock.Advance(20 * time.Minute)
	w.pass(10*time.Minute, 50, 3)
	want := [][2]float64{{none, 120}, {100, 60}, {none, 120}, {50, 60}}
	equal(t, "up of the node", want, runs(w.Node(Hour).Up))
	equal(t, "up of the community", want, runs(w.Community(id, Hour).Up))
	w.restart()
	equal(t, "up after another restart", want, runs(w.Node(Hour).Up))
	w.clock.Advance(2 * time.Hour)
	equal(t, "up after hours", [][2]float64{{none, 360}}, runs(w.Node(Hour).Up))
	equal(t, "up of the day", [][2]float64{{none, 639}, {100, 5}, {none, 10}, {50, 5}, {none, 61}}, runs(w.Node(Day).Up))
	w.pass(time.Minute, 1, 1)
	equal(t, "up of the hour", [][2]float64{{none, 354}, {1, 6}}, runs(w.Node(Hour).Up))
	w.restart()
	w.clock.Advance(8 * 24 * time.Hour)
	w.pass(time.Minute, 1, 1)
	equal(t, "up of the week", [][2]float64{{none, 671}, {1, 1}}, runs(w.Node(Week).Up))
	if w.warns.Len() > 0 {
		t.Error(w.warns.String())
	}
}

// A machine that slept, and one whose clock is set, says nothing of that time.
func TestClockIsSet(t *testing.T) {
	w := newWorld(t)
	w.pass(time.Minute, 100, 0)
	w.clock.Advance(Gap + time.Second)
	w.now.Node.Up += 1e12
	w.Measure(t.Context())
	equal(t, "slept", [][2]float64{{none, 347}, {100, 6}, {none, 7}}, runs(w.Node(Hour).Up))
	for _, jump := range []time.Duration{Gap + time.Second, -20 * time.Second, 365 * 24 * time.Hour, -365 * 24 * time.Hour} {
		w.clock.Advance(jump)
		w.now.Node.Up += 1e12
		w.Measure(t.Context())
	}
	w.pass(time.Minute, 100, 0)
	for _, v := range flat(w.Node(Hour).Up) {
		if v != none && v != 100 {
			t.Errorf("a point has %v", v)
		}
	}
	w.clock.Advance(365 * 24 * time.Hour)
	w.pass(time.Minute, 2, 0)
	w.clock.Advance(-365 * 24 * time.Hour)
	w.pass(time.Minute, 3, 0)
	equal(t, "back from the future", [][2]float64{{none, 354}, {3, 6}}, runs(w.Node(Hour).Up))
}

// Totals of a community that begins anew are nothing that passed.
func TestTotalsGoBack(t *testing.T) {
	w := newWorld(t)
	id := message.CommunityID{1}
	w.now.Communities[id] = Bytes{1000, 1000}
	w.pass(Every, 100, 100)
	w.now.Communities[id] = Bytes{-1000, -1000}
	w.pass(Every, 100, 100)
	equal(t, "up", []float64{none, 100, 0}, flat(w.Community(id, Hour).Up)[357:])
}

func TestCommunitiesComeAndGo(t *testing.T) {
	w := newWorld(t)
	old, fresh := message.CommunityID{1}, message.CommunityID{2}
	w.now.Communities[old] = Bytes{}
	w.pass(time.Minute, 100, 7)
	delete(w.now.Communities, old)
	w.now.Communities[fresh] = Bytes{}
	w.pass(time.Minute, 50, 3)
	equal(t, "one that was left", [][2]float64{{none, 360}}, runs(w.Community(old, Hour).Up))
	equal(t, "one that came", [][2]float64{{none, 354}, {50, 6}}, runs(w.Community(fresh, Hour).Up))
	equal(t, "nobody", [][2]float64{{none, 360}}, runs(w.Community(message.CommunityID{}, Hour).Up))
	w.fail = errors.New("sorry")
	w.now.Communities = nil
	w.clock.Advance(Every)
	w.Measure(t.Context())
	w.fail = nil
	equal(t, "after a failure", [][2]float64{{none, 352}, {50, 6}, {none, 2}}, runs(w.Community(fresh, Hour).Up))
}

func TestNothingYet(t *testing.T) {
	w := newWorld(t)
	s := w.Node(Day)
	equal(t, "up", [][2]float64{{none, 720}}, runs(s.Up))
	equal(t, "CPU", [][2]float64{{none, 720}}, runs(s.CPU))
	w.save()
	if _, err := os.Stat(w.path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file of nothing (%v)", err)
	}
}

func TestDamagedFileIsSetAside(t *testing.T) {
	w := newWorld(t)
	w.pass(time.Minute, 100, 7)
	w.save()
	data, err := os.ReadFile(w.path)
	if err != nil {
		t.Fatal(err)
	}
	data[len(data)/2] ^= 1
	if err := os.WriteFile(w.path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	w.restart2()
	if got := w.warns.String(); strings.Count(got, "\n") != 1 {
		t.Errorf("it is warned of %q", got)
	}
	aside, err := os.ReadFile(w.path + DamagedSuffix)
	if err != nil || !bytes.Equal(aside, data) {
		t.Errorf("the damaged file is not aside (%v)", err)
	}
	w.pass(time.Minute, 5, 5)
	w.restart()
	equal(t, "up", [][2]float64{{none, 354}, {5, 6}}, runs(w.Node(Hour).Up))
}

// restart2 begins another process after one that saved nothing more.
func (w *world) restart2() {
	w.changed = false
	w.restart()
}

// What cannot be written is written later.
func TestNoFolder(t *testing.T) {
	w := newWorld(t)
	w.path = filepath.Join(t.TempDir(), "none", "rates")
	w.open()
	w.pass(time.Minute, 5, 5)
	w.save()
	if got := w.warns.String(); strings.Count(got, "\n") != 1 {
		t.Errorf("it is warned of %q", got)
	}
	if err := os.Mkdir(filepath.Dir(w.path), 0o700); err != nil {
		t.Fatal(err)
	}
	w.restart()
	equal(t, "up", [][2]float64{{none, 354}, {5, 6}}, runs(w.Node(Hour).Up))
}

// Run measures, saves each minute and once more at the end.
func TestRun(t *testing.T) {
	path := filepath.Join(t.TempDir(), "rates")
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(begin)) // where nothing takes time
		reads := 0
		opts := Options{
			Path: path, Clock: clock.System{}, Logger: slog.New(slog.DiscardHandler),
			Read: func(context.Context) (Reading, error) {
				reads++
				return Reading{Node: Bytes{Up: int64(reads) * 1000}}, nil
			},
		}
		r := Open(opts)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { defer close(done); r.Run(ctx) }()
		time.Sleep(SaveEvery + time.Second)
		synctest.Wait()
		measured := func(r *Recorder) (n int) {
			for _, v := range flat(r.Node(Hour).Up) {
				if v == 100 {
					n++
				}
			}
			return n
		}
		if n := measured(Open(opts)); n != 6 && n != 5 {
			t.Errorf("%d points were saved after a minute", n)
		}
		time.Sleep(SaveEvery / 2)
		cancel()
		<-done
		if n := measured(Open(opts)); n < 8 || n > 9 {
			t.Errorf("%d points were saved at the end", n)
		}
	})
}

// Whatever is measured, the file brings back the same, and no point is out of the
// range of what was measured.
func TestModel(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		tracks := make(map[message.CommunityID]track)
		for i := range rapid.IntRange(0, 3).Draw(rt, "series") {
			channels := communityChannels
			if i == 0 {
				channels = nodeChannels
			}
			tr := newTrack(channels)
			low, high := math.Inf(1), math.Inf(-1)
			at := rapid.Int64Range(0, 1<<43).Draw(rt, "begin")
			for range rapid.IntRange(0, 30).Draw(rt, "readings") {
				var v values
				for c := range v {
					v[c] = rapid.SampledFrom([]float64{0, 1, 1000, 123456.5, 1e12}).Draw(rt, "value")
				}
				low, high = min(low, v[0]), max(high, v[0])
				at = max(0, at+rapid.SampledFrom([]int64{0, 0, 1, 3600_000, -7000, 1 << 33, -1 << 33}).Draw(rt, "jump"))
				to := at + rapid.Int64Range(1, Gap.Milliseconds()).Draw(rt, "passed")
				tr.add(at, to, &v)
				at = to
			}
			tracks[message.CommunityID{byte(i)}] = tr
			for _, r := range Ranges {
				for _, v := range tr.series(r, time.UnixMilli(at)).Up {
					if v != nil && (*v < low*(1-1e-6) || *v > high*(1+1e-6)) {
						rt.Fatalf("a point has %v, measured were %v to %v", *v, low, high)
					}
				}
			}
		}
		data := encode(tracks)
		again, err := decode(data)
		if err != nil {
			rt.Fatal(err)
		}
		if !bytes.Equal(data, encode(again)) {
			rt.Fatal("what was decoded is encoded otherwise")
		}
		for id := range tracks {
			for _, r := range Ranges {
				now := time.UnixMilli(tracks[id][0].newest * tracks[id][0].step)
				if diff := cmp.Diff(tracks[id].series(r, now), again[id].series(r, now)); diff != "" {
					rt.Fatalf("decoded (-want +got):\n%s", diff)
				}
			}
		}
	})
}

func TestDecodeRefuses(t *testing.T) {
	good := encode(map[message.CommunityID]track{{}: newTrack(nodeChannels)})
	if _, err := decode(good); err != nil {
		t.Fatal(err)
	}
	body := encodeBody(map[message.CommunityID]track{{}: newTrack(nodeChannels)})
	for name, data := range map[string][]byte{
		"nothing":           {},
		"another magic":     append([]byte("seeder rates 2\n"), good[len(magic):]...),
		"a wrong checksum":  append(slices.Clone(good), 0),
		"cut short":         good[:len(good)-1],
		"a body cut short":  packed(body[:len(body)-1]),
		"more than a body":  packed(append(slices.Clone(body), 0)),
		"a series twice":    packed(append([]byte{2}, append(slices.Clone(body[1:]), body[1:]...)...)),
		"too many series":   packed([]byte{0xff, 0xff, 0xff, 0x7f}),
		"an endless number": packed(bytes.Repeat([]byte{0xff}, 20)),
	} {
		if _, err := decode(data); !errors.Is(err, ErrFile) || strings.Contains(err.Error(), "no such file") {
			t.Errorf("%s: %v, want ErrFile and what is wrong with it", name, err)
		}
	}
}

// packed makes a file of a body.
func packed(body []byte) []byte { return seal(deflate(body)) }

// FuzzBody reads any body: what is accepted is encoded again and then the same.
func FuzzBody(f *testing.F) {
	t := newTrack(nodeChannels)
	t.add(begin.UnixMilli(), begin.Add(time.Hour).UnixMilli(), &values{1, 2, 3, 4})
	full := encodeBody(map[message.CommunityID]track{{}: t, {1}: newTrack(communityChannels)})
	for _, seed := range [][]byte{{}, {0}, full, full[:100], bytes.Replace(full, []byte{0x90, 0x4e}, []byte{0x91, 0x4e}, 1)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		tracks, err := decode(packed(body))
		if err != nil {
			if !errors.Is(err, ErrFile) {
				t.Fatalf("error is %v", err)
			}
			return
		}
		again, err := decode(encode(tracks))
		if err != nil {
			t.Fatalf("what was decoded and encoded: %v", err)
		}
		if !bytes.Equal(encodeBody(tracks), encodeBody(again)) {
			t.Fatal("what was decoded is encoded otherwise")
		}
	})
}

// FuzzFile reads any file.
func FuzzFile(f *testing.F) {
	good := encode(map[message.CommunityID]track{{}: newTrack(nodeChannels)})
	f.Add(good)
	f.Add(good[:20])
	f.Add(seal([]byte{1, 2, 3}))
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, err := decode(data); err != nil && !errors.Is(err, ErrFile) {
			t.Fatalf("error is %v", err)
		}
	})
}
