package member_test

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"seeder/announce"
	"seeder/announce/announcetest"
	"seeder/importer"
	"seeder/internal/clock"
	"seeder/member"
	"seeder/message"
	"seeder/owner"
	"seeder/signer"
	"seeder/store"
	"seeder/store/sqlite"
	"seeder/swarm"
	"seeder/swarm/swarmtest"
)

// week0 is the beginning of the history in these tests.
var week0 = message.PartitionOf(1_704_067_200).From

const (
	week = message.PartitionSeconds
	// patience bounds every wait for a condition.
	patience = 30 * time.Second
)

// world is what the nodes of a test share: two networks in memory and a clock
// that stands eight weeks after the beginning.
type world struct {
	t *testing.T
	// key is the community's; nil when only others can sign for it.
	key       *signer.Key
	community message.CommunityID
	buses     *announcetest.Network
	peers     *swarmtest.Network
	clock     *clock.Fixed
	addrs     []string // of every node's swarm, in order of creation
}

func newWorld(t *testing.T) *world {
	t.Helper()
	key, err := signer.ParseKey("00000000000000000000000000000000000000000000000000000000000000bb")
	if err != nil {
		t.Fatal(err)
	}
	clk := clock.NewFixed(time.Unix(int64(week0)+8*week, 0))
	return &world{t: t, key: key, community: key.Community(), clock: clk, buses: announcetest.NewNetwork(clk), peers: swarmtest.NewNetwork()}
}

// node is one node's database, folder and networks; parts run on it until
// stop.
type node struct {
	*world
	dir    string
	db     store.DB
	files  *swarm.Files
	swarm  swarm.Swarm
	bus    *announcetest.Bus
	stop   func()
	member member.Options
}

// shelf answers queries from a node's database, as the daemon does.
type shelf struct{ db store.DB }

func (s shelf) Envelopes(ctx context.Context, c message.CommunityID, since time.Time) (out [][]byte, err error) {
	err = s.db.View(ctx, func(tx store.Tx) error {
		rows, err := tx.Announcements(c, since.UnixMilli())
		for i := range rows {
			if len(rows[i].Envelope) > 0 {
				out = append(out, rows[i].Envelope)
			}
		}
		return err
	})
	return out, err
}

// newNode makes a node in a new folder. It knows the swarm addresses of all
// nodes made before it.
func (w *world) newNode(role store.Role) *node {
	w.t.Helper()
	return w.openNode(w.t.TempDir(), role)
}

// openNode makes a node of a folder that may have been used before.
func (w *world) openNode(dir string, role store.Role) *node {
	w.t.Helper()
	db, err := sqlite.Open(w.t.Context(), filepath.Join(dir, "seeder.db"), sqlite.Options{})
	if err != nil {
		w.t.Fatal(err)
	}
	n := &node{world: w, dir: dir, db: db, files: swarm.NewFiles(dir), bus: w.buses.NewBus(shelf{db})}
	n.swarm = swarmtest.NewMemory(w.peers, n.files)
	n.swarm.AddPeers(w.community, w.addrs...)
	w.addrs = append(w.addrs, n.swarm.Addrs()...)
	n.update(func(tx store.Tx) error {
		return tx.PutCommunity(store.Community{ID: w.community, Role: role, Name: "test"})
	})
	n.member = member.Options{
		Community: w.community, DB: db, Files: n.files, Swarm: n.swarm, Bus: n.bus,
		Importer: importer.New(db, w.clock, importer.Options{}), Clock: w.clock,
		Logger: slog.New(slog.DiscardHandler), Grace: 14 * 24 * time.Hour,
		RetryMin: 2 * time.Millisecond, RetryMax: 20 * time.Millisecond, Import: true,
	}
	closed := false
	n.stop = func() {
		if closed {
			return
		}
		closed = true
		for _, err := range []error{n.bus.Close(), n.swarm.Close(), db.Close()} {
			if err != nil {
				w.t.Error(err)
			}
		}
	}
	w.t.Cleanup(func() { n.stop() })
	return n
}

// run runs a part until the returned function or the node's stop ends it.
func (n *node) run(part interface{ Run(context.Context) error }) (end func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- part.Run(ctx) }()
	ended := false
	end = func() {
		if ended {
			return
		}
		ended = true
		cancel()
		select {
		case err := <-done:
			if err != nil {
				n.t.Errorf("run ended with %v", err)
			}
		case <-time.After(patience):
			n.t.Error("run did not end with its context")
		}
	}
	stop := n.stop
	n.stop = func() { end(); stop() }
	return end
}

