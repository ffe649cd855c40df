package node

import (
	"context"
	"errors"

	"seeder/catalog"
	"seeder/message"
	"seeder/store"
)

// Status is what `status` shows.
type Status struct {
	Running bool   `json:"running"`
	PID     int    `json:"pid,omitempty"`
	Version string `json:"version,omitempty"`
	// Answering says that the daemon told what is used of limits now.
	Answering bool     `json:"answering"`
	Waku      []string `json:"waku,omitempty"`
	Swarm     []string `json:"swarm,omitempty"`
	// External are addresses host:port at which others reach this node, as far as it
	// knows. ForwardedBy is the router that forwards ports, such as NAT-PMP at
	// 192.168.1.1:5351.
	External    []string `json:"external,omitempty"`
	ForwardedBy string   `json:"forwarded_by,omitempty"`
	// Limits are those of the node; see also the communities.
	Limits      NodeLimits `json:"limits"`
	Communities []Summary  `json:"communities"`
	// Notes say in words which rows of the database are not understood.
	Notes []string `json:"notes,omitempty"`
}

// Summary is how a community stands on this node.
type Summary struct {
	ID   message.CommunityID `json:"id"`
	Name string              `json:"name"`
	Role store.Role          `json:"role"`
	// States counts archives by state.
	States map[store.ArchiveState]int `json:"archives"`
	// Bytes is the size of the archives in place, without padding.
	Bytes    uint64       `json:"bytes"`
	Messages MessageCount `json:"messages"`
	Newest   *Announced   `json:"announcement,omitempty"`
	// BackedUpAt is when the private key of an own community was last given away for a
	// copy, by `seeder key show --private`, the API or the dashboard, in milliseconds since
	// the Unix epoch; 0 for never.
	BackedUpAt int64 `json:"backed_up_at"`
	// Work is what a running daemon does, or did when it stopped.
	Work        []Work               `json:"work"`
	Quarantined []QuarantinedArchive `json:"quarantined"`
	// Forks are disagreements of owners with the same key, newest first.
	Forks []Fork `json:"forks"`
	// Limits are nil where nobody asked for them.
	Limits *LimitsUse `json:"limits,omitempty"`
}

// MessageCount counts messages by how they stand to the archives.
type MessageCount struct {
	Archived uint64 `json:"archived"`
	Pending  uint64 `json:"pending"`
	Late     uint64 `json:"late"`
}

// Announced is the newest announcement that is known.
type Announced struct {
	Clock    uint64 `json:"clock"`
	InfoHash string `json:"infohash,omitempty"`
	Magnet   string `json:"magnet"`
	Own      bool   `json:"own"`
	// SentAt is in milliseconds since the Unix epoch; 0 when no peer took it.
	SentAt    int64 `json:"sent_at"`
	SentPeers int   `json:"sent_peers"`
}

// Status returns how the node stands, with all communities or those that are named.
func (n *Node) Status(ctx context.Context, only ...message.CommunityID) (Status, error) {
	return n.status(ctx, Summarise, only)
}

// Standing returns what [Node.Status] does with no messages counted, which takes the
// longer the more there are. It is for who asks often.
func (n *Node) Standing(ctx context.Context, only ...message.CommunityID) (Status, error) {
	return n.status(ctx, summariseUncounted, only)
}

func (n *Node) status(ctx context.Context, summarise func(store.Tx, store.Community) (Summary, error), only []message.CommunityID) (Status, error) {
	status := Status{Communities: []Summary{}}
	process, err := n.opts.Process()
	if err != nil {
		return status, err
	}
	if process.PID != 0 {
		status.Running, status.PID, status.Version, status.Waku, status.Swarm = true, process.PID, process.Version, process.Waku, process.Swarm
		status.External, status.ForwardedBy = process.External, process.ForwardedBy
	}
	k := known{rules: newRules(n.opts.Loaded(), nil)}
	err = n.view(ctx, func(tx store.Tx) (err error) {
		if k, err = n.readKnown(tx, only); err != nil {
			return err
		}
		for _, c := range k.communities {
			s, err := summarise(tx, c)
			if err != nil {
				return err
			}
			status.Communities = append(status.Communities, s)
		}
		return nil
	})
	if err != nil {
		return status, err
	}
	limits, err := n.use(ctx, k)
	status.Answering, status.Limits, status.Notes = limits.Answering, limits.Node, limits.Notes
	for i := range status.Communities {
		s := &status.Communities[i]
		s.Limits, s.BackedUpAt = limits.Of(s.ID), n.backedUpAt(s.ID, s.Role)
	}
	return status, err
}

// Summarise returns how a community stands, without its limits, and without what the
// keystore knows.
func Summarise(tx store.Tx, c store.Community) (Summary, error) {
	s, err := summariseUncounted(tx, c)
	if err != nil {
		return s, err
	}
	for class, n := range map[store.Class]*uint64{
		store.Canonical: &s.Messages.Archived, store.Pending: &s.Messages.Pending, store.Late: &s.Messages.Late,
	} {
		if *n, err = tx.CountMessages(c.ID, message.Forever(), class); err != nil {
			return s, err
		}
	}
	return s, nil
}

// summariseUncounted does what Summarise does but count messages.
func summariseUncounted(tx store.Tx, c store.Community) (Summary, error) {
	s := Summary{ID: c.ID, Name: c.Name, Role: c.Role, States: map[store.ArchiveState]int{}}
	rows, err := tx.Archives(c.ID)
	if err != nil {
		return s, err
	}
	for i := range rows {
		s.States[rows[i].State]++
		if rows[i].State == store.Stored || rows[i].State == store.Imported {
			s.Bytes += rows[i].Size - rows[i].Padding
		}
	}
	if err := s.readWaits(tx, rows); err != nil {
		return s, err
	}
	if err := s.readForks(tx); err != nil {
		return s, err
	}
	newest, err := tx.LatestAnnouncement(c.ID)
	if errors.Is(err, store.ErrNotFound) {
		return s, nil
	}
	if err != nil {
		return s, err
	}
	s.Newest = &Announced{Clock: newest.Clock, Magnet: newest.Magnet, Own: newest.Own, SentAt: newest.SentAt, SentPeers: newest.SentPeers}
	s.Newest.InfoHash = catalog.InfoHash(newest.Magnet)
	return s, nil
}
