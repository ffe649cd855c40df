package node

import (
	"seeder/message"
	"seeder/swarm"
)

// Transfers is what is under way for a community.
type Transfers struct {
	Community message.CommunityID `json:"community"`
	// Torrents are the generations being served or fetched, newest first.
	Torrents []swarm.TorrentStats `json:"torrents"`
	// Archives are those being fetched or to be fetched next, oldest first.
	Archives []ArchiveTransfer `json:"archives"`
	Peers    []swarm.Peer      `json:"peers"`
}

// ArchiveTransfer is an archive that is being fetched.
type ArchiveTransfer struct {
	swarm.ArchiveTransfer

	// From and To are its span.
	From uint64 `json:"from"`
	To   uint64 `json:"to"`
}
