package storetest

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"seeder/message"
	"seeder/store"
)

func (s suite) messages(t *testing.T) {
	t.Run("every field returns as it was", s.fields)
	t.Run("order is timestamp then key", s.order)
	t.Run("a known key changes nothing", s.known)
	t.Run("communities are apart", s.apart)
	t.Run("unknown community", s.unknown)
	t.Run("range of timestamps", s.timestamps)
	t.Run("errors end sequences and scans", s.errorsEnd)
	t.Run("scans nest", s.nested)
	t.Run("a scan leaves the transaction free", s.busy)
	t.Run("a sequence leaves the transaction free", s.reading)
	t.Run("restoring", s.restore)
	t.Run("topics", s.topics)
	t.Run("digest", s.digest)
}

// anyBytes is text with a zero byte and one that is no UTF-8.
const anyBytes = "zero \x00 and \xff"

func (s suite) fields(t *testing.T) {
	db := s.with(t, 1)
	c := Community(1)
	hash := bytes.Repeat([]byte{7}, 32)
	want := []message.Message{
		{Timestamp: 1},
		{Timestamp: 2, Topic: "\x00\xff\x00\x01", Payload: []byte{0}, Sig: bytes.Repeat([]byte{4}, 65), Hash: hash},
		{Timestamp: 3, Topic: "/app/1/name/proto", Padding: []byte("pad"), ThirdPartyID: "ünï/42"},
		{Timestamp: 3, Topic: "/app/1/name/other", ThirdPartyID: anyBytes},
		{Timestamp: 4, Hash: []byte("short")},
		{Timestamp: 5, Hash: bytes.Repeat([]byte{9}, 33), Payload: bytes.Repeat([]byte("big "), 100_000)},
	}
	update(t, db, func(tx store.Tx) error {
		_, err := tx.AddMessages(c, each(want...))
		return err
	})
	slices.SortFunc(want, func(a, b message.Message) int { return message.Compare(&a, &b) })
	view(t, db, func(tx store.Tx) error {
		got, err := scan(tx, c, message.Forever(), store.All)
		if !reflect.DeepEqual(want, got) { // which does not take seconds for the large one
			t.Errorf("messages differ (-want +got):\n%s", cmp.Diff(want, got))
		}
		return err
	})
}

func (s suite) order(t *testing.T) {
	db := s.with(t, 1)
	c := Community(1)
	update(t, db, func(tx store.Tx) error {
		_, err := tx.AddMessages(c, each(msg(20, 'a'), msg(10, 'z'), msg(10, 0xff), msg(10, 'b'), msg(5, 'y')))
		return err
	})
	if got := firsts(t, db, c, message.Forever(), store.All); got != "ybz\xffa" {
		t.Errorf("order %q", got)
	}
	if got := firsts(t, db, c, message.Span{From: 10, To: 20}, store.All); got != "bz\xff" {
		t.Errorf("a span contains its start and not its end; got %q", got)
	}
	for _, span := range []message.Span{{From: 6, To: 6}, {From: 9, To: 3}, {From: 21, To: 99}, {From: 1 << 63, To: 1<<64 - 1}} {
		if got := firsts(t, db, c, span, store.All); got != "" {
			t.Errorf("span %d-%d has %q", span.From, span.To, got)
		}
	}
}

func (s suite) known(t *testing.T) {
	db := s.with(t, 1)
	c := Community(1)
	first := msg(10, 'a')
	other := msg(11, 'a') // same key, other content
	other.Payload = []byte("other")
	unhashed := message.Message{Timestamp: 10, Payload: []byte("x")}
	update(t, db, func(tx store.Tx) error {
		added, err := tx.AddMessages(c, each(first, other, first, unhashed, unhashed))
		if want := (store.Added{New: 2, Known: 3}); added != want {
			t.Errorf("added %+v, want %+v", added, want)
		}
		return err
	})
	view(t, db, func(tx store.Tx) error {
		got, err := scan(tx, c, message.Forever(), store.All)
		slices.SortFunc(got, func(a, b message.Message) int { return len(b.Hash) - len(a.Hash) })
		if diff := cmp.Diff([]message.Message{first, unhashed}, got); diff != "" {
			t.Errorf("the first one stays (-want +got):\n%s", diff)
		}
		return err
	})
}

func (s suite) apart(t *testing.T) {
	db := s.with(t, 1, 2)
	update(t, db, func(tx store.Tx) error {
		for n := byte(1); n <= 2; n++ {
			added, err := tx.AddMessages(Community(n), each(msg(10, 'a'), msg(uint64(n), '0'+n)))
			if err != nil || added.New != 2 {
				return fmt.Errorf("community %d: %+v, %w", n, added, err)
			}
		}
		return tx.Seal(Community(1), message.Span{To: 100}, false, 2)
	})
	for n, want := range map[byte]string{1: "1a", 2: "2a"} {
		if got := firsts(t, db, Community(n), message.Forever(), store.All); got != want {
			t.Errorf("community %d holds %q", n, got)
		}
	}
	if got := firsts(t, db, Community(2), message.Forever(), store.Pending); got != "2a" {
		t.Errorf("sealing one community touched another: %q pending", got)
	}
}

