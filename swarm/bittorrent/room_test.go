package bittorrent

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"syscall"
	"testing"
	"time"

	"seeder/internal/fault"
	"seeder/internal/syncbuf"
	"seeder/message"
	"seeder/swarm"
	"seeder/swarm/swarmtest"
)

// pair is an owner that seeds archives and a member without any.
type pair struct {
	owner, member *Swarm
	ref           swarm.Ref
	archives      []swarmtest.Archive
}

func newPair(t *testing.T, member Options, sizes ...int) *pair {
	t.Helper()
	p := &pair{owner: startWith(t, Options{}), member: startWith(t, member), archives: swarmtest.NewArchives(1, sizes...)}
	swarmtest.Put(t, p.owner.files, c1, p.archives...)
	tor, err := p.owner.Seed(t.Context(), swarmtest.Generation(c1, p.archives...))
	if err != nil {
		t.Fatal(err)
	}
	p.ref = swarm.Ref{Community: c1, InfoHash: tor.InfoHash, Peers: p.owner.Addrs()}
	return p
}

func startWith(t *testing.T, opts Options) *Swarm {
	t.Helper()
	if opts.Files == nil {
		opts.Files = swarm.NewFiles(t.TempDir())
	}
	opts.Listen, opts.RedialMin, opts.RedialMax = "127.0.0.1:0", 50*time.Millisecond, 500*time.Millisecond
	s, err := New(opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close node: %v", err)
		}
	})
	return s
}

func (p *pair) fetch(t *testing.T, n *Swarm) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	return n.Fetch(ctx, p.ref, &swarmtest.Receiver{})
}

// serves checks that a node gives another what it has in place.
func (p *pair) serves(t *testing.T, n *Swarm, ids ...message.ArchiveID) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	other := startWith(t, Options{})
	ref := p.ref
	ref.Peers = n.Addrs()
	if err := other.Fetch(ctx, ref, &swarmtest.Receiver{Want: swarmtest.Only(ids...)}); err != nil {
		t.Errorf("a node without room does not serve what it has: %v", err)
	}
	for _, a := range p.archives {
		for _, id := range ids {
			if a.ID == id {
				swarmtest.CheckFiles(t, other.files, c1, a)
			}
		}
	}
}

// keepsBook has a node not save its peer book while a test counts what is written.
func keepsBook(t *testing.T, n *Swarm) {
	t.Helper()
	c, err := n.community(c1)
	if err != nil {
		t.Fatal(err)
	}
	c.book.mu.Lock()
	defer c.book.mu.Unlock()
	c.book.saved = n.opts.Clock.Now().Add(time.Hour)
}

func follow(t *testing.T, plan string) (stop func()) {
	t.Helper()
	stop, err := fault.Follow(plan)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	return stop
}

// TestNoRoom asks for archives that there is no room for: nothing is fetched,
// and the fetch goes on when there is.
func TestNoRoom(t *testing.T) {
	p := newPair(t, Options{}, 5*pl, 10)
	full := &swarmtest.Receiver{OnRoom: func(message.ArchiveID) error { return swarm.ErrNoSpace }}
	for range 2 {
		if err := p.member.Fetch(t.Context(), p.ref, full); !errors.Is(err, swarm.ErrNoSpace) {
			t.Fatalf("fetch: %v, want ErrNoSpace", err)
		}
	}
	if st := p.member.Stats(c1); st.DownloadedBytes > 1000 {
		t.Errorf("%d bytes were fetched that do not fit", st.DownloadedBytes)
	}
	if err := p.fetch(t, p.member); err != nil {
		t.Fatalf("fetch when there is room: %v", err)
	}
	swarmtest.CheckFiles(t, p.member.files, c1, p.archives...)
	asked := len(full.Asked())
	if err := p.member.Fetch(t.Context(), p.ref, full); err != nil || len(full.Asked()) != asked {
		t.Errorf("fetch of nothing new on a full disk: %v, asked for room %d times", err, len(full.Asked())-asked)
	}
}

