package bench

import (
	"context"
	"crypto/sha1"
	"database/sql"
	"encoding/binary"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"seeder/announce/announcetest"
	"seeder/archive"
	"seeder/importer"
	"seeder/internal/clock"
	"seeder/message"
	"seeder/owner"
	"seeder/signer"
	"seeder/store"
	"seeder/store/sqlite"
	"seeder/swarm"
	"seeder/swarm/bittorrent"
	"seeder/swarm/swarmtest"
)

const (
	weeks       = 20
	payloadSize = 500
	keyHex      = "0000000000000000000000000000000000000000000000000000000000000001"
)

// start is the first second of the history, on a partition boundary.
var start = message.PartitionOf(1_700_000_000).From

// stages maps a stage's name to its work, which is timed by itself.
var stages = map[string]func(dir string, count int) (result, error){
	"fill":      fill,
	"read":      read,
	"package":   pack,
	"seed":      seed,
	"readback":  readback,
	"rawinsert": rawInsert,
	"import":    importAll,
	"append":    appendWeek,
	"hashall":   hashAll,
}

// synthetic yields count messages spread evenly over the given weeks.
func synthetic(first uint64, span uint64, count int) iter.Seq2[message.Message, error] {
	return func(yield func(message.Message, error) bool) {
		rng := rand.New(rand.NewPCG(first, uint64(count)))
		payload := make([]byte, payloadSize)
		for i := range count {
			for j := 0; j < len(payload); j += 4 {
				binary.LittleEndian.PutUint32(payload[j:], rng.Uint32())
			}
			hash := make([]byte, 32)
			for j := 0; j < len(hash); j += 8 {
				binary.LittleEndian.PutUint64(hash[j:], rng.Uint64())
			}
			m := message.Message{
				Timestamp: first + uint64(i)*span/uint64(count),
				Topic:     message.Topic([]byte{1, 2, 3, byte(i % 8)}),
				Payload:   payload,
				Hash:      hash,
			}
			if !yield(m, nil) {
				return
			}
		}
	}
}

func key() *signer.Key {
	k, err := signer.ParseKey(keyHex)
	if err != nil {
		panic(err) // a constant
	}
	return k
}

// withDB opens the owner's database of a benchmark folder.
func withDB(dir string, fn func(context.Context, store.DB) error) error {
	ctx := context.Background()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	db, err := sqlite.Open(ctx, filepath.Join(dir, "seeder.db"), sqlite.Options{})
	if err != nil {
		return err
	}
	defer db.Close()
	return fn(ctx, db)
}

func add(ctx context.Context, db store.DB, first, span uint64, count int) error {
	return db.Update(ctx, func(tx store.Tx) error {
		c := key().Community()
		if err := tx.PutCommunity(store.Community{ID: c, Role: store.RoleOwner, Name: "bench"}); err != nil {
			return err
		}
		_, err := tx.AddMessages(c, synthetic(first, span, count))
		return err
	})
}

func fill(dir string, count int) (r result, err error) {
	err = withDB(dir, func(ctx context.Context, db store.DB) error {
		return add(ctx, db, start, weeks*message.PartitionSeconds, count)
	})
	return r, err
}

func read(dir string, _ int) (r result, err error) {
	err = withDB(dir, func(ctx context.Context, db store.DB) error {
		began := time.Now()
		err := db.View(ctx, func(tx store.Tx) error {
			return tx.ScanMessages(key().Community(), message.Forever(), store.All, func(m *message.Message) error {
				r.Messages++
				r.Bytes += int64(len(m.Payload))
				return nil
			})
		})
		r.Seconds = since(began)
		return err
	})
	return r, err
}

// newOwner returns an owner whose clock stands well after the history.
func newOwner(dir string, db store.DB, s owner.Seeder) *owner.Owner {
	clk := clock.NewFixed(time.Unix(int64(start), 0).Add(2 * 365 * 24 * time.Hour))
	return owner.New(owner.Options{
		Key: key(), DB: db, Files: swarm.NewFiles(dir), Swarm: s, Bus: announcetest.NewNetwork(clk).NewBus(nil),
		Clock: clk, Logger: slog.New(slog.DiscardHandler), MinAge: 7 * 24 * time.Hour, MaxArchiveBytes: 30_000_000,
	})
}

func pack(dir string, count int) (r result, err error) {
	err = withDB(dir, func(ctx context.Context, db store.DB) error {
		var report owner.Report
		began := time.Now()
		err := newOwner(dir, db, swarmtest.NewMemory(swarmtest.NewNetwork(), swarm.NewFiles(dir))).Seal(ctx, &report)
		r = result{Messages: report.Messages, Seconds: since(began), Bytes: int64(report.Bytes)}
		if err == nil && r.Messages != uint64(count) {
			return fmt.Errorf("packaged %d of %d messages", r.Messages, count)
		}
		return err
	})
	return r, err
}

