package member

import (
	"context"
	"errors"
	"fmt"
	"time"

	"seeder/internal/retry"
	"seeder/quota"
	"seeder/store"
	"seeder/swarm"
)

// fullDisk returns which of the errors of a disk that is full, or would be, an error
// of a round is; nil for none.
func fullDisk(err error) error {
	for _, full := range []error{swarm.ErrNoSpace, quota.ErrNoSpace, store.ErrNoSpace} {
		if errors.Is(err, full) {
			return full
		}
	}
	return nil
}

// noSpace reports whether a round failed because a disk is full, or would be.
func noSpace(err error) bool { return fullDisk(err) != nil }

// inShort returns what people need to know of an error of a round: of a disk that is
// full how much is lacking, and not what was being done just then, which the log has.
func inShort(err error) error {
	var lack *quota.RoomError
	if errors.As(err, &lack) {
		return lack
	}
	if full := fullDisk(err); full != nil {
		return full
	}
	return err
}

// spaceLongest is the longest time after which a round that had no space is tried
// again, whatever the disk says: the database may be on another one.
const spaceLongest = time.Minute

// waitForRoom waits, after a round that had no space, until there is what it
// lacked, looking at the disk after each pause and doing nothing else, or until the
// longest time has passed.
func (m *Member) waitForRoom(ctx context.Context, err error, first, longest time.Duration, pause *retry.Pause) {
	need := int64(1)
	var lack *quota.RoomError
	if errors.As(err, &lack) {
		need = lack.Need
	}
	waited := time.Duration(0)
	for next := first; m.wait(ctx, next); next = pause.Next() {
		waited += next
		if errors.Is(err, quota.ErrNoRoom) || m.opts.Ledger.Room() >= need || waited >= longest {
			return
		}
	}
}

// roomToStore sets aside what storing the messages of an archive takes that is
// here. What it returns gives it back.
func (m *Member) roomToStore(ctx context.Context, row store.Archive) (done func(), err error) {
	item := quota.Item{Community: m.id, ID: row.ID, Span: row.Span, Offset: row.Offset, Beside: m.opts.Beside(row)}
	if err := m.opts.Ledger.Reserve(ctx, item); err != nil {
		return nil, fmt.Errorf("store messages of archive %s: %w", row.ID, err)
	}
	return func() { m.opts.Ledger.Settle(m.id, row.ID) }, nil
}

// importStored imports archives that were verified but not yet imported.
func (m *Member) importStored(ctx context.Context) error {
	if !m.opts.Import {
		return nil
	}
	rows, _, err := m.state(ctx)
	if err != nil {
		return err
	}
	for i := len(rows) - 1; i >= 0; i-- {
		if rows[i].State != store.Stored {
			continue
		}
		if !m.mode().Archive {
			return nil // the others wait; the change has woken this goroutine
		}
		done, err := m.roomToStore(ctx, rows[i])
		if err != nil {
			return err
		}
		err = m.finish(ctx, rows[i])
		done()
		if err != nil {
			return err
		}
	}
	return nil
}
