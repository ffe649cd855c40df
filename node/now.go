package node

import (
	"context"

	"seeder/message"
	"seeder/store"
)

// Now is what changes from second to second.
type Now struct {
	// Time is in milliseconds since the Unix epoch.
	Time    int64 `json:"time"`
	Running bool  `json:"running"`
	// Answering says that the daemon told what is used now.
	Answering bool   `json:"answering"`
	PID       int    `json:"pid,omitempty"`
	Version   string `json:"version,omitempty"`
	// Error says why something is not known now; the rest is as it was before.
	Error       string         `json:"error,omitempty"`
	Limits      NodeLimits     `json:"limits"`
	Communities []CommunityNow `json:"communities"`
}

// CommunityNow is a community in [Now].
type CommunityNow struct {
	CommunityLimits

	Role store.Role `json:"role"`
	Work []Work     `json:"work"`
}

// Now returns what changes from second to second, of all communities or of those
// that are named.
func (n *Node) Now(ctx context.Context, only ...message.CommunityID) (Now, error) {
	now := Now{Time: n.opts.Clock.Now().UnixMilli(), Communities: []CommunityNow{}}
	process, err := n.opts.Process()
	if err != nil {
		return now, err
	}
	now.Running, now.PID, now.Version = process.PID != 0, process.PID, process.Version
	k := known{rules: newRules(n.opts.Loaded(), nil)}
	works := make(map[message.CommunityID][]Work)
	err = n.view(ctx, func(tx store.Tx) (err error) {
		if k, err = n.readKnown(tx, only); err != nil {
			return err
		}
		for _, c := range k.communities {
			list, err := tx.Works(c.ID)
			if err != nil {
				return err
			}
			works[c.ID] = workStates(list)
		}
		return nil
	})
	if err != nil {
		return now, err
	}
	limits, err := n.use(ctx, k)
	now.Answering, now.Limits = limits.Answering, limits.Node
	now.Limits.Settings = nil
	for i, c := range limits.Communities {
		c.Settings = nil
		now.Communities = append(now.Communities, CommunityNow{c, k.communities[i].Role, works[c.ID]})
	}
	return now, err
}