// seed makes a torrent of what is archived and says how much it hashed.
func seed(dir string, _ int) (r result, err error) {
	err = withDB(dir, func(ctx context.Context, db store.DB) error {
		s, err := bittorrent.New(bittorrent.Options{Files: swarm.NewFiles(dir), Listen: "127.0.0.1:0",
			Clock: clock.System{}, Logger: slog.New(slog.DiscardHandler)})
		if err != nil {
			return err
		}
		defer s.Close()
		var report owner.Report
		began := time.Now()
		err = newOwner(dir, db, s).Publish(ctx, &report)
		r = result{Seconds: since(began), Bytes: report.HashedBytes}
		return err
	})
	return r, err
}

// eachArchive calls fn with every archive of the owner's database.
func eachArchive(ctx context.Context, db store.DB, fn func(store.Archive) error) error {
	var rows []store.Archive
	err := db.View(ctx, func(tx store.Tx) (err error) {
		rows, err = tx.Archives(key().Community())
		return err
	})
	for i := 0; err == nil && i < len(rows); i++ {
		err = fn(rows[i])
	}
	return err
}

// readback decodes and verifies every archive.
func readback(dir string, _ int) (r result, err error) {
	files, c := swarm.NewFiles(dir), key().Community()
	err = withDB(dir, func(ctx context.Context, db store.DB) error {
		began := time.Now()
		err := eachArchive(ctx, db, func(row store.Archive) error {
			e, err := archive.ParseEntry(row.Entry)
			if err != nil {
				return err
			}
			f, err := files.Open(c, row.ID)
			if err != nil {
				return err
			}
			defer f.Close()
			sum, err := archive.Check(c, &e, f, func(*message.Message) error { return nil })
			r.Messages += sum.Messages
			return err
		})
		r.Seconds = since(began)
		return err
	})
	return r, err
}

// importAll imports every archive into an empty database, newest first.
func importAll(dir string, _ int) (r result, err error) {
	files, c := swarm.NewFiles(dir), key().Community()
	var rows []store.Archive
	err = withDB(dir, func(ctx context.Context, db store.DB) error {
		return eachArchive(ctx, db, func(row store.Archive) error {
			row.State = store.Listed
			rows = append(rows, row)
			return nil
		})
	})
	if err != nil {
		return r, err
	}
	err = withDB(filepath.Join(dir, "member"), func(ctx context.Context, db store.DB) error {
		err := db.Update(ctx, func(tx store.Tx) error {
			return tx.PutCommunity(store.Community{ID: c, Role: store.RoleMember, Name: "bench"})
		})
		if err != nil {
			return err
		}
		imp := importer.New(db, clock.System{}, importer.Options{})
		began := time.Now()
		for i := len(rows) - 1; i >= 0; i-- {
			res, err := imp.Import(ctx, rows[i], func() (io.ReadCloser, error) { return files.Open(c, rows[i].ID) })
			if err != nil {
				return err
			}
			r.Messages += res.Messages
		}
		r.Seconds = since(began)
		return nil
	})
	return r, err
}

// rawInsert puts the same rows into a table with the same indexes, one
// prepared INSERT a row and one transaction an archive, and checks nothing.
func rawInsert(dir string, count int) (r result, err error) {
	if err := withDB(dir, func(context.Context, store.DB) error { return nil }); err != nil {
		return r, err
	}
	db, err := sql.Open("sqlite", filepath.Join(dir, "seeder.db")+"?_pragma=journal_mode(wal)&_pragma=synchronous(normal)")
	if err != nil {
		return r, err
	}
	defer db.Close()
	began := time.Now()
	for week := weeks - 1; week >= 0; week-- {
		first := start + uint64(week)*message.PartitionSeconds
		if err := rawInsertWeek(db, synthetic(first, message.PartitionSeconds, count/weeks)); err != nil {
			return r, err
		}
	}
	return result{Messages: uint64(count / weeks * weeks), Seconds: since(began)}, nil
}

// appendWeek adds a week of messages and packages it.
func appendWeek(dir string, count int) (r result, err error) {
	err = withDB(dir, func(ctx context.Context, db store.DB) error {
		first := start + weeks*message.PartitionSeconds
		if err := add(ctx, db, first, message.PartitionSeconds, count/weeks); err != nil {
			return err
		}
		var report owner.Report
		began := time.Now()
		err := newOwner(dir, db, swarmtest.NewMemory(swarmtest.NewNetwork(), swarm.NewFiles(dir))).Seal(ctx, &report)
		r = result{Messages: report.Messages, Seconds: since(began), Bytes: int64(report.Bytes)}
		return err
	})
	return r, err
}

// hashAll hashes every archive file, which is what a seeder does that keeps no
// piece hashes.
func hashAll(dir string, _ int) (r result, err error) {
	files, c := swarm.NewFiles(dir), key().Community()
	err = withDB(dir, func(ctx context.Context, db store.DB) error {
		began := time.Now()
		err := eachArchive(ctx, db, func(row store.Archive) error {
			f, err := files.Open(c, row.ID)
			if err != nil {
				return err
			}
			defer f.Close()
			n, err := io.Copy(sha1.New(), f)
			r.Bytes += n
			return err
		})
		r.Seconds = since(began)
		return err
	})
	return r, err
}
