package daemon

import (
	"context"
	"errors"
	"io"

	"seeder/activity"
	"seeder/api"
	"seeder/doctor"
	"seeder/message"
	"seeder/node"
	"seeder/rates"
)

var _ api.Live = live{}

// What of [api.Live] is not built yet; each goes when it is.

func missing() error { return &node.Error{Code: node.Unavailable, Err: errors.New("not built yet")} }

func (l live) Transfers(context.Context, message.CommunityID) (node.Transfers, error) {
	return node.Transfers{}, missing()
}

func (l live) Rates(context.Context, *message.CommunityID, rates.Range) (rates.Series, error) {
	return rates.Series{}, missing()
}

func (l live) Use() api.Use { return api.Use{} }

func (l live) Subscribe(string) *activity.Subscription { return &activity.Subscription{} }

func (l live) Activity(string, int) []activity.Event { return nil }

func (l live) Doctor(context.Context) (doctor.Report, error) { return doctor.Report{}, missing() }

func (l live) Diagnostics(context.Context, io.Writer) error { return missing() }