func (s suite) unknown(t *testing.T) {
	db := s.with(t, 1)
	nobody, span := Community(9), message.Span{From: 1, To: 2}
	for name, write := range map[string]func(store.Tx) error{
		"add":       func(tx store.Tx) error { _, err := tx.AddMessages(nobody, each(msg(1, 'a'))); return err },
		"import":    func(tx store.Tx) error { _, err := tx.ImportMessages(nobody, each(msg(1, 'a'))); return err },
		"restore":   func(tx store.Tx) error { _, err := tx.RestoreMessages(nobody, each(msg(1, 'a'))); return err },
		"work":      func(tx store.Tx) error { return tx.PutWork(store.Work{Community: nobody}) },
		"operation": func(tx store.Tx) error { return tx.PutOperation(operation(nobody, "aa")) },
		"fork":      func(tx store.Tx) error { return tx.PutFork(fork(nobody, 1, 1)) },
		"seal":      func(tx store.Tx) error { return tx.Seal(nobody, span, false, 0) },
		"cover":     func(tx store.Tx) error { return tx.Cover(nobody, span) },
		"archive":   func(tx store.Tx) error { return tx.PutArchive(store.Archive{Community: nobody}) },
		"torrent":   func(tx store.Tx) error { return tx.PutGeneration(store.Generation{Community: nobody}) },
		"announce":  func(tx store.Tx) error { return tx.PutAnnouncement(announcement(nobody, 1)) },
		"mark sent": func(tx store.Tx) error { return tx.MarkSent(nobody, 1, 1, 1, nil) },
	} {
		if err := db.Update(limited(t), write); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%s: got %v, want %v", name, err, store.ErrNotFound)
		}
	}
	view(t, db, func(tx store.Tx) error {
		ms, err := scan(tx, nobody, message.Forever(), store.All)
		n, err2 := tx.CountMessages(nobody, message.Forever(), store.Canonical)
		_, found, err3 := tx.FirstMessage(nobody, message.Forever(), store.Pending)
		topics, err4 := tx.Topics(nobody, message.Forever(), store.Late)
		spans, err5 := tx.Covered(nobody)
		if len(ms) != 0 || n != 0 || found || len(topics) != 0 || len(spans) != 0 {
			t.Errorf("found %v, %d, %v, %v, %v for nobody", ms, n, found, topics, spans)
		}
		return errors.Join(err, err2, err3, err4, err5)
	})
}

func (s suite) timestamps(t *testing.T) {
	db := s.with(t, 1)
	c := Community(1)
	update(t, db, func(tx store.Tx) error {
		_, err := tx.AddMessages(c, each(msg(store.MaxTimestamp, 'b'), msg(0, 'a')))
		return err
	})
	if got := firsts(t, db, c, message.Forever(), store.All); got != "ab" {
		t.Errorf("first and last second: %q", got)
	}
	for _, ts := range []uint64{store.MaxTimestamp + 1, 1 << 63, 1<<64 - 1} {
		for _, write := range []func(store.Tx) error{
			func(tx store.Tx) error { _, err := tx.AddMessages(c, each(msg(ts, 'c'))); return err },
			func(tx store.Tx) error { _, err := tx.ImportMessages(c, each(msg(ts, 'c'))); return err },
			func(tx store.Tx) error { _, err := tx.RestoreMessages(c, each(msg(ts, 'c'))); return err },
		} {
			wantError(t, db.Update(limited(t), write), store.ErrRange)
		}
	}
	update(t, db, func(tx store.Tx) error { return tx.Cover(c, message.Forever()) })
	if got := firsts(t, db, c, message.Forever(), store.Late); got != "ab" {
		t.Errorf("covering everything: %q late", got)
	}
}

func (s suite) errorsEnd(t *testing.T) {
	db := s.with(t, 1)
	c := Community(1)
	boom := errors.New("boom")
	failing := func(yield func(message.Message, error) bool) {
		if !yield(msg(1, 'a'), nil) {
			return
		}
		if yield(message.Message{}, boom) {
			t.Error("the sequence went on after its error")
		}
	}
	wantError(t, db.Update(limited(t), func(tx store.Tx) error { _, err := tx.AddMessages(c, failing); return err }), boom)
	wantError(t, db.Update(limited(t), func(tx store.Tx) error { _, err := tx.ImportMessages(c, failing); return err }), boom)
	wantError(t, db.Update(limited(t), func(tx store.Tx) error { _, err := tx.RestoreMessages(c, failing); return err }), boom)
	if got := firsts(t, db, c, message.Forever(), store.All); got != "" {
		t.Errorf("%q was stored", got)
	}
	update(t, db, func(tx store.Tx) error {
		_, err := tx.AddMessages(c, each(msg(1, 'a'), msg(2, 'b'), msg(3, 'c')))
		return err
	})
	calls := 0
	err := db.View(limited(t), func(tx store.Tx) error {
		return tx.ScanMessages(c, message.Forever(), store.All, func(*message.Message) error {
			calls++
			return boom
		})
	})
	wantError(t, err, boom)
	if calls != 1 {
		t.Errorf("the scan called %d times", calls)
	}
}

