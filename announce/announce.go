package announce

import (
	"context"
	"errors"
	"time"

	"seeder/message"
)

var (
	// ErrMalformed reports bytes that are no announcement.
	ErrMalformed = errors.New("malformed announcement")
	// ErrSigner reports an announcement that another key than the community's
	// has signed, or none.
	ErrSigner = errors.New("announcement is not signed by the community")
	// ErrEnvelope reports an envelope that the community's key does not open.
	ErrEnvelope = errors.New("cannot open envelope")
	// ErrClockAhead reports an announcement from the future.
	ErrClockAhead = errors.New("announcement clock is too far ahead")
	// ErrNoPeers reports that no peer was there to take an announcement.
	ErrNoPeers = errors.New("no peer took the announcement")
	// ErrNoStorePeers reports that no peer answered a store query.
	ErrNoStorePeers = errors.New("no peer answered the store query")
	// ErrClosed reports a call on a closed bus.
	ErrClosed = errors.New("announcement bus is closed")
)

// Announcement tells members where the newest generation of a community is.
type Announcement struct {
	// Clock is in milliseconds since the Unix epoch; the highest valid one wins.
	Clock uint64
	// MagnetURI is the magnet link of the generation.
	MagnetURI string
	// Head is the id of the newest archive; zero when the owner did not say.
	Head message.ArchiveID
	// Archives is the number of archives and Bytes the size of `data`; 0 when
	// the owner did not say.
	Archives, Bytes uint64
	// Policy is what the owner asks of seeders.
	Policy Policy
}

// Policy is what the owner asks of those who serve the history.
type Policy struct {
	// ServingDisabled asks everybody to stop serving.
	ServingDisabled bool
	// Retention limits how long messages of a topic are kept.
	Retention []TopicRetention
}

// TopicRetention limits how long messages of a topic are kept.
type TopicRetention struct {
	Topic   message.Topic
	Seconds uint64
}

// Received is an announcement that was verified to come from the community.
type Received struct {
	Announcement Announcement
	// Signed is the application metadata message, to be sent on unchanged. It
	// holds what the community signed and nothing that others put beside it.
	Signed []byte
	// Envelope is the encoded Waku message it came in.
	Envelope []byte
}

// Receipt tells what became of a publication.
type Receipt struct {
	// Peers is how many peers it was sent to, at least 1.
	Peers int
	// Envelope is the encoded Waku message that went out.
	Envelope []byte
}

// Bus carries announcements between nodes. It is safe for concurrent use. A
// driver (announce/waku, and announcetest's in-memory bus) passes the suite of
// announce/announcetest.
type Bus interface {
	// Publish sends signed bytes in a fresh envelope. [ErrNoPeers] when nobody
	// took it before ctx ended.
	Publish(ctx context.Context, c message.CommunityID, signed []byte) (Receipt, error)
	// Subscribe calls fn for each valid announcement of the community, live and
	// this node's own excluded, one at a time, until ctx ends; then it returns
	// nil. It returns [ErrClosed] when the bus is closed. Invalid ones are
	// dropped before fn. The same signed bytes may come more than once. While
	// fn is busy the newest wait, older ones are dropped.
	Subscribe(ctx context.Context, c message.CommunityID, fn func(Received)) error
	// Query asks the store peers for the community's announcements sent since
	// the given time, all peers at once and each newest first. It calls fn for
	// each valid one as the answers come, one call at a time, the same signed
	// bytes once, and returns when every peer has answered or failed. Times
	// before anything newer than what was found can have been sent are left
	// out, so older ones may be missing. [ErrNoStorePeers] when no peer answered.
	Query(ctx context.Context, c message.CommunityID, since time.Time, fn func(Received)) error
	// Ask sends a request for the community's newest announcement.
	// [ErrNoPeers] when nobody took it before ctx ended.
	Ask(ctx context.Context, c message.CommunityID, r Request) error
	// Requests calls fn for each request of others, one at a time, until ctx
	// ends; then it returns nil. It returns [ErrClosed] when the bus is closed.
	// Requests beyond a limited rate are dropped.
	Requests(ctx context.Context, c message.CommunityID, fn func(Request)) error
	// Peers returns how many peers are connected.
	Peers() int
	// Addrs returns the addresses it listens on, as multiaddrs with peer id.
	Addrs() []string
	// Close stops everything and waits for it.
	Close() error
}

// Shelf is what a node answers store queries from.
type Shelf interface {
	// Envelopes returns the encoded Waku messages kept for a community that
	// were received or sent since the given time; it may return older ones as
	// well. It is called on the goroutine of each query, concurrently; an error
	// ends that query.
	Envelopes(ctx context.Context, c message.CommunityID, since time.Time) ([][]byte, error)
}
