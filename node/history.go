package node

import (
	"context"

	"seeder/catalog"
	"seeder/message"
	"seeder/store"
)

// History is what the command prints.
type History struct {
	Community message.CommunityID `json:"community"`
	catalog.History
}

// History returns which parts of a community's history are here, and which are
// missing.
func (n *Node) History(ctx context.Context, id message.CommunityID) (History, error) {
	out := History{Community: id}
	err := n.view(ctx, func(tx store.Tx) error {
		c, err := tx.Community(id)
		if err != nil {
			return err
		}
		out.History, err = catalog.HistoryOf(tx, id, n.opts.Loaded().Config.Member.Import || c.Role == store.RoleOwner)
		return err
	})
	return out, err
}
