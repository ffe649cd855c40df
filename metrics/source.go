package metrics

import (
	"context"
	"time"

	"seeder/message"
)

// Source is what a node tells of itself.
type Source interface {
	// Metrics returns how the node stands now. It is called once a scrape, on
	// the goroutine of the scrape, and must not read tables whose size grows
	// with the history. With an error the node is still returned, as far as it
	// could be read: counts that live in memory are always there.
	Metrics(context.Context) (Node, error)
}

// Node is a reading of a node. Numbers of bytes, seconds and events that only
// grow are counted since the process began.
type Node struct {
	Communities []Community
	// Traffic and Storage are over all communities, those included that have
	// been left; their limits are those of the node.
	Traffic Traffic
	Storage Storage
	// DiskFree and DiskTotal are of the disk that holds the archives, in bytes, MinFree
	// what is to stay free of it. A total of 0: not known.
	DiskFree, DiskTotal, MinFree int64
	// Battery and Metered say whether the machine runs on battery and whether
	// its network is paid by volume.
	Battery, Metered Answer
}

// Answer is what the system says to a question.
type Answer int

// The answers. Unknown: this system does not tell.
const (
	Unknown Answer = iota
	No
	Yes
)

// Community is a reading of one community.
type Community struct {
	ID message.CommunityID
	// Role is owner or member, Name what people on this node call it.
	Role, Name string
	Traffic    Traffic
	Storage    Storage
	// Peers is the number of connections, Torrents of generations served or fetched.
	Peers, Torrents int
	// HashedBytes were hashed by the swarm to check and to seed, HashedIndexBytes
	// of them are of indexes that were here, CheckedBytes were compared with their
	// hash before they were served, DamagedPieces did not pass.
	HashedBytes, HashedIndexBytes, CheckedBytes, DamagedPieces int64
	// Serving, Fetching and Archiving say what the limits allow now.
	Serving, Fetching, Archiving bool
	// Archives counts archives by state; states without any may be left out.
	Archives map[string]int
	// GapSeconds is the length of the history that is known to exist and is not
	// here, or refused; in seconds.
	GapSeconds float64
	// Attempts counts failures since the last success by part of the work;
	// under "import" those of archives that were refused.
	Attempts map[string]int
	// Evictions counts archives that were removed for room, by reason: community,
	// node, lowered.
	Evictions map[string]int64
	Imports   Imports
	// Announced is when the newest announcement was made, Sent when this node
	// last sent it; the zero time for never.
	Announced, Sent time.Time
	// Outbox counts announcements of this node that nobody has taken yet.
	Outbox int
	// Operations counts what was asked for and has not ended.
	Operations int
	// Work is what was measured of parts of the work, by kind.
	Work map[string]Work
}

// Traffic is how payload went through limits.
type Traffic struct{ Up, Down Flow }

// Flow is one direction of a [Traffic].
type Flow struct {
	// Bytes have passed in all; Rate is bytes a second now, Limit may not be
	// passed, 0 for none.
	Bytes int64
	Rate  float64
	Limit int64
	// Waiting transfers wait for their turn now; Waited is how long transfers
	// have waited in all.
	Waiting int
	Waited  time.Duration
}

// Storage is what archives take on disk, in bytes.
type Storage struct {
	// Used is of archives in place and of files beside them, of which Overhead is
	// the latter part; Reserved is of archives on their way. Pinned is the part of
	// used and reserved that is never evicted. Cap limits used and reserved
	// together, 0 for none.
	Used, Reserved, Overhead, Pinned, Cap int64
}

// Imports counts archives that were brought into the database.
type Imports struct {
	// Archives counts imports and Messages messages by result.
	Archives, Messages map[string]int64
	// Time is how long imports have taken.
	Time time.Duration
}

// Work is what a kind of work has taken.
type Work struct {
	// CPU is processor time, Allocated at most how many bytes were allocated.
	CPU       time.Duration
	Allocated uint64
}
