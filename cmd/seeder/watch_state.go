package main

import (
	"context"
	"errors"

	"seeder/config"
	"seeder/message"
	"seeder/store"
)

// watchState is what `status --watch` shows at one moment.
type watchState struct {
	// Time is in milliseconds since the Unix epoch.
	Time    int64 `json:"time"`
	Running bool  `json:"running"`
	// Answering says that the daemon told what is used now.
	Answering bool   `json:"answering"`
	PID       int    `json:"pid,omitempty"`
	Version   string `json:"version,omitempty"`
	// Error says why something is not known now; the rest is as it was before.
	Error       string             `json:"error,omitempty"`
	Limits      nodeLimits         `json:"limits"`
	Communities []watchedCommunity `json:"communities"`
}

// watchedCommunity is a community at one moment.
type watchedCommunity struct {
	communityLimits
	Role store.Role  `json:"role"`
	Work []workState `json:"work"`
}

// watch looks at a node again and again.
type watch struct {
	app    *app
	loaded config.Loaded
	view   *limitsView
	only   *store.Community // nil for all
	last   watchState
}

func newWatch(a *app, loaded config.Loaded) *watch {
	return &watch{app: a, loaded: loaded, view: newLimitsView(a, loaded), last: watchState{Communities: []watchedCommunity{}}}
}

// look returns how the node stands now. What cannot be learned for the moment
// is in the state's Error; the error ends the watch. db is nil while there is no
// database.
func (w *watch) look(ctx context.Context, db store.DB) (watchState, error) {
	now := watchState{Time: w.app.clock.Now().UnixMilli(), Communities: []watchedCommunity{}}
	node, err := readNode(w.loaded.Config)
	if err != nil {
		return now, err
	}
	now.Running, now.PID, now.Version = node.Running, node.PID, node.Version
	works := make(map[message.CommunityID][]workState)
	if db != nil {
		err = db.View(ctx, func(tx store.Tx) error { return w.read(tx, works) })
	}
	if errors.Is(err, store.ErrUnavailable) {
		now.Error, now.Limits, now.Communities = err.Error(), w.last.Limits, w.last.Communities
		return now, nil
	}
	if err != nil {
		return now, err
	}
	limits, err := w.view.state(ctx)
	if err != nil {
		return now, err
	}
	now.Answering, now.Limits = limits.Answering, limits.Node
	now.Limits.Settings = nil
	for i, c := range limits.Communities {
		c.Settings = nil
		now.Communities = append(now.Communities, watchedCommunity{c, w.view.communities[i].Role, works[c.ID]})
	}
	w.last = now
	return now, nil
}

// read takes from the database what changes.
func (w *watch) read(tx store.Tx, works map[message.CommunityID][]workState) error {
	if err := w.view.read(tx, w.only); err != nil {
		return err
	}
	for _, c := range w.view.communities {
		list, err := tx.Works(c.ID)
		if err != nil {
			return err
		}
		works[c.ID] = workStates(list)
	}
	return nil
}
