package postgres

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"testing"

	"github.com/jackc/pgx/v5"

	"seeder/internal/clock"
	"seeder/message"
	"seeder/store"
	"seeder/store/postgres/pgtest"
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

// benchRows reads as what COPY takes, made on the way like the messages of an
// import.
type benchRows struct {
	m        message.Message
	next, to int
	rest     []byte
	buffer   bytes.Buffer
}

func (r *benchRows) Read(p []byte) (int, error) {
	for r.buffer.Len() < len(p) && r.next <= r.to {
		r.rest = r.rest[:0]
		if r.next == r.to {
			r.rest = append(r.rest, copyTrailer...)
		} else {
			benchMessage(&r.m, r.next)
			r.rest = appendRow(r.rest, 1, &r.m)
		}
		r.buffer.Write(r.rest)
		r.next++
	}
	if r.buffer.Len() == 0 {
		return 0, io.EOF
	}
	return r.buffer.Read(p)
}

// rawCopy is the reference: the same rows into the same table and indexes by
// COPY, straight over a connection, partition by partition.
func rawCopy(b *testing.B, address string, n int) {
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, address)
	if err != nil {
		b.Fatal(err)
	}
	// The number of the community stands where the number in the sequence does.
	if _, err := conn.Exec(ctx, "ALTER TABLE message ALTER community_no TYPE bigint"); err != nil {
		b.Fatal(err)
	}
	for from := 0; from < n; from += benchPartition {
		rows := &benchRows{next: from, to: min(n, from+benchPartition)}
		rows.buffer.WriteString(copyHeader)
		if _, err := conn.PgConn().CopyFrom(ctx, rows, `COPY message (community_no, hashed, timestamp, key, topic, payload, sig,
			padding, hash, third_party_id) FROM STDIN (FORMAT binary)`); err != nil {
			b.Fatal(err)
		}
	}
	if err := conn.Close(ctx); err != nil {
		b.Fatal(err)
	}
}

func importAll(b *testing.B, db *DB, n int) {
	for from := 0; from < n; from += benchPartition {
		to := min(n, from+benchPartition)
		var first, last message.Message
		benchMessage(&first, from)
		benchMessage(&last, to)
		err := db.Update(context.Background(), func(tx store.Tx) error {
			if err := tx.PutCommunity(store.Community{ID: community}); err != nil {
				return err
			}
			if err := tx.Cover(community, message.Span{From: first.Timestamp, To: last.Timestamp}); err != nil {
				return err
			}
			_, err := tx.ImportMessages(community, benchSeq(from, to))
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkImportMessages compares importing with the raw COPY of the same
// run: ratio 1 is as fast.
func BenchmarkImportMessages(b *testing.B) {
	n := benchMessages(b)
	var raw, imported float64
	for b.Loop() {
		address := pgtest.URL(b)
		closeDB(b, open(b, address))
		raw += seconds(func() { rawCopy(b, address, n) })
		db := open(b, pgtest.URL(b))
		imported += seconds(func() { importAll(b, db, n) })
		closeDB(b, db)
	}
	b.ReportMetric(float64(n)*float64(b.N)/raw, "raw-rows/s")
	b.ReportMetric(float64(n)*float64(b.N)/imported, "rows/s")
	b.ReportMetric(raw/imported, "ratio")
}

// BenchmarkScanMessages reads a sealed history in order, once without and once
// with late messages in the spans, and once all rows by a plain query.
func BenchmarkScanMessages(b *testing.B) {
	n := benchMessages(b)
	address := pgtest.URL(b)
	db := open(b, address)
	defer closeDB(b, db)
	importAll(b, db, n)
	if err := pgtest.Exec(b.Context(), address, "VACUUM ANALYZE message"); err != nil {
		b.Fatal(err)
	}
	scan := func(b *testing.B) {
		var elapsed float64
		for b.Loop() {
			got := 0
			elapsed += seconds(func() {
				err := db.View(context.Background(), func(tx store.Tx) error {
					return tx.ScanMessages(community, message.Forever(), store.Canonical, func(*message.Message) error {
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
		_, err := tx.AddMessages(community, func(yield func(message.Message, error) bool) {
			yield(message.Message{Timestamp: 1_700_000_001, Payload: []byte("late")}, nil)
		})
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	b.Run("one late", scan)
	b.Run("plain query", func(b *testing.B) { plainQuery(b, address) })
}

// plainQuery is the reference of a scan: the same rows, one statement, read
// and thrown away.
func plainQuery(b *testing.B, address string) {
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, address)
	if err != nil {
		b.Fatal(err)
	}
	var elapsed float64
	got := 0
	for b.Loop() {
		elapsed += seconds(func() {
			rows, err := conn.Query(ctx, messageColumns+" FROM message AS m ORDER BY m.timestamp, m.key")
			if err != nil {
				b.Fatal(err)
			}
			for rows.Next() {
				got++
			}
			if err := rows.Err(); err != nil {
				b.Fatal(err)
			}
		})
	}
	b.ReportMetric(float64(got)/elapsed, "rows/s")
	if err := conn.Close(ctx); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkSmallUpdate is what one small transaction costs beside the disk.
func BenchmarkSmallUpdate(b *testing.B) {
	db := open(b, pgtest.URL(b))
	defer closeDB(b, db)
	for i := 0; b.Loop(); i++ {
		err := db.Update(context.Background(), func(tx store.Tx) error {
			return tx.PutCommunity(store.Community{ID: community, CreatedAt: int64(i)})
		})
		if err != nil {
			b.Fatal(err)
		}
	}
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
	db := open(b, pgtest.URL(b))
	defer closeDB(b, db)
	storetest.BenchmarkSettings(b, db)
}
