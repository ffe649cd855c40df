package swarm

import "seeder/message"

// Transfers tells what is under way for a community, in detail.
type Transfers struct {
	// Torrents are the generations being served or fetched, newest first.
	Torrents []TorrentStats `json:"torrents"`
	// Archives are those that are being fetched, in the order in which they come.
	Archives []ArchiveTransfer `json:"archives"`
	// Peers are those that are connected, in order of address, each once however
	// many generations it has in common with this node.
	Peers []Peer `json:"peers"`
}

// ArchiveTransfer is an archive that a Fetch was given room for and that is not in
// place yet.
type ArchiveTransfer struct {
	ID message.ArchiveID `json:"id"`
	// DoneBytes are verified, of TotalBytes, both without padding.
	DoneBytes  int64 `json:"done_bytes"`
	TotalBytes int64 `json:"total_bytes"`
	// Copies is how many peers have all of it; see [Swarm.Copies].
	Copies int `json:"copies"`
}

// The transports of a [Peer].
const (
	TCP = "tcp"
	UTP = "utp" // BEP 29
)

// The directions of a [Peer].
const (
	Incoming = "in"  // it connected to this node
	Outgoing = "out" // this node connected to it
)

// Peer is a node that is connected.
type Peer struct {
	// Address is host:port of the connection.
	Address string `json:"address"`
	// Client is what it calls itself; empty before it did. It may be any text.
	Client    string `json:"client"`
	Transport string `json:"transport"`
	Direction string `json:"direction"`
	// Encrypted says that the connection is obfuscated (MSE); that protects nothing.
	Encrypted bool `json:"encrypted"`
	// UpRate and DownRate are payload to and from it in bytes a second.
	UpRate   int64 `json:"up_rate"`
	DownRate int64 `json:"down_rate"`
	// UpBytes and DownBytes are payload since it connected.
	UpBytes   int64 `json:"up_bytes"`
	DownBytes int64 `json:"down_bytes"`
	// PiecesComplete of Pieces it says it has, of the newest generation that it has
	// in common with this node. Pieces is 0 until its metadata is known.
	PiecesComplete int `json:"pieces_complete"`
	Pieces         int `json:"pieces"`
}
