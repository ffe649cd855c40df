package importer_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"io"
	"path/filepath"
	"slices"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"

	"seeder/archive"
	"seeder/importer"
	"seeder/internal/clock"
	"seeder/message"
	"seeder/store"
	"seeder/store/sqlite"
)

const benchMessages = 50_000 // about a large week of 500-byte messages

// BenchmarkImport imports one archive with every check on, and in the same run
// inserts the same rows into the same tables with one prepared statement:
// ratio 1 is as fast as inserting without looking.
func BenchmarkImport(b *testing.B) {
	ms := make([]message.Message, benchMessages)
	for i := range ms {
		h := sha256.Sum256(binary.BigEndian.AppendUint64(nil, uint64(i)))
		ms[i] = message.Message{
			Timestamp: span.From + uint64(i)*(span.To-span.From)/benchMessages,
			Topic:     topicA, Payload: bytes.Repeat(h[:], 16)[:500], Sig: bytes.Repeat(h[:], 3)[:65], Hash: h[:],
		}
	}
	slices.SortFunc(ms, func(a, b message.Message) int { return message.Compare(&a, &b) })
	d := &draft{key: newKey(b), messages: ms, topics: []message.Topic{topicA}, header: span, sealed: true}
	d.community = d.key.Community()
	row, data := d.build(b)

	var raw, imported, checked float64
	for b.Loop() {
		dir := b.TempDir()
		raw += rawInsert(b, filepath.Join(dir, "raw.db"), d.community, ms)
		imported += importOnce(b, filepath.Join(dir, "import.db"), row, data, importer.Options{})
		checked += seconds(func() {
			entry, err := archive.ParseEntry(row.Entry)
			if err != nil {
				b.Fatal(err)
			}
			if _, err := archive.Check(d.community, &entry, bytes.NewReader(data), nil); err != nil {
				b.Fatal(err)
			}
		})
	}
	n := float64(benchMessages) * float64(b.N)
	b.ReportMetric(n/raw, "raw-rows/s")
	b.ReportMetric(n/imported, "rows/s")
	b.ReportMetric(n/checked, "checked-rows/s")
	b.ReportMetric(raw/imported, "ratio")
}

// BenchmarkImportSigned imports messages as Status clients send them, each
// signed by its author, with the authors checked ahead and, in the same run, in
// turn.
func BenchmarkImportSigned(b *testing.B) {
	row, data := signedArchive(b, benchMessages/5)
	var ahead, inTurn float64
	for b.Loop() {
		dir := b.TempDir()
		inTurn += importOnce(b, filepath.Join(dir, "turn.db"), row, data, importer.Options{Workers: -1})
		ahead += importOnce(b, filepath.Join(dir, "ahead.db"), row, data, importer.Options{})
	}
	n := float64(benchMessages/5) * float64(b.N)
	b.ReportMetric(n/inTurn, "rows-in-turn/s")
	b.ReportMetric(n/ahead, "rows-ahead/s")
	b.ReportMetric(inTurn/ahead, "speedup")
}

// signedArchive makes an archive of n messages, each signed by its author.
func signedArchive(t testing.TB, n int) (store.Archive, []byte) {
	t.Helper()
	ms := make([]message.Message, n)
	author := newKey(t)
	id := author.Community()
	for i := range ms {
		h := sha256.Sum256(binary.BigEndian.AppendUint64(nil, uint64(i)))
		content := bytes.Repeat(h[:], 13)
		sig, err := author.Sign(content)
		if err != nil {
			t.Fatal(err)
		}
		payload := protowire.AppendBytes(protowire.AppendTag(nil, 1, protowire.BytesType), sig)
		payload = protowire.AppendBytes(protowire.AppendTag(payload, 2, protowire.BytesType), content)
		ms[i] = message.Message{
			Timestamp: span.From + uint64(i)*(span.To-span.From)/uint64(len(ms)),
			Topic:     topicA, Payload: payload, Sig: id[:], Hash: h[:],
		}
	}
	slices.SortFunc(ms, func(a, b message.Message) int { return message.Compare(&a, &b) })
	d := &draft{key: newKey(t), messages: ms, topics: []message.Topic{topicA}, header: span, sealed: true}
	d.community = d.key.Community()
	return d.build(t)
}

func importOnce(b *testing.B, path string, row store.Archive, data []byte, opts importer.Options) float64 {
	db := openWith(b, path, row.Community)
	defer closeDB(b, db)
	im := importer.New(db, clock.System{}, opts)
	return seconds(func() {
		res, err := im.Import(context.Background(), row, func() (io.ReadCloser, error) {
			return io.NopCloser(bytes.NewReader(data)), nil
		})
		if err != nil || res.Added.New != res.Messages {
			b.Fatalf("imported %+v: %v", res, err)
		}
	})
}

// rawInsert makes the tables by opening the database once, and then goes
// straight to the engine.
func rawInsert(b *testing.B, path string, c message.CommunityID, ms []message.Message) float64 {
	closeDB(b, openWith(b, path, c))
	db, err := sql.Open("sqlite", "file:"+path+"?_txlock=immediate&_pragma=synchronous(full)&_pragma=cache_size(-16384)")
	if err != nil {
		b.Fatal(err)
	}
	defer func() {
		if err := db.Close(); err != nil {
			b.Error(err)
		}
	}()
	return seconds(func() {
		tx, err := db.Begin()
		if err != nil {
			b.Fatal(err)
		}
		insert, err := tx.Prepare(`INSERT INTO message (community_no, key, timestamp, topic, payload, sig, hashed)
			VALUES (1, ?, ?, ?, ?, ?, 1)`)
		if err != nil {
			b.Fatal(err)
		}
		defer func() { _ = insert.Close() }() // the commit has closed it
		for i := range ms {
			m := &ms[i]
			if _, err := insert.Exec(m.Hash, int64(m.Timestamp), []byte(m.Topic), m.Payload, m.Sig); err != nil {
				b.Fatal(err)
			}
		}
		if err := tx.Commit(); err != nil {
			b.Fatal(err)
		}
	})
}

func openWith(b *testing.B, path string, c message.CommunityID) store.DB {
	db, err := sqlite.Open(context.Background(), path, sqlite.Options{})
	if err != nil {
		b.Fatal(err)
	}
	if err := db.Update(context.Background(), func(tx store.Tx) error { return tx.PutCommunity(store.Community{ID: c}) }); err != nil {
		b.Fatal(err)
	}
	return db
}

func closeDB(b *testing.B, db store.DB) {
	if err := db.Close(); err != nil {
		b.Error(err)
	}
}

func seconds(fn func()) float64 {
	start := clock.System{}.Now()
	fn()
	return clock.System{}.Now().Sub(start).Seconds()
}
