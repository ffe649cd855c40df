package api

import (
	"context"
	"net/http"

	"seeder/message"
	"seeder/node"
	"seeder/operation"
)

// Operations is a list of them, each community's oldest first.
type Operations struct {
	Operations []node.Operation `json:"operations"`
}

// Part is a part of a history.
type Part struct {
	From uint64 `json:"from" doc:"Seconds since the Unix epoch, included."`
	To   uint64 `json:"to" doc:"Seconds since the Unix epoch, not included."`
}

func (p Part) span() (message.Span, error) {
	s := message.Span{From: p.From, To: p.To}
	if s.Empty() {
		return s, newProblem(http.StatusUnprocessableEntity, node.Invalid, "from comes before to", "the span is empty")
	}
	return s, nil
}

func (a *API) routeWork() {
	const tag = "Operations"
	route(a, describe(http.MethodGet, "/v1/operations", "list-operations", tag, "What somebody asked for"),
		func(ctx context.Context, in *struct {
			OfCommunities
			Open bool `query:"open" doc:"Only what has not ended."`
		}) (Operations, error) {
			ids, err := a.findAll(ctx, in.OfCommunities)
			if err != nil {
				return Operations{}, err
			}
			list, err := a.opts.Node.Operations(ctx, in.Open, ids...)
			return Operations{list}, err
		})
	route(a, describe(http.MethodGet, "/v1/operations/{operation}", "get-operation", tag, "One that somebody asked for"),
		func(ctx context.Context, in *struct {
			Operation string `path:"operation" maxLength:"64"`
		}) (node.Operation, error) {
			id, err := operation.ParseID(in.Operation)
			if err != nil {
				return node.Operation{}, err
			}
			return a.opts.Node.Operation(ctx, id)
		})
	route(a, describe(http.MethodGet, "/v1/communities/{id}/operations", "list-community-operations", tag, "What somebody asked for of a community"),
		func(ctx context.Context, in *struct {
			OfCommunity
			Open bool `query:"open" doc:"Only what has not ended."`
		}) (Operations, error) {
			id, err := a.find(ctx, in.OfCommunity)
			if err != nil {
				return Operations{}, err
			}
			list, err := a.opts.Node.Operations(ctx, in.Open, id)
			return Operations{list}, err
		})
	a.routeBegin(operation.Archive, tag, "Archive now what may be archived")
	a.routeBegin(operation.Audit, tag, "Compare rows, files and messages, and mend what differs")
	a.routeBegin(operation.Join, tag, "Follow the newest generation until all of it is here")
	a.routeBeginPart(operation.Replay, tag, "Rebuild messages from archives", false)
	a.routeBeginPart(kindFetch, tag, "Fetch a part of the history now", true)
	a.routeSwitches("Limits")
}

// kindFetch is the operation that fetches a part of the history now.
const kindFetch = "fetch"

func (a *API) begin(ctx context.Context, c OfCommunity, kind string, span message.Span) (node.Operation, error) {
	id, err := a.find(ctx, c)
	if err != nil {
		return node.Operation{}, err
	}
	return a.opts.Node.Begin(ctx, operation.Request{Community: id, Kind: kind, Span: span})
}

// routeBegin adds a route that asks for an operation on all of a history. It may be
// asked for twice: what has not begun is answered again.
func (a *API) routeBegin(kind, tag, summary string) {
	op := describe(http.MethodPost, "/v1/communities/{id}/"+kind, "begin-"+kind, tag, summary)
	op.DefaultStatus = http.StatusAccepted
	route(a, op, func(ctx context.Context, in *OfCommunity) (node.Operation, error) {
		return a.begin(ctx, *in, kind, message.Span{})
	})
}

// routeBeginPart adds one that may, or has to, be of a part of the history.
func (a *API) routeBeginPart(kind, tag, summary string, required bool) {
	op := describe(http.MethodPost, "/v1/communities/{id}/"+kind, "begin-"+kind, tag, summary)
	op.DefaultStatus = http.StatusAccepted
	// Where there is no body the library's time to read it ends the work.
	op.BodyReadTimeout = answerTimeout
	if required {
		route(a, op, func(ctx context.Context, in *struct {
			OfCommunity
			Body Part
		}) (node.Operation, error) {
			span, err := in.Body.span()
			if err != nil {
				return node.Operation{}, err
			}
			return a.begin(ctx, in.OfCommunity, kind, span)
		})
		return
	}
	route(a, op, func(ctx context.Context, in *struct {
		OfCommunity
		Body *Part
	}) (node.Operation, error) {
		if in.Body == nil {
			return a.begin(ctx, in.OfCommunity, kind, message.Span{})
		}
		span, err := in.Body.span()
		if err != nil {
			return node.Operation{}, err
		}
		return a.begin(ctx, in.OfCommunity, kind, span)
	})
}

// routeSwitches adds what changes settings without naming them.
func (a *API) routeSwitches(tag string) {
	set := func(values map[string]string) func(context.Context, message.CommunityID) (node.SetResult, error) {
		return func(ctx context.Context, id message.CommunityID) (node.SetResult, error) {
			return a.opts.Node.SetCommunity(ctx, id, values)
		}
	}
	route(a, describe(http.MethodPost, "/v1/communities/{id}/pause", "pause-community", tag, "Do nothing for a community until it is resumed"),
		ofCommunity(a, set(map[string]string{"paused": "on"})))
	route(a, describe(http.MethodPost, "/v1/communities/{id}/resume", "resume-community", tag, "Go on with the work for a community"),
		ofCommunity(a, set(map[string]string{"paused": ""})))
	route(a, describe(http.MethodPost, "/v1/communities/{id}/pins", "pin", tag, "Keep a part of the history whatever the caps say"),
		func(ctx context.Context, in *struct {
			OfCommunity
			Body Part
		}) (node.SetResult, error) {
			return a.pin(ctx, in.OfCommunity, in.Body, false)
		})
	route(a, describe(http.MethodDelete, "/v1/communities/{id}/pins", "unpin", tag, "Keep a part of the history no longer"),
		func(ctx context.Context, in *struct {
			OfCommunity
			From uint64 `query:"from" required:"true" doc:"Seconds since the Unix epoch, included."`
			To   uint64 `query:"to" required:"true" doc:"Seconds since the Unix epoch, not included."`
		}) (node.SetResult, error) {
			return a.pin(ctx, in.OfCommunity, Part{From: in.From, To: in.To}, true)
		})
}

func (a *API) pin(ctx context.Context, c OfCommunity, part Part, remove bool) (node.SetResult, error) {
	span, err := part.span()
	if err != nil {
		return node.SetResult{}, err
	}
	id, err := a.find(ctx, c)
	if err != nil {
		return node.SetResult{}, err
	}
	return a.opts.Node.Pin(ctx, id, span, remove)
}
