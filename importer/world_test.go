package importer_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/protobuf/encoding/protowire"

	"seeder/archive"
	"seeder/importer"
	"seeder/internal/clock"
	"seeder/internal/leaktest"
	"seeder/message"
	"seeder/signer"
	"seeder/store"
	"seeder/store/sqlite"
)

// instead is what a process of a test does instead of testing, by the
// environment variable that asks for it.
var instead = make(map[string]func())

func TestMain(m *testing.M) {
	for name, work := range instead {
		if os.Getenv(name) != "" {
			work()
			return
		}
	}
	leaktest.Main(m)
}

const (
	topicA message.Topic = "\x01\x02\x03\x04"
	topicB message.Topic = "/chat/1/general/proto"
)

var (
	span = message.Span{From: 1000, To: 2000}
	now  = time.UnixMilli(1_700_000_000_123)
)

// world is a database with two communities and an importer into it.
type world struct {
	path     string
	db       store.DB
	key      *signer.Key
	us, them message.CommunityID
	importer *importer.Importer
}

func newWorld(t testing.TB, opts importer.Options) *world {
	t.Helper()
	path := filepath.Join(t.TempDir(), "seeder.db")
	db, err := sqlite.Open(context.Background(), path, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	w := &world{path: path, db: db, key: newKey(t), importer: importer.New(db, clock.NewFixed(now), opts)}
	w.us, w.them = w.key.Community(), newKey(t).Community()
	w.update(t, func(tx store.Tx) error {
		return errors.Join(tx.PutCommunity(store.Community{ID: w.us}), tx.PutCommunity(store.Community{ID: w.them}))
	})
	return w
}

// sql changes the database behind the program's back.
func (w *world) sql(t testing.TB, text string, args ...any) {
	t.Helper()
	db, err := sql.Open("sqlite", w.path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(context.Background(), text, args...); err != nil {
		t.Fatal(err)
	}
}

func newKey(t testing.TB) *signer.Key {
	t.Helper()
	key, err := signer.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func (w *world) update(t testing.TB, fn func(store.Tx) error) {
	t.Helper()
	if err := w.db.Update(context.Background(), fn); err != nil {
		t.Fatal(err)
	}
}

func (w *world) view(t testing.TB, fn func(store.Tx) error) {
	t.Helper()
	if err := w.db.View(context.Background(), fn); err != nil {
		t.Fatal(err)
	}
}

// put stores the row, as a member does before it imports.
func (w *world) put(t testing.TB, row store.Archive) {
	t.Helper()
	w.update(t, func(tx store.Tx) error { return tx.PutArchive(row) })
}

func (w *world) messages(t testing.TB, class store.Class) (out []message.Message) {
	t.Helper()
	w.view(t, func(tx store.Tx) error {
		return tx.ScanMessages(w.us, message.Forever(), class, func(m *message.Message) error {
			out = append(out, m.Clone())
			return nil
		})
	})
	return out
}

func reader(b []byte) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b)), nil }
}

// history makes n messages in order inside the span.
func history(n int) []message.Message {
	ms := make([]message.Message, n)
	for i := range ms {
		ms[i] = message.Message{
			Timestamp: span.From + uint64(i)*(span.To-span.From)/uint64(n),
			Topic:     []message.Topic{topicA, topicB}[i%2],
			Payload:   binary.BigEndian.AppendUint64([]byte("payload "), uint64(i)),
		}
		if i%3 == 0 {
			h := sha256.Sum256(ms[i].Payload)
			ms[i].Hash = h[:]
		}
	}
	slices.SortFunc(ms, func(a, b message.Message) int { return message.Compare(&a, &b) })
	return ms
}

// draft is an archive being made, with what a test may spoil.
type draft struct {
	key       *signer.Key
	community message.CommunityID
	messages  []message.Message
	topics    []message.Topic
	header    message.Span
	sealed    bool
	seal      func(*archive.Seal) // applied before signing
}

func (w *world) draft(ms []message.Message) *draft {
	return &draft{key: w.key, community: w.us, messages: ms, topics: []message.Topic{topicB, topicA}, header: span, sealed: true}
}

// build encodes a draft without asking the rules, and returns its row and bytes.
func (d *draft) build(t testing.TB) (store.Archive, []byte) {
	t.Helper()
	var buf bytes.Buffer
	enc, err := archive.NewEncoder(&buf, d.header, d.topics)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := enc.Close(); err != nil {
		t.Fatal(err)
	}
	b := buf.Bytes()
	for i := range d.messages {
		b = protowire.AppendTag(b, 3, protowire.BytesType)
		b = protowire.AppendBytes(b, d.messages[i].AppendWire(nil))
	}
	sum := archive.Summary{Raw: uint64(len(b)), SHA256: sha256.Sum256(b), Messages: uint64(len(d.messages))}
	entry, err := archive.NewEntry(span, d.topics, 0, sum, message.ArchiveID{}, 0)
	if err != nil {
		t.Fatal(err)
	}
	if d.seal != nil {
		d.seal(entry.Seal)
	}
	if d.sealed {
		if err := archive.Sign(&entry, d.key); err != nil {
			t.Fatal(err)
		}
	} else {
		entry.Seal = nil
		entry.ID = entry.ComputeID()
	}
	return store.Archive{
		Community: d.community, ID: entry.ID, Span: entry.Span, Offset: entry.Offset, Size: entry.Size, Padding: entry.Padding,
		Entry: entry.Encode(), State: store.Stored, Reason: "old reason", Attempts: 2, NextTry: 5, SHA256: sum.SHA256,
	}, b
}

// closeRecorder notes how much was read of it and that it was closed.
type closeRecorder struct {
	io.Reader
	read   *atomic.Int64 // another goroutine than the test's may read
	closed bool
	err    error
}

func (r *closeRecorder) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	if r.read != nil {
		r.read.Add(int64(n))
	}
	return n, err
}

func (r *closeRecorder) Close() error { r.closed = true; return r.err }

// wantNothing checks that no import left anything.
func (w *world) wantNothing(t *testing.T) {
	t.Helper()
	w.view(t, func(tx store.Tx) error {
		for _, c := range []message.CommunityID{w.us, w.them} {
			n, err := tx.CountMessages(c, message.Forever(), store.All)
			archives, err2 := tx.Archives(c)
			covered, err3 := tx.Covered(c)
			if n != 0 || len(archives) != 0 || len(covered) != 0 {
				t.Errorf("%d messages, %d archives and the spans %v stayed", n, len(archives), covered)
			}
			if err := errors.Join(err, err2, err3); err != nil {
				return err
			}
		}
		return nil
	})
}
