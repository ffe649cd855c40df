package rebuild_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"seeder/announce/announcetest"
	"seeder/importer"
	"seeder/internal/clock"
	"seeder/message"
	"seeder/owner"
	"seeder/rebuild"
	"seeder/signer"
	"seeder/store"
	"seeder/store/sqlite"
	"seeder/swarm"
	"seeder/swarm/swarmtest"
)

const week = message.PartitionSeconds

var week0 = message.PartitionOf(1_704_067_200).From

// node is an owner's data folder with what works on it.
type node struct {
	t     *testing.T
	dir   string
	key   *signer.Key
	keys  *signer.Keystore
	files *swarm.Files
	clock *clock.Fixed
	db    store.DB
}

func newNode(t *testing.T) *node {
	t.Helper()
	key, err := signer.ParseKey("00000000000000000000000000000000000000000000000000000000000000cc")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	n := &node{
		t: t, dir: dir, key: key, keys: signer.OpenKeystore(filepath.Join(dir, "keys")), files: swarm.NewFiles(dir),
		clock: clock.NewFixed(time.Unix(int64(week0)+8*week, 0)),
	}
	n.open()
	t.Cleanup(n.close)
	return n
}

func (n *node) path() string { return filepath.Join(n.dir, "seeder.db") }

func (n *node) open() {
	n.t.Helper()
	db, err := sqlite.Open(context.Background(), n.path(), sqlite.Options{})
	if err != nil {
		n.t.Fatal(err)
	}
	n.db = db
}

func (n *node) close() {
	if n.db == nil {
		return
	}
	if err := n.db.Close(); err != nil {
		n.t.Error(err)
	}
	n.db = nil
}

// lose deletes the database and opens an empty one.
func (n *node) lose() {
	n.t.Helper()
	n.close()
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(n.path() + suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
			n.t.Fatal(err)
		}
	}
	n.open()
}

func (n *node) update(fn func(store.Tx) error) {
	n.t.Helper()
	if err := n.db.Update(n.t.Context(), fn); err != nil {
		n.t.Fatal(err)
	}
}

func (n *node) add(count int, weeks ...int) {
	n.t.Helper()
	n.update(func(tx store.Tx) error {
		_, err := tx.AddMessages(n.key.Community(), func(yield func(message.Message, error) bool) {
			for _, w := range weeks {
				for i := range count {
					m := message.Message{
						Timestamp: week0 + uint64(w)*week + uint64(i), Topic: "\xcc\x00\x00\x01",
						Payload: fmt.Appendf(nil, "message %d of week %d and %d", i, w, count),
					}
					if !yield(m, nil) {
						return
					}
				}
			}
		})
		return err
	})
}

// round runs a round of a node that has just started, and returns its report
// and how many bytes the swarm had to hash.
func (n *node) round() (owner.Report, int64) {
	n.t.Helper()
	s := swarmtest.NewMemory(swarmtest.NewNetwork(), n.files)
	bus := announcetest.NewNetwork(n.clock).NewBus(nil)
	defer func() {
		if err := errors.Join(bus.Close(), s.Close()); err != nil {
			n.t.Error(err)
		}
	}()
	log := slog.New(slog.DiscardHandler)
	o := owner.New(owner.Options{
		Key: n.key, DB: n.db, Files: n.files, Swarm: s, Bus: bus, Clock: n.clock, Logger: log,
		MinAge: 7 * 24 * time.Hour, MaxArchiveBytes: 30_000_000, Interval: time.Hour, Poll: time.Millisecond,
		Grace: 14 * 24 * time.Hour, Republish: 8 * time.Hour, RetryMin: time.Millisecond, RetryMax: 10 * time.Millisecond,
	})
	if err := o.Resume(n.t.Context()); err != nil {
		n.t.Fatal(err)
	}
	r, err := o.Round(n.t.Context())
	if err != nil {
		n.t.Fatal(err)
	}
	return r, s.Stats(n.key.Community()).HashedBytes
}

func (n *node) options() rebuild.Options {
	return rebuild.Options{
		DB: n.db, Files: n.files, Keys: n.keys, Importer: importer.New(n.db, n.clock, importer.Options{}),
		Clock: n.clock, Import: true, Grace: 14 * 24 * time.Hour,
	}
}

