// Package node is what a node shows and does for the people who run it: the
// use cases behind the command line, the HTTP API and the dashboard, and the one
// set of types that all three show. The JSON of these types is the output of
// `seeder --output json` and of the API, and is stable: fields may be added, none is
// renamed or changes its meaning.
//
// A [Node] needs the database alone. Inside a running daemon it has a [Live]
// too, which knows what passes now and takes changes at once.
//
// Spans are in seconds since the Unix epoch, fields named *_at, since, until,
// next_try and time in milliseconds, sizes in bytes, rates in bytes a second.
package node

import (
	"context"
	"io"
	"sync"

	"seeder/config"
	"seeder/internal/clock"
	"seeder/message"
	"seeder/operation"
	"seeder/signer"
	"seeder/store"
	"seeder/swarm"
)

// Options are what a node is built from. Those without a remark are required.
type Options struct {
	// Loaded returns the configuration in force.
	Loaded func() config.Loaded
	// DB is nil while there is no database: then nothing is there, and what
	// writes returns [ErrNoDatabase].
	DB    store.DB
	Files *swarm.Files
	Keys  *signer.Keystore
	Clock clock.Clock
	// Rand gives the random bits of keys and operation ids.
	Rand io.Reader
	// Process says who works on the data folder.
	Process func() (Process, error)
	// Live is nil outside a running daemon.
	Live Live
}

// Process is the daemon that has a data folder; zero for none.
type Process struct {
	PID     int
	Version string
	// Waku holds multiaddrs with peer id, Swarm addresses host:port.
	Waku, Swarm []string
	// External holds addresses host:port at which others reach the swarm, where
	// that is known. ForwardedBy says which router forwards ports; empty for none.
	External    []string
	ForwardedBy string
}

// Live is what a running daemon knows and does. It is safe for concurrent use.
type Live interface {
	// Limits returns the limits in force and what is used of them.
	Limits(context.Context) (LiveLimits, error)
	// Refresh applies what was written to the database, and returns when it is in
	// force.
	Refresh(context.Context) error
	// Halt ends all work for a community, served archives included, and returns when
	// nothing of it runs. Until release is called none begins; then it does when the
	// community is in the database, and otherwise the rest of it is forgotten.
	Halt(context.Context, message.CommunityID) (release func(), err error)
	// AddPeers tells addresses host:port at which a community may be found.
	AddPeers(message.CommunityID, []string)
}

// Node shows and does. It is safe for concurrent use.
type Node struct {
	opts Options
	desk *operation.Desk

	creating sync.Mutex // one Create at a time

	mu sync.Mutex
	// counted is what folders take, looked up once while no daemon runs.
	counted map[message.CommunityID]swarm.Usage
}

// New returns a node.
func New(opts Options) *Node {
	n := &Node{opts: opts, counted: make(map[message.CommunityID]swarm.Usage)}
	if opts.DB != nil {
		n.desk = operation.NewDesk(operation.Options{DB: opts.DB, Clock: opts.Clock, Rand: opts.Rand})
	}
	return n
}

// view reads; without a database there is nothing to read.
func (n *Node) view(ctx context.Context, fn func(store.Tx) error) error {
	if n.opts.DB == nil {
		return nil
	}
	return n.opts.DB.View(ctx, fn)
}
