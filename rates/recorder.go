package rates

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"sync"
	"time"

	"seeder/internal/atomicfile"
	"seeder/internal/clock"
	"seeder/message"
)

const (
	// Every is the time between two readings.
	Every = 10 * time.Second
	// Gap is how far two readings may be apart that say something of the time
	// between them.
	Gap = time.Minute
	// SaveEvery is the time between two writes of the file.
	SaveEvery = time.Minute

	// slipped is how far the clock may be set between two readings.
	slipped = 5 * time.Second
	// earliest is 2024 in seconds since the Unix epoch: a clock before it is of a machine
	// that has just started and does not know the time yet.
	earliest = 1_704_067_200
	// lastReading bounds the reading at the end.
	lastReading = time.Second

	filePerm = 0o600
)

// Bytes are totals since the start of the node.
type Bytes struct{ Up, Down int64 }

// Reading is what is measured at a moment.
type Reading struct {
	Node Bytes
	// CPU is processor time since the start of the process, RSS its memory in bytes.
	CPU time.Duration
	RSS int64
	// Communities are those of the node. What was kept of others is dropped.
	Communities map[message.CommunityID]Bytes
}

// Options are what a recorder is made from. All are required.
type Options struct {
	// Path is the file.
	Path string
	// Read reads the totals; nothing is measured while it fails.
	Read   func(context.Context) (Reading, error)
	Clock  clock.Clock
	Logger *slog.Logger
}

// Recorder measures and keeps. It is safe for concurrent use.
type Recorder struct {
	opts Options

	mu sync.Mutex
	// tracks are those of communities, and at the zero id that of the node.
	tracks map[message.CommunityID]track
	// last was read at; both zero before the first reading.
	last    Reading
	at      time.Time
	changed bool
}

// Open reads what was kept. It never fails: what cannot be read is logged, and
// the graphs begin anew.
func Open(opts Options) *Recorder {
	r := &Recorder{opts: opts}
	tracks, err := read(opts.Path)
	if err != nil {
		opts.Logger.Warn("cannot read the rates of earlier runs", "path", opts.Path, "error", err)
	}
	if tracks == nil {
		tracks = make(map[message.CommunityID]track)
	}
	r.tracks = tracks
	return r
}

func read(path string) (map[message.CommunityID]track, error) {
	data, err := atomicfile.ReadAtMost(path, MaxFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil //nolint:nilnil // nothing was kept
	}
	if err != nil {
		return nil, err
	}
	tracks, err := decode(data)
	if err != nil {
		return nil, errors.Join(err, os.Rename(path, path+DamagedSuffix))
	}
	return tracks, nil
}

// Run measures each [Every] and saves each [SaveEvery] and at the end, which comes
// with that of ctx.
func (r *Recorder) Run(ctx context.Context) {
	tick, save := time.NewTicker(Every), time.NewTicker(SaveEvery)
	defer tick.Stop()
	defer save.Stop()
	r.Measure(ctx)
	for {
		select {
		case <-tick.C:
			r.Measure(ctx)
		case <-save.C:
			r.save()
		case <-ctx.Done():
			r.finish(context.WithoutCancel(ctx))
			return
		}
	}
}

// finish measures and saves for the last time.
func (r *Recorder) finish(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, lastReading)
	defer cancel()
	r.Measure(ctx)
	r.save()
}

// Measure reads the totals and notes what passed since the last time.
func (r *Recorder) Measure(ctx context.Context) {
	now, err := r.opts.Read(ctx)
	if err != nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	at := r.opts.Clock.Now()
	last, before := r.last, r.at
	r.last, r.at = now, at
	for id := range r.tracks {
		if _, here := now.Communities[id]; !here && !id.IsZero() {
			delete(r.tracks, id)
		}
	}
	passed := at.Sub(before)                                                    // by the monotonic clock
	wall := time.Duration(at.UnixMilli()-before.UnixMilli()) * time.Millisecond // by that of the day
	if before.IsZero() || before.Unix() < earliest || passed <= 0 || wall <= 0 || passed > Gap || (wall-passed).Abs() > slipped {
		return
	}
	r.changed = true
	add := func(id message.CommunityID, channels int, v values) {
		t := r.tracks[id]
		if t == nil {
			t = newTrack(channels)
			r.tracks[id] = t
		}
		t.add(before.UnixMilli(), at.UnixMilli(), &v)
	}
	seconds := passed.Seconds()
	rate := func(now, before int64) float64 { return float64(max(0, now-before)) / seconds }
	add(message.CommunityID{}, nodeChannels, values{
		rate(now.Node.Up, last.Node.Up), rate(now.Node.Down, last.Node.Down),
		max(0, (now.CPU-last.CPU).Seconds()/seconds), float64(max(0, now.RSS)),
	})
	for id, b := range now.Communities {
		was := last.Communities[id] // zero for one that came since
		add(id, communityChannels, values{rate(b.Up, was.Up), rate(b.Down, was.Down)})
	}
}

// save writes the file when anything in it is new.
func (r *Recorder) save() {
	r.mu.Lock()
	if !r.changed {
		r.mu.Unlock()
		return
	}
	r.changed = false
	data := encode(r.tracks)
	r.mu.Unlock()
	if err := atomicfile.Write(r.opts.Path, data, filePerm); err != nil {
		r.opts.Logger.Warn("cannot keep the rates", "path", r.opts.Path, "error", err)
		r.mu.Lock()
		defer r.mu.Unlock()
		r.changed = true
	}
}

// Node returns the series of the node.
func (r *Recorder) Node(over Range) Series {
	r.mu.Lock()
	defer r.mu.Unlock()
	t := r.tracks[message.CommunityID{}]
	if t == nil {
		t = newTrack(nodeChannels)
	}
	return t.series(over, r.opts.Clock.Now())
}

// Community returns the series of a community, without points for one that is not
// known.
func (r *Recorder) Community(id message.CommunityID, over Range) Series {
	r.mu.Lock()
	defer r.mu.Unlock()
	if id.IsZero() {
		return track(nil).series(over, r.opts.Clock.Now())
	}
	return r.tracks[id].series(over, r.opts.Clock.Now())
}
