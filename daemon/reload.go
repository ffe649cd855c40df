package daemon

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"seeder/api"
	"seeder/config"
)

// ErrNoReload reports a daemon that does not know where its configuration is from,
// or who writes its log.
var ErrNoReload = errors.New("this process was not told how to")

// taken says whether a reload takes a change of the setting while everything goes on:
// of those that are marked so, unless this daemon was built without what it takes. The
// others hold after a restart.
func (d *Daemon) taken(key string) bool {
	switch {
	case !config.Reloads(key):
		return false
	case key == "log.level":
		return d.opts.Level != nil
	case key == "swarm.trackers":
		return len(d.opts.Config.Swarm.Trackers) > 0 // the client was made to use some
	}
	return true
}

// config returns the configuration in force.
func (d *Daemon) config() config.Config { return d.loaded.Load().Config }

// Reload reads the configuration again and takes what can change while the daemon
// runs: limits, the pace of imports, the level of the log, peers, trackers and the time
// between audits. Transfers go on. With an error nothing has changed; it is
// [ErrNoReload], one of [config.Load] or of the database.
func (d *Daemon) Reload(ctx context.Context) (api.ReloadResult, error) {
	if d.opts.Reload == nil {
		return api.ReloadResult{}, fmt.Errorf("reload the configuration: %w", ErrNoReload)
	}
	d.reloading.Lock()
	defer d.reloading.Unlock()
	d.notify.reloading()
	defer d.notify.ready()
	result, err := d.reload(ctx)
	if err != nil {
		d.opts.Logger.Error("configuration not reloaded, the one before holds", "error", err)
		return result, err
	}
	names := func(list []api.Change) string {
		var keys []string
		for _, c := range list {
			keys = append(keys, c.Key)
		}
		return strings.Join(keys, " ")
	}
	d.opts.Logger.Info("configuration reloaded", "applied", names(result.Applied), "needs_restart", names(result.NeedsRestart))
	return result, nil
}

func (d *Daemon) reload(ctx context.Context) (api.ReloadResult, error) {
	result := api.ReloadResult{Applied: []api.Change{}, NeedsRestart: []api.Change{}}
	before := *d.loaded.Load()
	read, err := d.opts.Reload()
	if err == nil {
		_, err = read.CheckCertificate(d.opts.Clock.Now())
	}
	if err != nil {
		return result, fmt.Errorf("reload the configuration: %w", err)
	}
	var keys []string
	for _, c := range config.Changes(before.Config, read.Config) {
		if !d.taken(c.Key) {
			result.NeedsRestart = append(result.NeedsRestart, api.Change(c))
			continue
		}
		result.Applied = append(result.Applied, api.Change(c))
		keys = append(keys, c.Key)
	}
	after := before.With(read, keys...)
	if err := d.apply(ctx, before.Config, after.Config); err != nil {
		return api.ReloadResult{}, err
	}
	d.loaded.Store(&after)
	return result, nil
}

// apply puts a configuration in force. What may fail comes first and is undone.
func (d *Daemon) apply(ctx context.Context, before, after config.Config) error {
	if !slices.Equal(before.Waku.Peers, after.Waku.Peers) {
		if err := d.relay.SetPeers(after.Waku.Peers); err != nil {
			return fmt.Errorf("apply waku.peers: %w", err)
		}
	}
	if err := d.holders.keeper.Configure(ctx, after.Quota()); err != nil {
		return errors.Join(err, d.relay.SetPeers(before.Waku.Peers))
	}
	if !slices.Equal(before.Swarm.Peers, after.Swarm.Peers) {
		d.torrents.SetPeers(after.Swarm.Peers)
	}
	if !slices.Equal(before.Swarm.Trackers, after.Swarm.Trackers) {
		d.torrents.SetTrackers(after.Swarm.Trackers)
	}
	if d.opts.Level == nil {
		return nil
	}
	return d.SetLogLevel(after.Log.Level) // the configuration was checked
}

// LogLevel returns debug, info, warn or error.
func (d *Daemon) LogLevel() string {
	if d.opts.Level == nil {
		return d.config().Log.Level
	}
	return strings.ToLower(d.opts.Level.Level().String())
}

// SetLogLevel changes what is logged until the next start or reload. The error is a [*config.Error], or
// [ErrNoReload].
func (d *Daemon) SetLogLevel(level string) error {
	if d.opts.Level == nil {
		return fmt.Errorf("set the level of the log: %w", ErrNoReload)
	}
	if err := config.Check("log.level", level); err != nil {
		return err
	}
	var l slog.Level
	if err := l.UnmarshalText([]byte(level)); err != nil {
		return fmt.Errorf("set the level of the log: %w", err)
	}
	d.opts.Level.Set(l)
	return nil
}

// reloadAtHangup reloads at each SIGHUP until ctx ends, and calls end at one that says
// that the terminal is gone.
func (d *Daemon) reloadAtHangup(ctx context.Context, signals <-chan os.Signal, end func()) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-signals:
		}
		if d.opts.Abandoned != nil && d.opts.Abandoned() {
			d.opts.Logger.Info("the terminal is gone, the node ends")
			end()
			return
		}
		_, _ = d.Reload(ctx) // which logs what became of it
	}
}

// hangups returns where SIGHUP arrives; the process does not end by it until stop is
// called. A terminal that goes often sends it twice: the second one is not to cut short
// what the first one began.
func hangups() (signals <-chan os.Signal, stop func()) {
	c := make(chan os.Signal, 1)
	signal.Notify(c, syscall.SIGHUP)
	return c, func() { signal.Stop(c) }
}

// LogLevel implements [api.Live].
func (l live) LogLevel() string { return l.d.LogLevel() }

// SetLogLevel implements [api.Live].
func (l live) SetLogLevel(level string) error { return l.d.SetLogLevel(level) }

// Reload implements [api.Live].
func (l live) Reload(ctx context.Context) (api.ReloadResult, error) { return l.d.Reload(ctx) }
