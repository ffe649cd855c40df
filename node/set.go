package node

import (
	"context"

	"seeder/internal/spans"
	"seeder/limits"
	"seeder/message"
	"seeder/quota"
	"seeder/store"
)

// SetResult is what commands print that set limits.
type SetResult struct {
	// ID is the community; nil for the node.
	ID   *message.CommunityID `json:"id,omitempty"`
	Name string               `json:"name,omitempty"`
	// Settings are those that were changed, as they are now.
	Settings []Setting `json:"settings"`
	// Daemon is told, not running or not reached.
	Daemon string `json:"daemon"`
}

// What became of telling the daemon.
const (
	DaemonTold       = "told"
	DaemonNotRunning = "not running"
	DaemonNotReached = "not reached"
)

// only returns the rows whose keys are given.
func only(rows []Setting, given map[string]string) []Setting {
	out := []Setting{}
	for _, s := range rows {
		if _, ok := given[s.Key]; ok {
			out = append(out, s)
		}
	}
	return out
}

// SetLimits changes settings of the node, all or none; the empty value takes back
// what was set. A running daemon takes them at once. Errors are those of
// [limits.Set].
func (n *Node) SetLimits(ctx context.Context, values map[string]string) (SetResult, error) {
	if n.opts.DB == nil {
		return SetResult{}, ErrNoDatabase
	}
	if err := limits.Set(ctx, n.opts.DB, message.CommunityID{}, values); err != nil {
		return SetResult{}, err
	}
	var result SetResult
	err := n.view(ctx, func(tx store.Tx) error {
		r, err := readRules(tx, n.opts.Loaded())
		result.Settings = only(r.nodeRows(), values)
		return err
	})
	return n.told(ctx, result, err)
}

// SetCommunity changes settings of a community as [Node.SetLimits] does those of the
// node.
func (n *Node) SetCommunity(ctx context.Context, id message.CommunityID, values map[string]string) (SetResult, error) {
	return n.change(ctx, id, func(quota.Community) map[string]string { return values })
}

// Pin keeps a part of the history of a community whatever the caps say, or with
// remove set no longer.
func (n *Node) Pin(ctx context.Context, id message.CommunityID, span message.Span, remove bool) (SetResult, error) {
	return n.change(ctx, id, func(c quota.Community) map[string]string {
		change := spans.Merge
		if remove {
			change = spans.Without
		}
		pins := change(c.Pins, span)
		if len(pins) == 0 {
			return map[string]string{"pins": ""}
		}
		return map[string]string{"pins": quota.FormatPins(pins)}
	})
}

// change changes settings of a community to what values returns, which is told what
// holds so far, in one transaction.
func (n *Node) change(ctx context.Context, id message.CommunityID, values func(quota.Community) map[string]string) (SetResult, error) {
	if n.opts.DB == nil {
		return SetResult{}, ErrNoDatabase
	}
	var given map[string]string
	err := limits.Change(ctx, n.opts.DB, id, func(now quota.Community) (map[string]string, error) {
		given = values(now)
		return given, nil
	})
	if err != nil {
		return SetResult{}, err
	}
	result := SetResult{ID: &id}
	err = n.view(ctx, func(tx store.Tx) error {
		c, err := tx.Community(id)
		if err != nil {
			return err
		}
		r, err := readRules(tx, n.opts.Loaded())
		result.Name, result.Settings = c.Name, only(r.communityRows(id), given)
		return err
	})
	return n.told(ctx, result, err)
}

// told makes the running daemon take what was written to the database. It looks
// there by itself, too, so that failing is no error.
func (n *Node) told(ctx context.Context, result SetResult, err error) (SetResult, error) {
	if err != nil {
		return SetResult{}, err
	}
	result.Daemon = DaemonTold
	if n.opts.Live != nil {
		if err := n.opts.Live.Refresh(ctx); err != nil {
			result.Daemon = DaemonNotReached
		}
		return result, nil
	}
	result.Daemon = DaemonNotRunning
	if process, err := n.opts.Process(); err == nil && process.PID != 0 {
		result.Daemon = DaemonNotReached
	}
	return result, nil
}