func (n *node) rebuild() rebuild.Report {
	n.t.Helper()
	reports, err := rebuild.Run(n.t.Context(), n.options())
	if err != nil || len(reports) != 1 {
		n.t.Fatalf("%d reports, %v", len(reports), err)
	}
	return reports[0]
}

func (n *node) digest() (d store.Digest) {
	n.t.Helper()
	err := n.db.View(n.t.Context(), func(tx store.Tx) (err error) {
		d, err = store.DigestOf(tx, n.key.Community())
		return err
	})
	if err != nil {
		n.t.Fatal(err)
	}
	return d
}

func (n *node) rows() (rows []store.Archive) {
	n.t.Helper()
	err := n.db.View(n.t.Context(), func(tx store.Tx) (err error) {
		rows, err = tx.Archives(n.key.Community())
		return err
	})
	if err != nil {
		n.t.Fatal(err)
	}
	return rows
}

// archived is a node with a history of two generations, an amendment among
// its archives, and its key in the keystore.
func archived(t *testing.T) (*node, owner.Report) {
	t.Helper()
	n := newNode(t)
	if err := n.keys.Add(n.key, "Garden"); err != nil {
		t.Fatal(err)
	}
	n.update(func(tx store.Tx) error {
		return tx.PutCommunity(store.Community{ID: n.key.Community(), Role: store.RoleOwner, Name: "Garden"})
	})
	n.add(30, 0, 1, 2)
	n.round()
	n.add(5, 1)
	r, _ := n.round()
	if len(n.rows()) != 4 {
		t.Fatalf("%d archives", len(n.rows()))
	}
	return n, r
}

func TestOwnerGoesOnAfterItsDatabaseIsLost(t *testing.T) {
	n, before := archived(t)
	digest, rows := n.digest(), n.rows()
	n.lose()
	report := n.rebuild()
	want := rebuild.Report{Community: n.key.Community(), Role: store.RoleOwner, Generations: 2, Archives: 4, Messages: 95}
	if report != want {
		t.Errorf("report %+v, want %+v", report, want)
	}
	if n.digest() != digest {
		t.Error("the digest is another one")
	}
	for i, row := range n.rows() {
		rows[i].UpdatedAt, row.UpdatedAt = 0, 0
		if fmt.Sprint(row) != fmt.Sprint(rows[i]) {
			t.Errorf("row %+v, want %+v", row, rows[i])
		}
	}
	after, hashed := n.round()
	if after.InfoHash != before.InfoHash || after.Archives != 0 || !after.New {
		t.Errorf("round %+v, before %+v", after, before)
	}
	// Both generations were seeded again: only their indexes may be hashed.
	if limit := int64(8 << 10); hashed > limit {
		t.Errorf("%d bytes were hashed", hashed)
	}
	n.add(20, 3)
	if r, _ := n.round(); r.Archives != 1 || n.digest().Messages != digest.Messages+20 {
		t.Errorf("the next week: %+v", r)
	}
}

// An owner that has not archived anything, or whose key alone was brought back, goes
// on as the owner.
func TestOwnersWithoutArchives(t *testing.T) {
	n, _ := archived(t)
	n.lose()
	opts := n.options()
	opts.Files = swarm.NewFiles(t.TempDir())
	reports, err := rebuild.Run(t.Context(), opts)
	if err != nil || len(reports) != 1 || reports[0].Role != store.RoleOwner || reports[0].Archives != 0 {
		t.Errorf("reports %+v, %v", reports, err)
	}
}

func TestMembersWithoutKey(t *testing.T) {
	n, _ := archived(t)
	digest := n.digest()
	n.keys = signer.OpenKeystore(t.TempDir())
	n.lose()
	if r := n.rebuild(); r.Role != store.RoleMember || n.digest() != digest {
		t.Errorf("report %+v", r)
	}
}

