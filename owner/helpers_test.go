package owner_test

import (
	"context"
	"crypto/sha1"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"seeder/announce/announcetest"
	"seeder/internal/clock"
	"seeder/message"
	"seeder/owner"
	"seeder/signer"
	"seeder/store"
	"seeder/store/sqlite"
	"seeder/swarm"
)

// week0 is the beginning of the history in these tests, on a partition
// boundary.
var week0 = message.PartitionOf(1_704_067_200).From

const week = message.PartitionSeconds

// seeds stands for a swarm: it notes what is being seeded. Owners of one test may
// use it at the same time.
type seeds struct {
	mu      sync.Mutex
	seeded  []swarm.InfoHash
	dropped []swarm.InfoHash
	fail    error
	// files is the node's folder, and members what other nodes could send.
	files   *swarm.Files
	members map[message.ArchiveID][]byte
	fetched int
	strict  bool // Seed looks at the files, as a real swarm does
}

func (s *seeds) Seed(_ context.Context, g swarm.Generation) (swarm.Torrent, error) {
	if s.fail != nil {
		return swarm.Torrent{}, s.fail
	}
	for _, f := range g.Files {
		if !s.strict {
			break
		}
		if slices.Contains(g.Absent, f.ID) {
			continue
		}
		if _, err := os.Stat(s.files.Path(g.Community, f.ID)); err != nil {
			return swarm.Torrent{}, fmt.Errorf("%w: %w", swarm.ErrMissing, err)
		}
	}
	t := swarm.Torrent{InfoHash: sha1.Sum(g.Index)}
	t.Magnet = fmt.Sprintf("magnet:?xt=urn:btih:%x&dn=%s", t.InfoHash, g.Community)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seeded = append(s.seeded, t.InfoHash)
	return t, nil
}

func (s *seeds) Drop(_ message.CommunityID, hash swarm.InfoHash) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dropped = append(s.dropped, hash)
	return nil
}

// Fetch gives back what members have.
func (s *seeds) Fetch(ctx context.Context, ref swarm.Ref, r swarm.Receiver) error {
	s.mu.Lock()
	s.fetched++
	s.mu.Unlock()
	_, want, err := r.Index(nil)
	if err != nil {
		return err
	}
	for _, id := range want {
		content, there := s.members[id]
		if !there {
			continue
		}
		d, err := s.files.Create(ref.Community)
		if err != nil {
			return err
		}
		if _, err := d.Write(content); err != nil {
			return err
		}
		if err := errors.Join(d.Commit(id), r.Archive(id)); err != nil {
			return err
		}
	}
	return ctx.Err()
}

func (s *seeds) Discard(c message.CommunityID, id message.ArchiveID) error {
	return s.files.Remove(c, id)
}

// rig is an owner node with a database and a folder, on a network of buses.
type rig struct {
	t       *testing.T
	key     *signer.Key
	db      *hookDB
	path    string
	files   *swarm.Files
	seeds   *seeds
	network *announcetest.Network
	clock   *clock.Fixed
	opts    owner.Options
}

// hookDB calls before ahead of each write transaction.
type hookDB struct {
	store.DB
	before func() error
}

func (h *hookDB) Update(ctx context.Context, fn func(store.Tx) error) error {
	if h.before != nil {
		if err := h.before(); err != nil {
			return err
		}
	}
	return h.DB.Update(ctx, fn)
}

