package node

import (
	"cmp"
	"context"
	"slices"

	"seeder/catalog"
	"seeder/config"
	"seeder/message"
	"seeder/store"
)

// Rename gives a community another name for people; the network does not know it. The
// error is an [*Error] with [Conflict] when another community of this node has it.
func (n *Node) Rename(ctx context.Context, id message.CommunityID, name string) error {
	if n.opts.DB == nil {
		return ErrNoDatabase
	}
	if err := CheckName(name); err != nil {
		return err
	}
	return n.opts.DB.Update(ctx, func(tx store.Tx) error {
		c, err := tx.Community(id)
		if err != nil {
			return err
		}
		all, err := tx.Communities()
		if err != nil {
			return err
		}
		c.Name = name
		if err := nameFree(all, c); err != nil {
			return err
		}
		return tx.PutCommunity(c)
	})
}

// nameFree refuses a name that another community has, by which nobody could name either.
func nameFree(all []store.Community, c store.Community) error {
	for _, other := range all {
		if c.Name != "" && other.Name == c.Name && other.ID != c.ID {
			return fail(Conflict, "use another name", "there is a community named %q already: %s", c.Name, other.ID)
		}
	}
	return nil
}

// AnnouncementState is how an announcement stands to this node.
type AnnouncementState string

// The states of announcements.
const (
	AnnouncementReceived AnnouncementState = "received" // made by another node
	AnnouncementWaiting  AnnouncementState = "waiting"  // made here; no peer took it yet
	AnnouncementSent     AnnouncementState = "sent"     // made here; a peer took it
)

// Announcement is an announcement as it is shown.
type Announcement struct {
	Clock    uint64            `json:"clock"`
	InfoHash string            `json:"infohash,omitempty"`
	Magnet   string            `json:"magnet"`
	State    AnnouncementState `json:"state"`
	// ReceivedAt is when this node made or received it, SentAt when a peer last
	// took it from here, both in milliseconds since the Unix epoch; 0 for never.
	ReceivedAt int64 `json:"received_at"`
	SentAt     int64 `json:"sent_at"`
	SentPeers  int   `json:"sent_peers"`
}

// Announcements returns those of a community that are kept, newest first.
func (n *Node) Announcements(ctx context.Context, id message.CommunityID) ([]Announcement, error) {
	out := []Announcement{}
	var rows []store.Announcement
	err := n.view(ctx, func(tx store.Tx) (err error) {
		if _, err = tx.Community(id); err != nil {
			return err
		}
		rows, err = tx.Announcements(id, 0)
		return err
	})
	if err != nil {
		return nil, err
	}
	for i := range rows {
		a := &rows[i]
		state := AnnouncementReceived
		switch {
		case a.Own && a.SentAt == 0:
			state = AnnouncementWaiting
		case a.Own:
			state = AnnouncementSent
		}
		out = append(out, Announcement{
			Clock: a.Clock, InfoHash: catalog.InfoHash(a.Magnet), Magnet: a.Magnet, State: state,
			ReceivedAt: a.ReceivedAt, SentAt: a.SentAt, SentPeers: a.SentPeers,
		})
	}
	slices.SortStableFunc(out, func(a, b Announcement) int { return cmp.Compare(b.Clock, a.Clock) })
	return out, nil
}

// KeyBackup is the private key of a community. Who has it can speak for the
// community for ever, so it is shown to its owner and never logged.
type KeyBackup struct {
	Community message.CommunityID `json:"community"`
	Name      string              `json:"name"`
	// Private is the key in hex, as `seeder key import` reads it.
	Private string `json:"private"`
}

// KeyBackup returns the private key of a community. The error wraps
// [signer.ErrNoKey] when it is not in the keystore.
func (n *Node) KeyBackup(_ context.Context, id message.CommunityID) (KeyBackup, error) {
	key, err := n.opts.Keys.Load(id)
	if err != nil {
		return KeyBackup{}, err
	}
	out := KeyBackup{Community: id, Private: key.Hex()}
	list, err := n.opts.Keys.List()
	for _, k := range list {
		if k.Community == id {
			out.Name, err = k.Name, nil
		}
	}
	return out, err
}

// MarkBackedUp notes that the private key of a community was given away for a copy.
func (n *Node) MarkBackedUp(id message.CommunityID) error {
	return n.opts.Keys.MarkBackedUp(id, n.opts.Clock.Now())
}

// backedUpAt returns when that was last noted of an own community, in milliseconds
// since the Unix epoch; 0 for never.
func (n *Node) backedUpAt(id message.CommunityID, role store.Role) int64 {
	if role != store.RoleOwner {
		return 0
	}
	at := n.opts.Keys.BackedUp(id)
	if at.IsZero() {
		return 0
	}
	return at.UnixMilli()
}

// Configuration is every setting of the configuration in force; passwords are
// hidden.
type Configuration struct {
	// File is the path of the file that was read; empty when there was none.
	File   string         `json:"file"`
	Values []config.Value `json:"values"`
}

// Settings returns the configuration.
func (n *Node) Settings() Configuration {
	loaded := n.opts.Loaded()
	out := Configuration{File: loaded.File, Values: loaded.Values}
	if out.Values == nil {
		out.Values = []config.Value{}
	}
	return out
}