// TestDiskFullAtEachStep lets the disk be full at each step that a download
// takes on it. What was in place is served, what was not is not, and the next
// attempt comes to the end.
func TestDiskFullAtEachStep(t *testing.T) {
	for name, plan := range map[string]string{
		"first write":    "download.write:enospc",
		"some write":     "download.write:enospc#20+",
		"piece hashes":   "atomicfile.write:enospc",
		"cutting off":    "download.finish.before:enospc",
		"before rename":  "files.publish.before:enospc",
		"list of pieces": "download.sync.before:enospc",
	} {
		t.Run(name, func(t *testing.T) {
			var log syncbuf.Buffer
			p := newPair(t, Options{Logger: slog.New(slog.NewTextHandler(&log, nil))}, 4*pl, 30*pl+1, 5*pl)
			first := p.archives[2].ID
			if err := p.member.Fetch(t.Context(), p.ref, &swarmtest.Receiver{Want: swarmtest.Only(first)}); err != nil {
				t.Fatal(err)
			}
			stop := follow(t, plan)
			err := p.fetch(t, p.member)
			if name != "list of pieces" || err != nil { // the download may be over before it is saved
				if !errors.Is(err, swarm.ErrNoSpace) || !errors.Is(err, syscall.ENOSPC) {
					t.Fatalf("fetch: %v, want ErrNoSpace", err)
				}
			}
			have, err := p.member.files.List(c1)
			if err != nil {
				t.Fatal(err)
			}
			if len(have) != 1 && name != "list of pieces" {
				t.Errorf("%d archives are in place, want the one that was there", len(have))
			}
			stop()
			if strings.Contains(log.String(), chunkNotWritten) {
				t.Errorf("each chunk is reported:\n%s", log.String())
			}
			p.serves(t, p.member, first)
			if err := p.fetch(t, p.member); err != nil {
				t.Fatalf("fetch when there is room: %v", err)
			}
			swarmtest.CheckFiles(t, p.member.files, c1, p.archives...)
		})
	}
}

// TestDiskFullForIndex has no room for the index itself.
func TestDiskFullForIndex(t *testing.T) {
	for _, pass := range []string{"#1", "#2", "#3"} { // index, layout, torrent
		p := newPair(t, Options{}, 2*pl)
		keepsBook(t, p.owner)
		keepsBook(t, p.member)
		stop := follow(t, "atomicfile.write:enospc"+pass)
		if err := p.fetch(t, p.member); !errors.Is(err, swarm.ErrNoSpace) {
			t.Fatalf("pass %s: %v, want ErrNoSpace", pass, err)
		}
		stop()
		if err := p.fetch(t, p.member); err != nil {
			t.Fatalf("pass %s, when there is room: %v", pass, err)
		}
		swarmtest.CheckFiles(t, p.member.files, c1, p.archives...)
	}
}

// TestFullDiskKeepsSeeding restarts an owner on a full disk.
func TestFullDiskKeepsSeeding(t *testing.T) {
	p := newPair(t, Options{}, 4*pl, 3*pl)
	if err := p.owner.Close(); err != nil {
		t.Fatal(err)
	}
	stop := follow(t, "atomicfile.write:enospc")
	again := startWith(t, Options{Files: p.owner.files})
	if _, err := again.Seed(t.Context(), swarmtest.Generation(c1, p.archives...)); err != nil {
		t.Fatalf("seed on a full disk: %v", err)
	}
	stop()
	p.serves(t, again, p.archives[0].ID, p.archives[1].ID)
}

// TestContentDistrustsFailedSync loses the pieces that a sync which failed may
// have lost, and no others.
func TestContentDistrustsFailedSync(t *testing.T) {
	f := newFixture(t, 3*pl+5)
	a := f.content(t)
	f.take(t, a, 0)
	mustSave(t, a)
	f.take(t, a, 1)
	stop := follow(t, "download.sync.before:error")
	if err := a.save(); !errors.Is(err, fault.ErrInjected) {
		t.Fatalf("save: %v", err)
	}
	stop()
	if !a.has(0) || a.has(1) {
		t.Errorf("has %v %v, want what was saved before", a.has(0), a.has(1))
	}
	for i := range 4 {
		if !a.has(i) {
			f.take(t, a, i)
		}
	}
	stop = follow(t, "download.finish.before:error")
	if err := a.finish(); !errors.Is(err, fault.ErrInjected) {
		t.Fatalf("finish: %v", err)
	}
	stop()
	if st := a.state(); st.whole || st.stored || !a.has(0) || a.has(2) {
		t.Errorf("after a finish that failed: %+v", st)
	}
	for i := range 4 {
		if !a.has(i) {
			f.take(t, a, i)
		}
	}
	if err := a.finish(); err != nil {
		t.Fatal(err)
	}
	swarmtest.CheckFiles(t, f.files, c1, f.a)
}

// TestContentSavesLater writes the list of pieces again that did not fit.
func TestContentSavesLater(t *testing.T) {
	f := newFixture(t, 2*pl)
	a := f.content(t)
	f.take(t, a, 0)
	stop := follow(t, "atomicfile.write:enospc")
	if err := a.save(); !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("save: %v", err)
	}
	stop()
	mustSave(t, a)
	if b := f.content(t); !b.has(0) {
		t.Error("the piece was not saved")
	}
}
