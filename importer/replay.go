package importer

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"seeder/internal/clock"
	"seeder/message"
	"seeder/store"
	"seeder/swarm"
)

// ErrDamaged reports an archive file that does not hold the bytes that were
// verified when it came.
var ErrDamaged = errors.New("archive file is damaged")

// ErrCursor reports a cursor that [Replayer.Next] did not write.
var ErrCursor = errors.New("malformed replay cursor")

// Replayer rebuilds the message rows of a community from the archive files of
// this node, archive by archive. A file that is gone or damaged is removed and
// its row listed again, so that the archive is fetched anew. An archive that was
// evicted has no file to look for: it is passed over, also when that happens
// meanwhile.
type Replayer struct {
	DB       store.DB
	Importer *Importer
	Files    *swarm.Files
	Clock    clock.Clock
	// Discard stops serving an archive whose file is damaged and removes the
	// file. It is called after the row was listed again, and may be repeated.
	Discard func(message.CommunityID, message.ArchiveID) error
	// Room is asked before the messages of an archive are stored, and what it
	// returns is called when they are; nil where there is room for all.
	Room func(context.Context, store.Archive) (done func(), err error)
}

// Replayed is how far a replay is and what it has done so far. It is the
// cursor of the operation, as JSON.
type Replayed struct {
	// Archives and Messages count what was read.
	Archives uint64 `json:"archives"`
	Messages uint64 `json:"messages"`
	// Missing and Damaged count files that are to be fetched again.
	Missing uint64 `json:"missing"`
	Damaged uint64 `json:"damaged"`
	// Added sums up what became of the messages.
	Added store.Added `json:"added"`
	// Offset and Archive name the last archive that was dealt with.
	Offset  uint64            `json:"offset"`
	Archive message.ArchiveID `json:"archive"`
	// Total is how many archives are to be replayed in all.
	Total uint64 `json:"total"`
}

// Save records how far a piece of work is, in the transaction of the effect
// that made it so: the cursor to go on from, and how many steps are done of how
// many in all.
type Save func(tx store.Tx, cursor []byte, done, total uint64) error

// Steps is how many archives were dealt with.
func (r Replayed) Steps() uint64 { return r.Archives + r.Missing + r.Damaged }

// ParseReplayed reads a cursor; an empty one is the beginning.
func ParseReplayed(cursor []byte) (r Replayed, err error) {
	if len(cursor) == 0 {
		return r, nil
	}
	if err := json.Unmarshal(cursor, &r); err != nil {
		return Replayed{}, fmt.Errorf("%w: %w", ErrCursor, err)
	}
	return r, nil
}

// Next replays the next archive of the span (all archives when it is empty)
// after the cursor. It calls save in the transaction of the effect with the
// new cursor; a save that fails undoes the step. It returns false when there
// was no archive left.
func (r *Replayer) Next(ctx context.Context, c message.CommunityID, span message.Span, cursor []byte,
	save Save,
) (bool, error) {
	at, err := ParseReplayed(cursor)
	if err != nil {
		return false, err
	}
	row, left, err := r.next(ctx, c, span, at)
	if err != nil || left == 0 {
		return false, err
	}
	at.Total = max(at.Total, at.Steps()+left)
	at.Offset, at.Archive = row.Offset, row.ID
	return true, r.one(ctx, row, at, func(tx store.Tx, now Replayed) error {
		b, err := json.Marshal(now)
		if err != nil {
			return fmt.Errorf("write replay cursor: %w", err)
		}
		return save(tx, b, now.Steps(), now.Total)
	})
}

// next returns the archive after the cursor and how many are left with it.
func (r *Replayer) next(ctx context.Context, c message.CommunityID, span message.Span, at Replayed) (next store.Archive, left uint64, err error) {
	var rows []store.Archive
	err = r.DB.View(ctx, func(tx store.Tx) error {
		rows, err = tx.Archives(c)
		return err
	})
	if err != nil {
		return next, 0, fmt.Errorf("list archives: %w", err)
	}
	for i := range rows {
		row := &rows[i]
		switch {
		case row.State != store.Imported && row.State != store.Stored,
			!span.Empty() && (row.Span.To <= span.From || row.Span.From >= span.To),
			at.Steps() > 0 && !behind(row, at):
			continue
		}
		if left++; left == 1 {
			next = *row
		}
	}
	return next, left, nil
}

