package node

import (
	"context"
	"errors"
	"fmt"

	"seeder/message"
	"seeder/store"
	"seeder/swarm"
)

// LeaveOptions say what goes with a community that is left. Its archives always do,
// its key never does.
type LeaveOptions struct {
	// DeleteMessages removes its messages from the database, too.
	DeleteMessages bool
}

// LeaveResult is what became of leaving a community.
type LeaveResult struct {
	ID   message.CommunityID `json:"id"`
	Name string              `json:"name"`
	Left
}

// Left is what was removed of a community that was left.
type Left struct {
	// FreedBytes is what its archives took on the disk, DeletedMessages how many
	// messages were removed from the database. Both are 0 where a daemon that does
	// not answer will do that.
	FreedBytes      int64  `json:"freed_bytes"`
	DeletedMessages uint64 `json:"deleted_messages"`
}

// Leave forgets a community and removes its archives from the disk. All work for it
// ends first; then the database says that it is left, and then its files go. A
// process that dies in between, or an error, leaves that to the next start. One that
// was left with its messages can be left again without them. The error is an
// [*Error] with [NotFound] when it is not here.
func (n *Node) Leave(ctx context.Context, id message.CommunityID, opts LeaveOptions) (LeaveResult, error) {
	out := LeaveResult{ID: id}
	if n.opts.DB == nil {
		return out, ErrNoDatabase
	}
	process, err := n.opts.Process()
	if err != nil {
		return out, err
	}
	if err := n.opts.Keys.Settle(id); err != nil { // the key of a community that was here is not a new one
		return out, err
	}
	if n.opts.Live != nil {
		release, err := n.opts.Live.Halt(ctx, id)
		if err != nil {
			return out, fmt.Errorf("stop work for %s: %w", id, err)
		}
		defer release()
	}
	err = n.opts.DB.Update(ctx, func(tx store.Tx) error {
		c, err := tx.Community(id)
		if errors.Is(err, store.ErrNotFound) && !opts.DeleteMessages || err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		out.Name = c.Name
		return tx.LeaveCommunity(id, opts.DeleteMessages)
	})
	if errors.Is(err, store.ErrNotFound) {
		return out, fail(NotFound, hintNoCommunity, "no community %s", id)
	}
	if err != nil {
		return out, err
	}
	n.mu.Lock()
	delete(n.counted, id)
	n.mu.Unlock()
	if n.opts.Live == nil && process.PID != 0 {
		return out, nil // that daemon has its files open
	}
	out.Left, err = FinishLeaving(ctx, n.opts.DB, n.opts.Files, store.Left{ID: id, Messages: opts.DeleteMessages})
	return out, err
}

// Leaves returns which community is to be left, of what [Node.Find] made of a name. It
// does not find one that was left before; by its whole id such a one can be left again
// without its messages.
func Leaves(arg string, found store.Community, err error, opts LeaveOptions) (message.CommunityID, error) {
	if err == nil || !opts.DeleteMessages || CodeOf(err) != NotFound {
		return found.ID, err
	}
	id, malformed := message.ParseCommunityID(arg)
	if malformed != nil {
		return id, err
	}
	return id, nil
}

// purgeStep is how many messages are deleted in one transaction, so that others do
// not wait for long.
const purgeStep = 5000

// FinishLeaving removes what a community that was left still has on the disk and in
// the database. It may be repeated, after a crash or an error. Nothing works for the
// community any more.
func FinishLeaving(ctx context.Context, db store.DB, files *swarm.Files, l store.Left) (out Left, err error) {
	if out.FreedBytes, err = files.RemoveCommunity(l.ID); err != nil || !l.Messages {
		return out, err
	}
	for {
		var n uint64
		err := db.Update(ctx, func(tx store.Tx) error {
			if n, err = tx.PurgeMessages(l.ID, purgeStep); err != nil || n == purgeStep {
				return err
			}
			return tx.ForgetCommunity(l.ID)
		})
		if err != nil {
			return out, err
		}
		out.DeletedMessages += n
		if n < purgeStep {
			return out, nil
		}
	}
}

// finishOld removes what is left of an earlier stay in a community that comes back.
func (n *Node) finishOld(ctx context.Context, id message.CommunityID) error {
	var left []store.Left
	err := n.view(ctx, func(tx store.Tx) (err error) {
		left, err = tx.Left()
		return err
	})
	if err != nil {
		return err
	}
	for _, l := range left {
		if l.ID != id {
			continue
		}
		if _, err := FinishLeaving(ctx, n.opts.DB, n.opts.Files, l); err != nil {
			return fmt.Errorf("remove what was left of %s: %w", id, err)
		}
	}
	return nil
}
