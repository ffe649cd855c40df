// Package daemon builds the parts of a node from the configuration, starts
// them, and stops them in order. It is the only package that names drivers:
// the SQLite and PostgreSQL databases, the BitTorrent swarm and the Waku bus.
package daemon

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"

	"seeder/announce"
	"seeder/announce/waku"
	"seeder/api"
	"seeder/catalog"
	"seeder/config"
	"seeder/importer"
	"seeder/internal/clock"
	"seeder/internal/lockfile"
	"seeder/internal/nat"
	"seeder/message"
	"seeder/node"
	"seeder/queue"
	"seeder/signer"
	"seeder/store"
	"seeder/swarm"
	"seeder/swarm/bittorrent"
)

// ErrRunning reports that another daemon holds the data folder.
var ErrRunning = errors.New("another seeder uses this data folder")

// Options are what a daemon is built from. Config, Logger, Clock and Version are
// required.
type Options struct {
	Config config.Config
	// Values say where settings come from; nil for nobody knows.
	Values []config.Value
	Logger *slog.Logger
	Clock  clock.Clock
	// Version is written to the node file.
	Version string
	// Validator is asked about each message that is imported, inside the
	// transaction of its archive, so that an application which embeds a node
	// can refuse an archive; nil accepts all that the formats allow.
	Validator importer.Validator
	// Rand gives the random bits of operation ids; nil for those of the system.
	Rand io.Reader
	// File is the configuration file that was read; empty for none.
	File string
	// Reload reads the configuration again, as Config was read; nil where that
	// cannot be done. Then SIGHUP is left alone.
	Reload func() (config.Loaded, error)
	// Abandoned is asked at SIGHUP whether the terminal that the process was started
	// at is gone: then that is no wish to reload, and Run ends. Nil for never.
	Abandoned func() bool
	// Level decides what Logger writes; nil where it cannot be changed.
	Level *slog.LevelVar
	// Notify says that the service manager is told how the daemon stands, where
	// there is one.
	Notify bool
	// Router says where routers are looked for that forward ports; the zero value is
	// right but for tests.
	Router nat.Options
}

// Daemon is a running node.
type Daemon struct {
	opts  Options
	lock  *lockfile.Lock
	db    store.DB
	owned io.Closer // what keeps other nodes off db; may be nil
	files *swarm.Files
	keys  *signer.Keystore
	swarm swarm.Swarm
	bus   announce.Bus
	// torrents and relay are swarm and bus, for what only these can do.
	torrents *bittorrent.Swarm
	relay    *waku.Node
	// mapper has the router forward ports; nil for none.
	mapper atomic.Pointer[nat.Mapper]
	// loaded is the configuration in force; see config for what of it can change.
	loaded    atomic.Pointer[config.Loaded]
	reloading sync.Mutex // by who replaces it
	notify    *notifier
	pulses    pulses
	// pace is that of imports and of sealing. It is nil, which is fast, in a
	// process that works for somebody who waits for it.
	pace *importer.Pace

	holders holders
	node    *node.Node // what this daemon shows and does
	copies  *copies
	// measured is counted for metrics.
	measured measured
	// metrics answers requests for metrics; servers are stopped before all else.
	metrics     http.Handler
	servers     []*api.Server
	controlPath string
	metricsAddr string // empty for none
	api         *api.API
	apiURL      string // empty for none

	telling telling
	// heedless lets SIGHUP end the process again; nil while it does.
	heedless func()
	team     *team
	opening  *opening // nil before Run
	audited  audits
	duties   map[message.CommunityID]*duty
	// changes wakes those whose community has changed; Run looks.
	changes *catalog.Watcher
	mu      sync.Mutex
	wakers  map[message.CommunityID]func() // what works for a community
}

// OpenFiles returns the archive folder of the configuration.
func OpenFiles(cfg config.Config) *swarm.Files { return swarm.NewFiles(cfg.DataDir) }

// credentialsVariable names the directory of the keys that systemd lends a service
// (LoadCredential= in systemd.exec(5)).
const credentialsVariable = "CREDENTIALS_DIRECTORY"

// Keystore returns the keystore of the configuration, with the keys that the service
// manager lends this process.
func Keystore(cfg config.Config) *signer.Keystore {
	return signer.OpenKeystore(cfg.KeysDir()).WithLent(os.Getenv(credentialsVariable))
}

func makeDataDir(cfg config.Config) error {
	if err := os.MkdirAll(cfg.DataDir, 0o700); err != nil {
		return fmt.Errorf("create data folder: %w", err)
	}
	return nil
}