// behind reports whether a row comes after the cursor in order of (offset, id).
func behind(row *store.Archive, at Replayed) bool {
	if row.Offset != at.Offset {
		return row.Offset > at.Offset
	}
	return string(row.ID[:]) > string(at.Archive[:])
}

// one replays an archive, or has it fetched again.
func (r *Replayer) one(ctx context.Context, row store.Archive, at Replayed, record func(store.Tx, Replayed) error) error {
	err := r.verify(row)
	if err == nil && r.Room != nil {
		done, err := r.Room(ctx, row)
		if err != nil {
			return err
		}
		defer done()
	}
	if err == nil {
		_, err = r.Importer.Replay(ctx, row, r.open(row), func(tx store.Tx, res Result) error {
			next := at
			next.Archives++
			next.Messages += res.Messages
			next.Added = sum(at.Added, res.Added)
			return record(tx, next)
		})
	}
	switch {
	case err == nil:
		return nil
	case errors.Is(err, store.ErrChanged):
		return r.DB.Update(ctx, func(tx store.Tx) error { return record(tx, at) })
	case errors.Is(err, swarm.ErrMissing):
		at.Missing++
		return r.Relist(ctx, row, fileMissing, func(tx store.Tx) error { return record(tx, at) })
	case errors.Is(err, ErrDamaged), Refused(err):
		at.Damaged++
		return r.Relist(ctx, row, err.Error(), func(tx store.Tx) error { return record(tx, at) })
	default:
		return err
	}
}

func sum(a, b store.Added) store.Added {
	return store.Added{New: a.New + b.New, Known: a.Known + b.Known, Promoted: a.Promoted + b.Promoted, Restored: a.Restored + b.Restored}
}

// Relist makes an archive one that is to be fetched again, for the reason, and
// removes its file. One that was evicted meanwhile stays so. Also, unless nil,
// is called in the transaction.
func (r *Replayer) Relist(ctx context.Context, row store.Archive, reason string, also func(store.Tx) error) error {
	row.State, row.Reason, row.UpdatedAt = store.Listed, reason, r.Clock.Now().UnixMilli()
	evicted := false
	err := r.DB.Update(ctx, func(tx store.Tx) error {
		now, err := tx.Archive(row.Community, row.ID)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		if evicted = err == nil && now.State == store.Evicted; !evicted {
			if err := tx.PutArchive(row); err != nil {
				return err
			}
		}
		if also == nil {
			return nil
		}
		return also(tx)
	})
	if err != nil {
		return fmt.Errorf("list archive %s again: %w", row.ID, err)
	}
	if evicted || reason == fileMissing && r.setAside(row) {
		return nil
	}
	if err := r.Discard(row.Community, row.ID); err != nil {
		return fmt.Errorf("discard archive %s: %w", row.ID, err)
	}
	return nil
}

// setAside reports whether the swarm has made the archive an unfinished
// download already, so that only what is damaged has to be fetched.
func (r *Replayer) setAside(row store.Archive) bool {
	parts, err := filepath.Glob(r.Files.PartPath(row.Community, row.ID, "*"))
	return err == nil && len(parts) > 0
}

func (r *Replayer) open(row store.Archive) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) { return r.Files.Open(row.Community, row.ID) }
}

// verify compares a file with the hash that was recorded when the archive was
// verified, so that damage is told from a rule that the archive breaks.
func (r *Replayer) verify(row store.Archive) error {
	f, err := r.Files.Open(row.Community, row.ID)
	if err != nil {
		return err
	}
	defer f.Close()
	if row.SHA256 == [32]byte{} {
		return nil
	}
	h := sha256.New()
	n, err := io.Copy(h, f)
	if err != nil {
		return fmt.Errorf("read archive %s: %w", row.ID, err)
	}
	if want := row.Size - row.Padding; uint64(n) != want {
		return fmt.Errorf("%w: it has %d bytes instead of %d", ErrDamaged, n, want)
	}
	if [32]byte(h.Sum(nil)) != row.SHA256 {
		return fmt.Errorf("%w: SHA-256 is %x, want %x", ErrDamaged, h.Sum(nil), row.SHA256)
	}
	return nil
}
