package daemon

import (
	"context"
	"errors"

	"seeder/api"
	"seeder/doctor"
	"seeder/node"
)

var _ api.Live = live{}

// What of [api.Live] is not built yet; each goes when it is.

func missing() error { return &node.Error{Code: node.Unavailable, Err: errors.New("not built yet")} }

func (l live) Doctor(context.Context) (doctor.Report, error) { return doctor.Report{}, missing() }