func (n *node) follow() (end func()) { return n.run(member.New(n.member)) }

func (n *node) owner() *owner.Owner {
	return owner.New(owner.Options{
		Key: n.key, DB: n.db, Files: n.files, Swarm: n.swarm, Bus: n.bus, Clock: n.clock,
		Logger: slog.New(slog.DiscardHandler), MinAge: 7 * 24 * time.Hour, MaxArchiveBytes: 30_000_000,
		Interval: time.Hour, Poll: 2 * time.Millisecond, Grace: 14 * 24 * time.Hour, Republish: 8 * time.Hour,
		RetryMin: 2 * time.Millisecond, RetryMax: 20 * time.Millisecond,
	})
}

func (n *node) update(fn func(store.Tx) error) {
	n.t.Helper()
	if err := n.db.Update(n.t.Context(), fn); err != nil {
		n.t.Fatal(err)
	}
}

func (n *node) view(fn func(store.Tx) error) {
	n.t.Helper()
	if err := n.db.View(n.t.Context(), fn); err != nil {
		n.t.Fatal(err)
	}
}

func (n *node) add(messages ...message.Message) {
	n.t.Helper()
	n.update(func(tx store.Tx) error {
		_, err := tx.AddMessages(n.community, func(yield func(message.Message, error) bool) {
			for _, m := range messages {
				if !yield(m, nil) {
					return
				}
			}
		})
		return err
	})
}

func (n *node) digest() (d store.Digest) {
	n.t.Helper()
	n.view(func(tx store.Tx) (err error) {
		d, err = store.DigestOf(tx, n.community)
		return err
	})
	return d
}

func (n *node) archives() (rows []store.Archive) {
	n.t.Helper()
	n.view(func(tx store.Tx) (err error) {
		rows, err = tx.Archives(n.community)
		return err
	})
	return rows
}

func (n *node) generations() (gens []store.Generation) {
	n.t.Helper()
	n.view(func(tx store.Tx) (err error) {
		gens, err = tx.Generations(n.community)
		return err
	})
	return gens
}

// count returns how many archives are in a state.
func (n *node) count(state store.ArchiveState) (c int) {
	n.t.Helper()
	for _, row := range n.archives() {
		if row.State == state {
			c++
		}
	}
	return c
}

// eventually waits until the condition holds.
func (n *node) eventually(what string, cond func() bool) {
	n.t.Helper()
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for !cond() {
		select {
		case <-tick.C:
		case <-deadline.C:
			n.t.Fatalf("not within %s: %s; archives: %s", patience, what, describe(n.archives()))
		}
	}
}

func describe(rows []store.Archive) (s string) {
	for _, row := range rows {
		s += fmt.Sprintf("%s %s %s; ", row.Span, row.State, row.Reason)
	}
	return s
}

// announceRaw stores and publishes an announcement the way no honest owner
// would have to.
func (n *node) announceRaw(a announce.Announcement) {
	n.t.Helper()
	signed, err := announce.Sign(a, n.key)
	if err != nil {
		n.t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(n.t.Context(), patience)
	defer cancel()
	receipt, err := n.bus.Publish(ctx, n.community, signed)
	if err != nil {
		n.t.Fatal(err)
	}
	n.update(func(tx store.Tx) error {
		return tx.PutAnnouncement(store.Announcement{Community: n.community, Clock: a.Clock, Signed: signed,
			Magnet: a.MagnetURI, Envelope: receipt.Envelope, ReceivedAt: n.clock.Now().UnixMilli(), Own: true})
	})
}

// history makes n messages for each of the given weeks.
func history(n int, weeks ...int) []message.Message {
	var out []message.Message
	for _, w := range weeks {
		rng := rand.New(rand.NewPCG(uint64(w), 3))
		for i := range n {
			out = append(out, message.Message{
				Timestamp: week0 + uint64(w)*week + rng.Uint64N(week),
				Topic:     message.Topic([]byte{0xbb, 0, 0, byte(i % 3)}),
				Payload:   fmt.Appendf(nil, "message %d of week %d", i, w),
			})
		}
	}
	return out
}

// archive seals what is due beside the owner that runs on the node, as the
// command line does, and waits until that one has announced it.
func (n *node) archive() {
	n.t.Helper()
	var r owner.Report
	if err := n.owner().Seal(n.t.Context(), &r); err != nil {
		n.t.Fatal(err)
	}
	n.eventually("what was sealed is announced", func() bool {
		announced, err := n.owner().Announced(n.t.Context())
		return err == nil && announced
	})
}
