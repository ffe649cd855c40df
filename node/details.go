package node

import (
	"context"

	"seeder/message"
	"seeder/operation"
	"seeder/store"
)

// CommunityInfo is a community as it is shown.
type CommunityInfo struct {
	ID   message.CommunityID `json:"id"`
	Role store.Role          `json:"role"`
	Name string              `json:"name"`
	// Operation is what was begun by joining; see `seeder operation show`.
	Operation store.OperationID `json:"operation,omitempty"`
}

// beginJoin stores the operation that ends when the history is here, unless
// there is one already, which it returns instead.
func beginJoin(tx store.Tx, begun store.Operation) (store.Operation, error) {
	open, err := tx.Operations(begun.Community, true)
	if err != nil {
		return store.Operation{}, err
	}
	for _, op := range open {
		if op.Kind == operation.Join {
			return op, nil
		}
	}
	return begun, tx.PutOperation(begun)
}

// Communities returns the communities of this node.
func (n *Node) Communities(ctx context.Context) ([]CommunityInfo, error) {
	out := []CommunityInfo{}
	err := n.view(ctx, func(tx store.Tx) error {
		all, err := tx.Communities()
		for _, c := range all {
			out = append(out, CommunityInfo{ID: c.ID, Role: c.Role, Name: c.Name})
		}
		return err
	})
	return out, err
}

// Details is a community with its archives.
type Details struct {
	Summary

	// Answering says that a daemon told what is used of limits now.
	Answering bool      `json:"answering"`
	Archives  []Archive `json:"archive_list"`
}

// Archive is an archive as it is shown.
type Archive struct {
	ID       message.ArchiveID  `json:"id"`
	From     uint64             `json:"from"`
	To       uint64             `json:"to"`
	Bytes    uint64             `json:"bytes"`
	Messages uint64             `json:"messages"`
	Sealed   bool               `json:"sealed"`
	State    store.ArchiveState `json:"state"`
	Reason   string             `json:"reason,omitempty"`
	// Copies is how many peers have all of it; nil while nobody knows.
	Copies *int `json:"copies,omitempty"`
}

// Community returns a community with its limits and its archives.
func (n *Node) Community(ctx context.Context, id message.CommunityID) (Details, error) {
	var d Details
	k := known{rules: newRules(n.opts.Loaded(), nil)}
	err := n.view(ctx, func(tx store.Tx) error {
		c, err := tx.Community(id)
		if err != nil {
			return err
		}
		if d, err = readDetails(tx, c); err != nil {
			return err
		}
		k, err = n.readKnown(tx, []message.CommunityID{id})
		return err
	})
	if err != nil {
		return d, err
	}
	limits, err := n.use(ctx, k)
	d.Answering, d.Limits, d.BackedUpAt = limits.Answering, limits.Of(id), n.backedUpAt(id, d.Role)
	if err != nil {
		return d, err
	}
	err = n.countCopies(ctx, id, d.Archives)
	return d, err
}

// Archives returns those of a community.
func (n *Node) Archives(ctx context.Context, id message.CommunityID) ([]Archive, error) {
	var list []Archive
	err := n.view(ctx, func(tx store.Tx) error {
		if _, err := tx.Community(id); err != nil {
			return err
		}
		rows, err := tx.Archives(id)
		list = showArchives(rows)
		return err
	})
	if err == nil {
		err = n.countCopies(ctx, id, list)
	}
	return list, err
}

// countCopies adds how many peers have each archive of a community, when a daemon is
// connected to any.
func (n *Node) countCopies(ctx context.Context, id message.CommunityID, list []Archive) error {
	if n.opts.Live == nil {
		return nil
	}
	live, err := n.opts.Live.Limits(ctx)
	if err != nil {
		return err
	}
	if of := live.Communities[id].CopiesOf; of != nil {
		for i := range list {
			list[i].Copies = new(of(list[i].ID))
		}
	}
	return nil
}

func readDetails(tx store.Tx, c store.Community) (Details, error) {
	s, err := Summarise(tx, c)
	if err != nil {
		return Details{}, err
	}
	rows, err := tx.Archives(c.ID)
	return Details{Summary: s, Archives: showArchives(rows)}, err
}

func showArchives(rows []store.Archive) []Archive {
	list := []Archive{}
	for i := range rows {
		r := &rows[i]
		list = append(list, Archive{
			ID: r.ID, From: r.Span.From, To: r.Span.To, Bytes: r.Size - r.Padding,
			Messages: r.Messages, Sealed: r.Sealed, State: r.State, Reason: r.Reason,
		})
	}
	return list
}
