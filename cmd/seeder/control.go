package main

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"net/url"
	"os"
	"time"

	"seeder/api"
	"seeder/config"
	"seeder/daemon"
	"seeder/message"
	"seeder/node"
	"seeder/store"
)

// askTimeout is how long a daemon may take to answer that has a lot to do.
const askTimeout = 10 * time.Second

// answers is what commands ask, and ask for: a running daemon ([api.Client]), or
// where none answers the database ([node.Node]). Both give the same answers.
type answers interface {
	Find(ctx context.Context, arg string) (store.Community, error)
	Status(ctx context.Context, only ...message.CommunityID) (node.Status, error)
	Now(ctx context.Context, only ...message.CommunityID) (node.Now, error)
	Community(ctx context.Context, id message.CommunityID) (node.Details, error)
	History(ctx context.Context, id message.CommunityID) (node.History, error)
	Limits(ctx context.Context, only ...message.CommunityID) (node.Limits, error)
	SetLimits(ctx context.Context, values map[string]string) (node.SetResult, error)
	SetCommunity(ctx context.Context, id message.CommunityID, values map[string]string) (node.SetResult, error)
	Pin(ctx context.Context, id message.CommunityID, span message.Span, remove bool) (node.SetResult, error)
	Communities(ctx context.Context) ([]node.CommunityInfo, error)
	Create(ctx context.Context, name string) (node.CommunityInfo, error)
	Own(ctx context.Context, id message.CommunityID, name string) (node.CommunityInfo, error)
	Join(ctx context.Context, id message.CommunityID, name string) (node.CommunityInfo, error)
	Rename(ctx context.Context, id message.CommunityID, name string) error
	Leave(ctx context.Context, id message.CommunityID, opts node.LeaveOptions) (node.LeaveResult, error)
	Operations(ctx context.Context, open bool, only ...message.CommunityID) ([]node.Operation, error)
	Operation(ctx context.Context, id store.OperationID) (node.Operation, error)
}

var (
	_ answers = (*node.Node)(nil)
	_ answers = (*api.Client)(nil)
)

// control returns a client of the running daemon; false when none runs.
func (a *app) control(cfg config.Config) (*api.Client, bool) {
	if p, err := process(cfg); err != nil || p.PID == 0 {
		return nil, false
	}
	client, err := daemon.Control(cfg)
	return client, err == nil
}

// process returns the daemon that runs on the data folder; zero for none.
func process(cfg config.Config) (node.Process, error) {
	n, err := daemon.ReadNodeFile(cfg)
	if errors.Is(err, os.ErrNotExist) || (err == nil && !alive(n.PID)) {
		return node.Process{}, nil
	}
	if err != nil {
		return node.Process{}, err
	}
	return node.Process{PID: n.PID, Version: n.Version, Waku: n.Waku, Swarm: n.Swarm}, nil
}

// reading calls fn with what answers questions. Without a database it is one that
// knows of nothing; no file is made.
func (a *app) reading(ctx context.Context, loaded config.Loaded, fn func(answers) error) error {
	if client, ok := a.answering(ctx, loaded.Config); ok {
		return fn(client)
	}
	found, err := withExistingStore(ctx, loaded.Config, func(db store.DB) error { return fn(a.local(loaded, db)) })
	if err != nil || found {
		return err
	}
	return fn(a.local(loaded, nil))
}

// writing calls fn with what takes changes. The database is made when there is none.
func (a *app) writing(ctx context.Context, loaded config.Loaded, fn func(answers) error) error {
	if client, ok := a.answering(ctx, loaded.Config); ok {
		return fn(client)
	}
	return withStore(ctx, loaded.Config, func(db store.DB) error { return fn(a.local(loaded, db)) })
}

// answering returns a client of the running daemon if that answers now.
func (a *app) answering(ctx context.Context, cfg config.Config) (*api.Client, bool) {
	client, ok := a.control(cfg)
	if !ok {
		return nil, false
	}
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	_, err := client.LogLevel(ctx)
	_, refused := errors.AsType[*api.Refusal](err)
	return client, err == nil || refused
}

// local returns what answers from the database alone.
func (a *app) local(loaded config.Loaded, db store.DB) *node.Node {
	cfg := loaded.Config
	return node.New(node.Options{
		Loaded: func() config.Loaded { return loaded }, DB: db, Files: daemon.OpenFiles(cfg), Keys: daemon.Keystore(cfg),
		Clock: a.clock, Rand: rand.Reader, Process: func() (node.Process, error) { return process(cfg) },
	})
}

// lost reports whether err of a client says no more than that the daemon went away
// meanwhile.
func lost(err error) bool {
	_, asked := errors.AsType[*url.Error](err)
	return asked || errors.Is(err, io.ErrUnexpectedEOF)
}

// asking calls fn with what answers questions and takes changes about the community
// that arg names.
func (a *app) asking(ctx context.Context, loaded config.Loaded, arg string, fn func(answers, message.CommunityID) error) error {
	return a.reading(ctx, loaded, func(from answers) error {
		c, err := from.Find(ctx, arg)
		if err != nil {
			return err
		}
		return fn(from, c.ID)
	})
}

// askingOf calls fn with what answers questions about the community that the first
// of args names, or without args about all.
func (a *app) askingOf(ctx context.Context, loaded config.Loaded, args []string, fn func(from answers, only ...message.CommunityID) error) error {
	if len(args) == 0 {
		return a.reading(ctx, loaded, func(from answers) error { return fn(from) })
	}
	return a.asking(ctx, loaded, args[0], func(from answers, id message.CommunityID) error { return fn(from, id) })
}
