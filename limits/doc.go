// Package limits decides what holds at the moment, and makes it hold.
//
// What a setting is comes from the first of these that says something: the row
// that a command wrote ([Set], [store.Settings]), the configuration of the node,
// the default. A [Keeper] reads them, adds what depends on the moment (schedules,
// the alternative limits, battery, a metered connection, pauses), and gives the
// result to those who hold it: [quota.Bandwidth], [quota.Ledger], the swarm, and
// the parts that ask [Keeper.Mode] before they begin something.
//
// A row that nobody understands, because somebody wrote it by hand or a newer
// version did, is reported and does not count; the others do.
package limits

import (
	"errors"
	"fmt"

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
}

// String says what is ignored and why.
func (i Ignored) String() string {
	return fmt.Sprintf("setting %.60q ignored: %v", i.Key, i.Err)
}