func newRig(t *testing.T) *rig {
	t.Helper()
	key, err := signer.ParseKey("00000000000000000000000000000000000000000000000000000000000000aa")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	db, err := sqlite.Open(t.Context(), filepath.Join(dir, "seeder.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	r := &rig{t: t, key: key, db: &hookDB{DB: db}, path: filepath.Join(dir, "seeder.db"), files: swarm.NewFiles(dir), seeds: &seeds{files: swarm.NewFiles(dir)}}
	r.clock = clock.NewFixed(time.Unix(int64(week0), 0))
	r.network = announcetest.NewNetwork(r.clock)
	bus := r.network.NewBus(nil)
	t.Cleanup(func() { _ = bus.Close() })
	r.opts = owner.Options{
		Key: key, DB: r.db, Files: r.files, Swarm: r.seeds, Bus: bus, Clock: r.clock,
		Logger: slog.New(slog.DiscardHandler), MinAge: 7 * 24 * time.Hour, MaxArchiveBytes: 30_000_000,
		Interval: time.Hour, Poll: time.Millisecond, Grace: 14 * 24 * time.Hour, Republish: 8 * time.Hour,
		RetryMin: time.Millisecond, RetryMax: 10 * time.Millisecond,
	}
	r.update(func(tx store.Tx) error {
		return tx.PutCommunity(store.Community{ID: key.Community(), Role: store.RoleOwner, Name: "test"})
	})
	return r
}

func (r *rig) owner() *owner.Owner { return owner.New(r.opts) }

// atWeek sets the clock to the beginning of the n-th week, and an hour.
func (r *rig) atWeek(n int) {
	r.clock.Advance(time.Unix(int64(week0)+int64(n)*week+3600, 0).Sub(r.clock.Now()))
}

func (r *rig) update(fn func(store.Tx) error) {
	r.t.Helper()
	if err := r.db.DB.Update(r.t.Context(), fn); err != nil {
		r.t.Fatal(err)
	}
}

// sql changes the database behind the owner's back.
func (r *rig) sql(text string, args ...any) {
	r.t.Helper()
	db, err := sql.Open("sqlite", r.path)
	if err != nil {
		r.t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(r.t.Context(), text, args...); err != nil {
		r.t.Fatal(err)
	}
}

func (r *rig) view(fn func(store.Tx) error) {
	r.t.Helper()
	if err := r.db.View(r.t.Context(), fn); err != nil {
		r.t.Fatal(err)
	}
}

func (r *rig) add(messages ...message.Message) {
	r.t.Helper()
	r.update(func(tx store.Tx) error {
		_, err := tx.AddMessages(r.key.Community(), sequence(messages))
		return err
	})
}

func sequence(messages []message.Message) func(func(message.Message, error) bool) {
	return func(yield func(message.Message, error) bool) {
		for _, m := range messages {
			if !yield(m, nil) {
				return
			}
		}
	}
}

func (r *rig) round() owner.Report {
	r.t.Helper()
	report, err := r.owner().Round(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	return report
}

func (r *rig) archives() (rows []store.Archive) {
	r.t.Helper()
	r.view(func(tx store.Tx) (err error) {
		rows, err = tx.Archives(r.key.Community())
		return err
	})
	return rows
}

func (r *rig) latest() (a store.Announcement) {
	r.t.Helper()
	r.view(func(tx store.Tx) (err error) {
		a, err = tx.LatestAnnouncement(r.key.Community())
		return err
	})
	return a
}

func (r *rig) digest() (d store.Digest) {
	r.t.Helper()
	r.view(func(tx store.Tx) (err error) {
		d, err = store.DigestOf(tx, r.key.Community())
		return err
	})
	return d
}

// history makes n messages for each of the given weeks, the same for the same
// arguments.
func history(n int, weeks ...int) []message.Message {
	var out []message.Message
	for _, w := range weeks {
		rng := rand.New(rand.NewPCG(uint64(w), 7))
		for i := range n {
			m := message.Message{
				Timestamp: week0 + uint64(w)*week + rng.Uint64N(week),
				Topic:     message.Topic([]byte{0xaa, 0, 0, byte(i % 3)}),
				Payload:   fmt.Appendf(nil, "message %d of week %d", i, w),
			}
			if i%2 == 0 {
				sum := sha1.Sum(m.Payload)
				m.Hash = append(sum[:], make([]byte, 12)...)
			}
			out = append(out, m)
		}
	}
	return out
}

func writeFile(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}
