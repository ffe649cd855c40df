package storetest

import (
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"testing"

	"seeder/message"
	"seeder/store"
)

// series yields messages of the seconds [from, to) with payloads of many
// sizes, so that however a driver groups rows, groups end anywhere.
func series(from, to uint64) iter.Seq2[message.Message, error] {
	return func(yield func(message.Message, error) bool) {
		for ts := from; ts < to; ts++ {
			size := 8 + ts%7*100
			if ts%97 == 0 {
				size = 300_000
			}
			payload := make([]byte, size)
			binary.BigEndian.PutUint64(payload, ts)
			if !yield(message.Message{Timestamp: ts, Payload: payload}, nil) {
				return
			}
		}
	}
}

// checkSeries is for a scan that finds a series from its start.
func checkSeries(next *uint64, m *message.Message) error {
	if m.Timestamp != *next || len(m.Payload) < 8 || binary.BigEndian.Uint64(m.Payload) != *next {
		return fmt.Errorf("message of second %d where %d belongs", m.Timestamp, *next)
	}
	*next++
	return nil
}

// busy uses a transaction in every way while it scans.
func (s suite) busy(t *testing.T) {
	const all = 500
	db := s.with(t, 1, 2)
	c, other := Community(1), Community(2)
	update(t, db, func(tx store.Tx) error {
		if _, err := tx.AddMessages(c, series(0, all)); err != nil {
			return err
		}
		var outer, copied uint64
		err := tx.ScanMessages(c, message.Forever(), store.All, func(m *message.Message) error {
			if err := checkSeries(&outer, m); err != nil {
				return err
			}
			if m.Timestamp%60 != 7 {
				return nil
			}
			n, err := tx.CountMessages(c, message.Forever(), store.All)
			if err != nil || n != all {
				return fmt.Errorf("counted %d: %w", n, err)
			}
			var inner uint64
			stop := errors.New("enough")
			err = tx.ScanMessages(c, message.Forever(), store.All, func(m *message.Message) error {
				if m.Timestamp == outer {
					return stop
				}
				return checkSeries(&inner, m)
			})
			if !errors.Is(err, stop) || inner != outer {
				return fmt.Errorf("the inner scan saw %d of %d: %w", inner, outer, err)
			}
			copied++
			_, err = tx.AddMessages(other, each(m.Clone()))
			return err
		})
		if err != nil || outer != all {
			return fmt.Errorf("the outer scan saw %d: %w", outer, err)
		}
		n, err := tx.CountMessages(other, message.Forever(), store.All)
		if n != copied {
			t.Errorf("%d messages were copied, want %d", n, copied)
		}
		return err
	})
}

// reading copies a community: the sequence that is stored is itself read in
// the transaction.
func (s suite) reading(t *testing.T) {
	const all = 3000
	db := s.with(t, 1, 2)
	c, other := Community(1), Community(2)
	update(t, db, func(tx store.Tx) error { _, err := tx.AddMessages(c, series(0, all)); return err })
	update(t, db, func(tx store.Tx) error {
		added, err := tx.AddMessages(other, func(yield func(message.Message, error) bool) {
			err := tx.ScanMessages(c, message.Forever(), store.All, func(m *message.Message) error {
				if !yield(m.Clone(), nil) {
					t.Error("not all messages were taken")
				}
				return nil
			})
			if err != nil {
				yield(message.Message{}, err)
			}
		})
		if added.New != all {
			t.Errorf("added %+v, want %d", added, all)
		}
		return err
	})
	view(t, db, func(tx store.Tx) error {
		var next uint64
		err := tx.ScanMessages(other, message.Forever(), store.All, func(m *message.Message) error { return checkSeries(&next, m) })
		if next != all {
			t.Errorf("%d messages, want %d", next, all)
		}
		return err
	})
}

// importers brings histories into several communities side by side, each one
// archive a transaction; unsealed archives may be claimed by one of them only.
func (s suite) importers(t *testing.T) {
	const communities, archives, each = 4, 6, 200
	db := s.with(t, 1, 2, 3, 4)
	ctx := limited(t)
	failures := make(chan error, communities)
	for n := byte(1); n <= communities; n++ {
		go func() {
			for i := range uint64(archives) {
				err := db.Update(ctx, func(tx store.Tx) error {
					c, span := Community(n), message.Span{From: i * each, To: (i + 1) * each}
					if err := tx.Cover(c, span); err != nil {
						return err
					}
					if _, err := tx.ImportMessages(c, series(span.From, span.To)); err != nil {
						return err
					}
					row := archive(c, byte(i))
					row.State, row.Span, row.SHA256 = store.Imported, span, [32]byte{}
					err := tx.PutArchive(row)
					if errors.Is(err, store.ErrClaimed) { // then it is another archive
						row.SHA256 = [32]byte{0: n}
						err = tx.PutArchive(row)
					}
					return err
				})
				if err != nil {
					failures <- fmt.Errorf("community %d, archive %d: %w", n, i, err)
					return
				}
			}
			failures <- nil
		}()
	}
	for range communities {
		if err := <-failures; err != nil {
			t.Error(err)
		}
	}
	first, err := digest(db, Community(1))
	if err != nil || first.Messages != archives*each {
		t.Errorf("digest %+v, %v", first, err)
	}
	claims := make(map[message.ArchiveID]int)
	for n := byte(1); n <= communities; n++ {
		if d, err := digest(db, Community(n)); err != nil || d != first {
			t.Errorf("community %d: digest %+v, %v, want %+v", n, d, err, first)
		}
		view(t, db, func(tx store.Tx) error {
			rows, err := tx.Archives(Community(n))
			for _, row := range rows {
				if row.SHA256 == [32]byte{} {
					claims[row.ID]++
				}
			}
			return err
		})
	}
	for i := range archives {
		if n := claims[archive(Community(1), byte(i)).ID]; n != 1 {
			t.Errorf("archive %d is held by %d communities", i, n)
		}
	}
}
