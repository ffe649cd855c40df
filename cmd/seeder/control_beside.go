package main

import (
	"context"
	"slices"

	"seeder/api"
	"seeder/message"
	"seeder/node"
)

// beside answers from the database beside a running daemon, and has the daemon tell
// what is used of limits.
type beside struct {
	*node.Node

	daemon *api.Client
}

// Limits implements [answers].
func (b beside) Limits(ctx context.Context, only ...message.CommunityID) (node.Limits, error) {
	l, err := b.daemon.Limits(ctx)
	l.Communities = slices.DeleteFunc(l.Communities, func(c node.CommunityLimits) bool {
		return len(only) > 0 && !slices.Contains(only, c.ID)
	})
	return l, err
}

// Status implements [answers].
func (b beside) Status(ctx context.Context, only ...message.CommunityID) (node.Status, error) {
	s, err := b.Node.Status(ctx, only...)
	if err != nil {
		return s, err
	}
	l, err := b.Limits(ctx, only...)
	s.Answering, s.Limits = true, l.Node
	for i := range s.Communities {
		s.Communities[i].Limits = l.Of(s.Communities[i].ID)
	}
	return s, err
}

// Now implements [answers].
func (b beside) Now(ctx context.Context, only ...message.CommunityID) (node.Now, error) {
	now, err := b.Node.Now(ctx, only...)
	if err != nil || !now.Running {
		return now, err
	}
	l, err := b.Limits(ctx, only...)
	if err != nil {
		return now, nil //nolint:nilerr // it has ended since, and the next look says so
	}
	now.Answering, now.Limits = true, l.Node
	now.Limits.Settings = nil
	for i := range now.Communities {
		if of := l.Of(now.Communities[i].ID); of != nil {
			now.Communities[i].LimitsUse = *of
			now.Communities[i].Settings = nil
		}
	}
	return now, nil
}

// Community implements [answers].
func (b beside) Community(ctx context.Context, id message.CommunityID) (node.Details, error) {
	d, err := b.Node.Community(ctx, id)
	if err != nil {
		return d, err
	}
	l, err := b.Limits(ctx, id)
	d.Answering, d.Limits = true, l.Of(id)
	return d, err
}

// SetLimits implements [answers].
func (b beside) SetLimits(ctx context.Context, values map[string]string) (node.SetResult, error) {
	r, err := b.Node.SetLimits(ctx, values)
	return b.told(ctx, r, err)
}

// SetCommunity implements [answers].
func (b beside) SetCommunity(ctx context.Context, id message.CommunityID, values map[string]string) (node.SetResult, error) {
	r, err := b.Node.SetCommunity(ctx, id, values)
	return b.told(ctx, r, err)
}

// Pin implements [answers].
func (b beside) Pin(ctx context.Context, id message.CommunityID, span message.Span, remove bool) (node.SetResult, error) {
	r, err := b.Node.Pin(ctx, id, span, remove)
	return b.told(ctx, r, err)
}

func (b beside) told(ctx context.Context, r node.SetResult, err error) (node.SetResult, error) {
	if err == nil && b.daemon.Refresh(ctx) == nil {
		r.Daemon = node.DaemonTold
	}
	return r, err
}