func TestNodeThatOnlyServesKeepsNoMessages(t *testing.T) {
	n, _ := archived(t)
	n.keys = signer.OpenKeystore(t.TempDir())
	n.lose()
	opts := n.options()
	opts.Import = false
	reports, err := rebuild.Run(t.Context(), opts)
	if err != nil || reports[0].Archives != 4 || reports[0].Messages != 95 || n.digest().Messages != 0 {
		t.Errorf("reports %+v, %v", reports, err)
	}
	for _, row := range n.rows() {
		if row.State != store.Stored || row.SHA256 == [32]byte{} {
			t.Errorf("row %+v", row)
		}
	}
}

func TestMissingAndDamagedFilesAreListedToBeFetched(t *testing.T) {
	n, _ := archived(t)
	rows := n.rows()
	if err := n.files.Remove(n.key.Community(), rows[0].ID); err != nil {
		t.Fatal(err)
	}
	path := n.files.Path(n.key.Community(), rows[1].ID)
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)/2] ^= 1
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	n.lose()
	if r := n.rebuild(); r.Missing != 1 || r.Damaged != 1 || r.Archives != 2 {
		t.Errorf("report %+v", r)
	}
	for _, row := range n.rows()[:2] {
		if row.State != store.Listed || row.Reason == "" {
			t.Errorf("row %+v", row)
		}
	}
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the damaged file is still there: %v", err)
	}
}

func TestRefusals(t *testing.T) {
	n, _ := archived(t)
	if _, err := rebuild.Run(t.Context(), n.options()); !errors.Is(err, rebuild.ErrNotEmpty) || !strings.HasSuffix(err.Error(), "it has 1 community") {
		t.Errorf("with a database in use: %v", err)
	}
	opts := n.options()
	n.lose()
	opts.DB, opts.Files, opts.Keys = n.db, swarm.NewFiles(t.TempDir()), signer.OpenKeystore(t.TempDir())
	if _, err := rebuild.Run(t.Context(), opts); !errors.Is(err, rebuild.ErrNothing) {
		t.Errorf("with an empty folder: %v", err)
	}
}

// dyingDB fails every write from a given one on.
type dyingDB struct {
	store.DB
	left int
}

var errDied = errors.New("the process died")

func (d *dyingDB) Update(ctx context.Context, fn func(store.Tx) error) error {
	if d.left--; d.left < 0 {
		return errDied
	}
	return d.DB.Update(ctx, fn)
}

func TestInterruptedRebuildGoesOn(t *testing.T) {
	n, _ := archived(t)
	digest := n.digest()
	n.lose()
	for writes := 1; ; writes++ {
		opts := n.options()
		opts.DB = &dyingDB{DB: n.db, left: writes}
		opts.Importer = importer.New(opts.DB, n.clock, importer.Options{})
		_, err := rebuild.Run(t.Context(), opts)
		if err == nil {
			break
		}
		if !errors.Is(err, errDied) || writes > 20 {
			t.Fatalf("with %d writes: %v", writes, err)
		}
	}
	if n.digest() != digest {
		t.Error("the digest is another one")
	}
	if _, err := rebuild.Run(t.Context(), n.options()); !errors.Is(err, rebuild.ErrNotEmpty) {
		t.Errorf("after the end: %v", err)
	}
}

func TestProgressReachesTheTotal(t *testing.T) {
	n, _ := archived(t)
	n.lose()
	opts := n.options()
	var seen []int
	opts.Progress = func(p rebuild.Progress) {
		if p.Total != 4 {
			t.Errorf("%+v", p)
		}
		seen = append(seen, p.Done)
	}
	if _, err := rebuild.Run(t.Context(), opts); err != nil || !slices.Equal(seen, []int{1, 2, 3, 4}) {
		t.Errorf("progress %v, %v", seen, err)
	}
}

func TestFilesInNoIndexAreCounted(t *testing.T) {
	n, _ := archived(t)
	d, err := n.files.Create(n.key.Community())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Write([]byte("orphan")); err != nil {
		t.Fatal(err)
	}
	if err := d.Commit(message.ArchiveID{7}); err != nil {
		t.Fatal(err)
	}
	n.lose()
	if r := n.rebuild(); r.Unlisted != 1 || r.Archives != 4 {
		t.Errorf("report %+v", r)
	}
}
