// Package limits decides what holds at the moment, and makes it hold.
//
// What a setting is comes from the first of these that says something: the row
// that a command wrote ([Set], [store.Settings]), the configuration of the node,
// the default. A [Keeper] reads them, adds what depends on the moment (schedules,
// the alternative limits, battery, a metered connection, pauses), and gives the
// result to those who hold it: [quota.Bandwidth], [quota.Ledger], the swarm, and
// the parts that ask [Keeper.Mode] before they begin something.
//
// A row that nobody understands, because somebody wrote it by hand or the disk
// damaged it, opens no limit: what was in force before goes on, and where that is
// not known, at a start, nothing is transferred and nothing is evicted because of
// it until the row is mended. A setting that is unknown, because a newer version
// wrote it, does not count. All of them are reported; the other rows count.
package limits

import (
	"errors"
	"fmt"
	"strings"

	"seeder/internal/hoststate"
	"seeder/message"
	"seeder/quota"
)

// ErrNothing reports a call of [Set] without settings.
var ErrNothing = errors.New("no setting given")

// Mode says what may go on for a community.
type Mode struct {
	// Serve is uploading to peers, Fetch downloading from them.
	Serve, Fetch bool
	// Archive is work on what is there: archiving, importing.
	Archive bool
	// Reason says in words why not all of it may; empty when all may.
	Reason string
}

// The reasons of modes.
const (
	ReasonPaused  = "paused"
	ReasonBattery = "paused while the machine runs on battery"
	ReasonMetered = "no traffic while the connection is metered"
	ReasonServe   = "serving is off"
	ReasonFetch   = "fetching is off"
	ReasonBoth    = "serving and fetching are off"
)

// ModeOf returns what settings allow on a machine in a state.
func ModeOf(n quota.Node, c quota.Community, host hoststate.State) Mode {
	switch {
	case c.Paused:
		return Mode{Reason: ReasonPaused}
	case n.PauseOnBattery && host.Battery == hoststate.Yes:
		return Mode{Reason: ReasonBattery}
	case n.PauseOnMetered && host.Metered == hoststate.Yes:
		return Mode{Archive: true, Reason: ReasonMetered}
	}
	m := Mode{Serve: c.Serve, Fetch: c.Fetch, Archive: true}
	switch {
	case !m.Serve && !m.Fetch:
		m.Reason = ReasonBoth
	case !m.Serve:
		m.Reason = ReasonServe
	case !m.Fetch:
		m.Reason = ReasonFetch
	}
	return m
}

// Ignored is a row that does not count.
type Ignored struct {
	Community  message.CommunityID // zero for the node
	Key, Value string
	// Err is a [quota.KeyError] or a [quota.FormError].
	Err error
	// InForce is the value that goes on; empty for none. Stops says that nothing
	// is transferred because of it.
	InForce string
	Stops   bool
}

// String says what is ignored and why.
func (i Ignored) String() string {
	return fmt.Sprintf("setting %.60q ignored: %v", i.Key, i.Err)
}

// Hint says how to mend the row.
func (i Ignored) Hint() string {
	flag := strings.ReplaceAll(i.Key, "_", "-")
	command := "seeder limits set"
	if i.Community != (message.CommunityID{}) {
		command = "seeder community set " + i.Community.String()
	}
	return fmt.Sprintf("the setting %s in the database is damaged; mend it with `%s --%s VALUE`, or VALUE default", i.Key, command, flag)
}
