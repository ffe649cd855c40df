package api

import (
	"context"
	"io"

	"seeder/activity"
	"seeder/doctor"
	"seeder/message"
	"seeder/node"
	"seeder/rates"
)

// Live is what only a running daemon knows and does, beside what package node asks
// of it. Its methods are called from the goroutines of requests, many at a time.
type Live interface {
	// Transfers returns what is under way for a community; the zero value when it
	// is not open.
	Transfers(context.Context, message.CommunityID) (node.Transfers, error)
	// Rates returns how fast a community transferred, or the node for nil.
	Rates(context.Context, *message.CommunityID, rates.Range) (rates.Series, error)
	// Use returns what the process takes now. It is called each second.
	Use() Use
	// Subscribe begins after the event with an id; see [activity.Log.Subscribe].
	Subscribe(after string) *activity.Subscription
	// Activity returns up to limit events before the one with an id, newest first;
	// see [activity.Log.List].
	Activity(before string, limit int) []activity.Event
	// LogLevel is debug, info, warn or error. SetLogLevel changes it until the
	// next start or reload.
	LogLevel() string
	SetLogLevel(level string) error
	// Reload reads the configuration again and applies what can change while the
	// daemon runs, all of it or, with an error, none.
	Reload(context.Context) (ReloadResult, error)
	// Doctor looks the node over, for half a minute at most.
	Doctor(context.Context) (doctor.Report, error)
	// Diagnostics writes a zip archive for a bug report. It holds no secrets: no
	// token, key, password or message.
	Diagnostics(context.Context, io.Writer) error
}

// Use is what the process of the node takes of the machine.
type Use struct {
	// CPU is the share of one core: 2 are two cores that are busy all the time.
	CPU float64 `json:"cpu"`
	// RSS is memory in bytes.
	RSS int64 `json:"rss"`
}

// ReloadResult is what became of reading the configuration again.
type ReloadResult struct {
	// Applied are the settings that changed and hold now.
	Applied []Change `json:"applied"`
	// NeedsRestart are those that changed and hold after a restart.
	NeedsRestart []Change `json:"needs_restart"`
}

// Change is a setting of the configuration that has another value now. A password
// in it is hidden.
type Change struct {
	Key    string `json:"key"`
	Before any    `json:"before"`
	After  any    `json:"after"`
}