// New opens the database, joins both networks and takes the data folder for
// itself; [ErrRunning] when another daemon has it. Close what it returns.
func New(ctx context.Context, opts Options) (*Daemon, error) {
	cfg := opts.Config
	d := &Daemon{opts: opts, files: OpenFiles(cfg), keys: Keystore(cfg), team: newTeam()}
	d.opts.Logger = slog.New(d.telling.log.Handler(opts.Logger.Handler()))
	applyRuntime(cfg.Runtime, d.opts.Logger)
	d.loaded.Store(&config.Loaded{Config: cfg, File: opts.File, Values: opts.Values})
	if opts.Notify {
		d.notify = &notifier{log: d.opts.Logger}
	}
	d.pace = importer.NewPace(importer.PaceOptions{Clock: opts.Clock, Parallel: cfg.Import.Parallel})
	d.pace.Set(cfg.Import.Pace)
	if err := d.open(ctx); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

func (d *Daemon) open(ctx context.Context) (err error) {
	if _, err := d.loaded.Load().CheckCertificate(d.opts.Clock.Now()); err != nil {
		return fmt.Errorf("serve the API: %w", err)
	}
	if err := d.openFolder(ctx); err != nil {
		return err
	}
	if err := d.clean(); err != nil {
		return err
	}
	d.openHolders()
	if err := d.openSwarm(); err != nil {
		return fmt.Errorf("start BitTorrent: %w", err)
	}
	// The swarm has no torrents before Run.
	if err := d.restrain(ctx); err != nil {
		return fmt.Errorf("apply limits: %w", err)
	}
	if err := d.openBus(ctx); err != nil {
		return fmt.Errorf("start Waku: %w", err)
	}
	d.openMapping()
	d.openMetrics()
	if err := d.openControl(ctx); err != nil {
		return err
	}
	return d.writeNodeFile()
}

func (d *Daemon) openSwarm() error {
	cfg := d.opts.Config.Swarm
	s, err := bittorrent.New(bittorrent.Options{
		Files:       d.files,
		Listen:      cfg.Listen,
		DHT:         cfg.DHT,
		DHTNodes:    cfg.DHTNodes,
		PEX:         cfg.PEX,
		UseTrackers: len(cfg.Trackers) > 0,
		Trackers:    cfg.Trackers,
		Peers:       cfg.Peers,
		External:    cfg.External,
		Mapped:      d.mapped,
		UTP:         cfg.UTP,
		Throttle:    d.holders.bandwidth,
		Hashers:     cfg.Hashers,
		Damaged:     d.damaged,
		Clock:       d.opts.Clock,
		Logger:      d.opts.Logger.With("part", "swarm"),
	})
	if err != nil {
		return err
	}
	d.swarm, d.torrents = s, s
	return nil
}

func (d *Daemon) openBus(ctx context.Context) error {
	cfg := d.opts.Config.Waku
	key, err := loadNodeKey(filepath.Join(d.opts.Config.DataDir, "node.key"))
	if err != nil {
		return err
	}
	bus, err := waku.New(ctx, waku.Options{
		Listen:      cfg.Listen,
		Cluster:     cfg.Cluster,
		Shard:       cfg.Shard,
		StaticPeers: cfg.Peers,
		StorePeers:  cfg.StorePeers,
		NodeKey:     key,
		Shelf:       queue.Shelf{DB: d.db},
		PeerQueries: d.opts.Config.Queue.PeerQueries,
		PeerBytes:   d.opts.Config.Queue.PeerBytes,
		Clock:       d.opts.Clock,
		Logger:      d.opts.Logger.With("part", "waku"),
	})
	if err != nil {
		return err
	}
	d.bus, d.relay = bus, bus
	return nil
}

// closeServers closes all at a time: each may wait for requests that are answered.
func (d *Daemon) closeServers() error {
	errs := make([]error, len(d.servers))
	var wg sync.WaitGroup
	for i, s := range d.servers {
		wg.Go(func() { errs[i] = s.Close() })
	}
	wg.Wait()
	d.servers = nil
	return errors.Join(errs...)
}

// Close stops what New started: the control socket first, then the networks, then
// the database, then the folder is free for another daemon. Run must have
// returned.
func (d *Daemon) Close() error {
	var errs []error
	if d.heedless != nil {
		defer d.heedless() // not before all is saved
	}
	removed := d.closeMapping()
	defer removed()
	if d.api != nil {
		d.api.Close()
	}
	errs = append(errs, d.closeServers())
	if d.bus != nil {
		errs = append(errs, d.bus.Close())
	}
	if d.swarm != nil {
		errs = append(errs, d.swarm.Close())
	}
	d.holders.close()
	if d.owned != nil {
		errs = append(errs, d.owned.Close())
		d.owned = nil
	}
	if d.db != nil {
		errs = append(errs, d.db.Close())
	}
	errs = append(errs, d.telling.close())
	if d.lock != nil {
		errs = append(errs, d.removeNodeFile(), d.lock.Release())
		d.lock = nil
	}
	return errors.Join(errs...)
}
