package sqlite

import (
	"context"
	"database/sql/driver"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"seeder/internal/clock"
	"seeder/message"
	"seeder/store"
	"seeder/store/storetest"
)

// benchMessages is the size of the benchmarks' history; SEEDER_BENCH_MESSAGES
// sets another one.
func benchMessages(b *testing.B) int {
	n := 100_000
	if s := os.Getenv("SEEDER_BENCH_MESSAGES"); s != "" {
		if _, err := fmt.Sscan(s, &n); err != nil {
			b.Fatal(err)
		}
	}
	return n
}

// benchPartition is how many messages a transaction of the benchmarks holds.
const benchPartition = 50_000

var benchCommunity = message.CommunityID{2}

// benchMessage fills m with the i-th of a history of 500-byte payloads. The
// hash is as random as real ones are: it decides where in the index a row goes.
func benchMessage(m *message.Message, i int) {
	if m.Payload == nil {
		*m = message.Message{Topic: "\x01\x02\x03\x04", Payload: make([]byte, 500), Sig: make([]byte, 65), Hash: make([]byte, 32)}
	}
	m.Timestamp = 1_700_000_000 + uint64(i)*12
	x := uint64(i)
	for j := 0; j < 32; j += 8 { // splitmix64
		x += 0x9e3779b97f4a7c15
		z := (x ^ x>>30) * 0xbf58476d1ce4e5b9
		z = (z ^ z>>27) * 0x94d049bb133111eb
		binary.BigEndian.PutUint64(m.Hash[j:], z^z>>31)
	}
	copy(m.Payload, m.Hash)
}

func benchSeq(from, to int) func(func(message.Message, error) bool) {
	return func(yield func(message.Message, error) bool) {
		var m message.Message
		for i := from; i < to; i++ {
			benchMessage(&m, i)
			if !yield(m, nil) {
				return
			}
		}
	}
}

// rawInsert is the reference: the same rows into the same table and indexes by
// one prepared statement, straight to the driver, partition by partition.
func rawInsert(b testing.TB, db *DB, n int) {
	for from := 0; from < n; from += benchPartition {
		err := db.Update(context.Background(), func(tx_ store.Tx) error {
			t := tx_.(*tx)
			if err := t.PutCommunity(store.Community{ID: benchCommunity}); err != nil {
				return err
			}
			s, err := t.take(insertMessage)
			if err != nil {
				return err
			}
			defer t.give(insertMessage, s)
			var m message.Message
			args := named(make([]any, 10))
			args[0].Value = int64(1)
			for i := from; i < min(n, from+benchPartition); i++ {
				benchMessage(&m, i)
				bindMessage(args, &m, m.Hash)
				if _, err := s.(driver.StmtExecContext).ExecContext(context.Background(), args); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}

func importAll(b testing.TB, db *DB, n int) {
	for from := 0; from < n; from += benchPartition {
		to := min(n, from+benchPartition)
		var first, last message.Message
		benchMessage(&first, from)
		benchMessage(&last, to)
		err := db.Update(context.Background(), func(tx store.Tx) error {
			if err := tx.PutCommunity(store.Community{ID: benchCommunity}); err != nil {
				return err
			}
			if err := tx.Cover(benchCommunity, message.Span{From: first.Timestamp, To: last.Timestamp}); err != nil {
				return err
			}
			_, err := tx.ImportMessages(benchCommunity, benchSeq(from, to))
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkImportMessages compares importing with the raw insert of the same
// run: ratio 1 is as fast.
func BenchmarkImportMessages(b *testing.B) {
	n := benchMessages(b)
	var raw, imported float64
	for i := 0; b.Loop(); i++ {
		dir := b.TempDir()
		raw += seconds(func() { inNew(b, filepath.Join(dir, "raw.db"), func(db *DB) { rawInsert(b, db, n) }) })
		imported += seconds(func() { inNew(b, filepath.Join(dir, "import.db"), func(db *DB) { importAll(b, db, n) }) })
	}
	b.ReportMetric(float64(n)*float64(b.N)/raw, "raw-rows/s")
	b.ReportMetric(float64(n)*float64(b.N)/imported, "rows/s")
	b.ReportMetric(raw/imported, "ratio")
}

// BenchmarkScanMessages reads a sealed history in order, once without and once
// with late messages in the spans.
func BenchmarkScanMessages(b *testing.B) {
	n := benchMessages(b)
	db := open(b, filepath.Join(b.TempDir(), "scan.db"))
	defer closeDB(b, db)
	importAll(b, db, n)
	scan := func(b *testing.B) {
		var elapsed float64
		for b.Loop() {
			got := 0
			elapsed += seconds(func() {
				err := db.View(context.Background(), func(tx store.Tx) error {
					return tx.ScanMessages(benchCommunity, message.Forever(), store.Canonical, func(m *message.Message) error {
						got++
						return nil
					})
				})
				if err != nil {
					b.Fatal(err)
				}
			})
			if got != n {
				b.Fatalf("%d messages, want %d", got, n)
			}
		}
		b.ReportMetric(float64(n)*float64(b.N)/elapsed, "rows/s")
	}
	b.Run("none late", scan)
	err := db.Update(context.Background(), func(tx store.Tx) error {
		_, err := tx.AddMessages(benchCommunity, func(yield func(message.Message, error) bool) {
			yield(message.Message{Timestamp: 1_700_000_001, Payload: []byte("late")}, nil)
		})
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	b.Run("one late", scan)
}

// BenchmarkSummaries measures what the owner asks before each archive.
func BenchmarkSummaries(b *testing.B) {
	n := benchMessages(b)
	db := open(b, filepath.Join(b.TempDir(), "summaries.db"))
	defer closeDB(b, db)
	importAll(b, db, n)
	for name, ask := range map[string]func(store.Tx) error{
		"count": func(tx store.Tx) error {
			_, err := tx.CountMessages(benchCommunity, message.Forever(), store.Canonical)
			return err
		},
		"topics": func(tx store.Tx) error {
			_, err := tx.Topics(benchCommunity, message.Forever(), store.Canonical)
			return err
		},
		"first": func(tx store.Tx) error {
			_, _, err := tx.FirstMessage(benchCommunity, message.Forever(), store.Canonical)
			return err
		},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := db.View(context.Background(), ask); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkSmallUpdate is what the durability of one small transaction costs.
func BenchmarkSmallUpdate(b *testing.B) {
	for _, level := range []string{"full", "normal"} {
		b.Run(level, func(b *testing.B) {
			db := open(b, filepath.Join(b.TempDir(), "small.db"))
			defer closeDB(b, db)
			if _, err := db.writer.Exec("PRAGMA synchronous = " + level); err != nil {
				b.Fatal(err)
			}
			for i := 0; b.Loop(); i++ {
				err := db.Update(context.Background(), func(tx store.Tx) error {
					return tx.PutCommunity(store.Community{ID: benchCommunity, CreatedAt: int64(i)})
				})
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func inNew(b *testing.B, path string, fn func(*DB)) {
	db := open(b, path)
	fn(db)
	closeDB(b, db)
}

// seconds returns how long fn takes.
func seconds(fn func()) float64 {
	start := clock.System{}.Now()
	fn()
	return clock.System{}.Now().Sub(start).Seconds()
}

// BenchmarkSettings reads the settings of 100 communities, and the number that
// says whether they have changed.
func BenchmarkSettings(b *testing.B) {
	db := open(b, filepath.Join(b.TempDir(), "bench.db"))
	defer closeDB(b, db)
	storetest.BenchmarkSettings(b, db)
}
