package api

import (
	"bytes"
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"seeder/doctor"
	"seeder/message"
	"seeder/node"
	"seeder/rates"
)

// LogLevel is the least severity that is logged.
type LogLevel struct {
	Level string `json:"level" enum:"debug,info,warn,error"`
}

// OverRange is how far back rates reach.
type OverRange struct {
	Range string `query:"range" enum:"1h,24h,7d" default:"1h" doc:"How far back: 1h is a point each 10 seconds, 24h each 2 minutes, 7d each 15 minutes."`
}

func (a *API) routeSystem() {
	const tag = "Node"
	route(a, describe(http.MethodGet, "/v1/rates", "get-rates", tag, "How fast the node transferred, and what it took of the machine"),
		func(ctx context.Context, in *OverRange) (rates.Series, error) { return a.rates(ctx, nil, *in) })
	route(a, describe(http.MethodGet, "/v1/communities/{id}/rates", "get-community-rates", "Communities", "How fast a community transferred"),
		func(ctx context.Context, in *struct {
			OfCommunity
			OverRange
		}) (rates.Series, error) {
			id, err := a.find(ctx, in.OfCommunity)
			if err != nil {
				return rates.Series{}, err
			}
			return a.rates(ctx, &id, in.OverRange)
		})
	route(a, describe(http.MethodGet, "/v1/config", "get-config", tag, "The configuration in force; passwords are hidden"),
		func(context.Context, *nothing) (node.Configuration, error) { return a.opts.Node.Settings(), nil })
	route(a, describe(http.MethodPost, "/v1/config/reload", "reload-config", tag, "Read the configuration again"),
		func(ctx context.Context, _ *nothing) (ReloadResult, error) {
			live, err := a.live()
			if err != nil {
				return ReloadResult{}, err
			}
			r, err := live.Reload(ctx)
			return ReloadResult{Applied: some(r.Applied), NeedsRestart: some(r.NeedsRestart)}, err
		})
	a.routeLogLevel(tag)
	route(a, describe(http.MethodGet, "/v1/doctor", "get-doctor", tag, "Look the node over; takes up to half a minute"),
		func(ctx context.Context, _ *nothing) (doctor.Report, error) {
			live, err := a.live()
			if err != nil {
				return doctor.Report{}, err
			}
			return live.Doctor(ctx)
		})
	command(a, describe(http.MethodPost, "/v1/refresh", "refresh", tag, "Apply what another program wrote to the database now"),
		func(ctx context.Context, _ *nothing) error { return a.opts.Refresh(ctx) })
	a.routeDiagnostics(tag)
}

func (a *API) rates(ctx context.Context, id *message.CommunityID, in OverRange) (rates.Series, error) {
	live, err := a.live()
	if err != nil {
		return rates.Series{}, err
	}
	reach, err := rates.ParseRange(in.Range)
	if err != nil {
		return rates.Series{}, newProblem(http.StatusUnprocessableEntity, node.Invalid, "use 1h, 24h or 7d", err.Error())
	}
	s, err := live.Rates(ctx, id, reach)
	s.Times, s.Up, s.Down = some(s.Times), some(s.Up), some(s.Down)
	return s, err
}

func (a *API) routeLogLevel(tag string) {
	route(a, describe(http.MethodGet, "/v1/log-level", "get-log-level", tag, "The least severity that is logged"),
		func(context.Context, *nothing) (LogLevel, error) {
			live, err := a.live()
			if err != nil {
				return LogLevel{}, err
			}
			return LogLevel{Level: live.LogLevel()}, nil
		})
	route(a, describe(http.MethodPut, "/v1/log-level", "set-log-level", tag, "Log more or less until the next start"),
		func(_ context.Context, in *struct{ Body LogLevel }) (LogLevel, error) {
			live, err := a.live()
			if err != nil {
				return LogLevel{}, err
			}
			if err := live.SetLogLevel(in.Body.Level); err != nil {
				return LogLevel{}, err
			}
			return LogLevel{Level: live.LogLevel()}, nil
		})
}

// file is an answer that is saved.
type file struct {
	Type        string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte
}

func (a *API) routeDiagnostics(tag string) {
	op := describe(http.MethodGet, "/v1/diagnostics", "get-diagnostics", tag, "A zip archive for a bug report, without secrets")
	op.Responses = map[string]*huma.Response{"200": {Description: "The archive.", Content: map[string]*huma.MediaType{
		"application/zip": {Schema: &huma.Schema{Type: "string", Format: "binary"}},
	}}}
	register(a, op, func(ctx context.Context, _ *nothing) (*file, error) {
		live, err := a.live()
		if err != nil {
			return nil, err
		}
		var body bytes.Buffer
		if err := live.Diagnostics(ctx, &body); err != nil {
			return nil, err
		}
		return &file{Type: "application/zip", Disposition: `attachment; filename="seeder-diagnostics.zip"`, Body: body.Bytes()}, nil
	})
}