func (s suite) nested(t *testing.T) {
	db := s.with(t, 1)
	c := Community(1)
	update(t, db, func(tx store.Tx) error {
		_, err := tx.AddMessages(c, each(msg(1, 'a'), msg(2, 'b'), msg(3, 'c')))
		return err
	})
	var trail strings.Builder
	view(t, db, func(tx store.Tx) error {
		return tx.ScanMessages(c, message.Forever(), store.All, func(outer *message.Message) error {
			trail.WriteByte(outer.Hash[0])
			return tx.ScanMessages(c, message.Forever(), store.All, func(inner *message.Message) error {
				trail.WriteByte(inner.Hash[0])
				return nil
			})
		})
	})
	if got := trail.String(); got != "aabcbabccabc" {
		t.Errorf("nested scans went %q", got)
	}
}

func (s suite) topics(t *testing.T) {
	db := s.with(t, 1)
	c := Community(1)
	on := func(ts uint64, key byte, topic message.Topic) message.Message {
		m := msg(ts, key)
		m.Topic = topic
		return m
	}
	update(t, db, func(tx store.Tx) error {
		if err := tx.Cover(c, message.Span{From: 10, To: 20}); err != nil {
			return err
		}
		if _, err := tx.ImportMessages(c, each(on(10, 'a', "zzzz"), on(11, 'b', "/a/1/b/c"), on(12, 'c', "zzzz"))); err != nil {
			return err
		}
		_, err := tx.AddMessages(c, each(on(13, 'd', "\x00\x01\x02\x03"), on(30, 'e', "eeee"), on(31, 'f', "zzzz")))
		return err
	})
	for _, tc := range []struct {
		class store.Class
		span  message.Span
		want  []message.Topic
	}{
		{store.All, message.Forever(), []message.Topic{"\x00\x01\x02\x03", "/a/1/b/c", "eeee", "zzzz"}},
		{store.Canonical, message.Forever(), []message.Topic{"/a/1/b/c", "zzzz"}},
		{store.Canonical, message.Span{From: 11, To: 12}, []message.Topic{"/a/1/b/c"}},
		{store.Late, message.Forever(), []message.Topic{"\x00\x01\x02\x03"}},
		{store.Pending, message.Forever(), []message.Topic{"eeee", "zzzz"}},
		{store.Pending, message.Span{From: 10, To: 20}, nil},
	} {
		view(t, db, func(tx store.Tx) error {
			got, err := tx.Topics(c, tc.span, tc.class)
			if !slices.Equal(got, tc.want) {
				t.Errorf("class %d in %v: %q, want %q", tc.class, tc.span, got, tc.want)
			}
			return err
		})
	}
}

func (s suite) digest(t *testing.T) {
	db := s.with(t, 1, 2)
	read := func(c message.CommunityID) (d store.Digest) {
		view(t, db, func(tx store.Tx) (err error) {
			d, err = store.DigestOf(tx, c)
			return err
		})
		return d
	}
	if want := (store.Digest{SHA256: sha256.Sum256(nil)}); read(Community(1)) != want {
		t.Error("digest of nothing")
	}
	plain := message.Message{Timestamp: 12, Payload: []byte("no hash")}
	update(t, db, func(tx store.Tx) error {
		for n := byte(1); n <= 2; n++ { // in two orders, and only one has a late one
			ms := []message.Message{msg(11, 'b'), msg(11, 'a'), plain, msg(10, 'z')}
			if n == 2 {
				slices.Reverse(ms)
			}
			if err := tx.Cover(Community(n), message.Span{From: 10, To: 20}); err != nil {
				return err
			}
			if _, err := tx.ImportMessages(Community(n), each(ms...)); err != nil {
				return err
			}
		}
		_, err := tx.AddMessages(Community(2), each(msg(15, 'l'), msg(99, 'p')))
		return err
	})
	h := sha256.New()
	for _, m := range []message.Message{msg(10, 'z'), msg(11, 'a'), msg(11, 'b'), plain} {
		key := m.Key()
		h.Write(binary.BigEndian.AppendUint64(nil, m.Timestamp))
		h.Write(key[:])
	}
	want := store.Digest{SHA256: [32]byte(h.Sum(nil)), Messages: 4, First: 10, Last: 12}
	for n := byte(1); n <= 2; n++ {
		if got := read(Community(n)); got != want {
			t.Errorf("community %d: digest %+v, want %+v", n, got, want)
		}
	}
}
