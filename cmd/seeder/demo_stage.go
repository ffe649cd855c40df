package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"seeder/config"
	"seeder/daemon"
	"seeder/internal/synth"
	"seeder/message"
	"seeder/node"
	"seeder/signer"
	"seeder/store"
)

const (
	// demoCluster is a Waku cluster of nobody.
	demoCluster = 77
	// demoPoll is how often the demonstration looks how the nodes stand.
	demoPoll = 100 * time.Millisecond
	// demoTell is the least time between two lines about a node.
	demoTell = time.Second

	batchMessages = 2000
	batchBytes    = 32 << 20
)

// stage is a demonstration under way.
type stage struct {
	app       *app
	opts      demoOptions
	dir       string
	begin     time.Time
	patience  time.Duration // demoPatience when zero
	community message.CommunityID
	nodes     []*demoNode
	chaos     *chaos                   // or nil
	configs   map[string]config.Config // of every node there was
	extra     map[string]string        // what the configurations of nodes have beside, by name
}

// tell shows what happens.
func (s *stage) tell(format string, args ...any) {
	elapsed := s.app.clock.Now().Sub(s.begin).Seconds()
	fmt.Fprintf(s.app.stderr(), "%6.1f s  %s\n", elapsed, fmt.Sprintf(format, args...))
}

// play runs the demonstration and returns what each node holds, the owner first.
func (s *stage) play(ctx context.Context) ([]demoResult, error) {
	if err := s.prepareOwner(ctx); err != nil {
		return nil, fmt.Errorf("prepare owner: %w", err)
	}
	s.chaos.enter(sealing, 0)
	owner, err := s.start(ctx, "owner", store.RoleOwner, nil)
	if err != nil {
		return nil, err
	}
	first, err := s.start(ctx, "member 1", store.RoleMember, []*demoNode{owner})
	if err != nil {
		return nil, err
	}
	held, err := s.awaitAnnounced(ctx, owner)
	if err != nil {
		return nil, err
	}
	if err := s.chaos.leave(ctx); err != nil {
		return nil, err
	}
	s.chaos.enter(fetching, held.Archives)
	second, err := s.start(ctx, "member 2", store.RoleMember, []*demoNode{owner, first})
	if err != nil {
		return nil, err
	}
	results := []demoResult{held}
	for _, n := range []*demoNode{first, second} {
		r, err := s.awaitHistory(ctx, n, held)
		if err != nil {
			return nil, err
		}
		results = append(results, r)
	}
	if err := s.chaos.leave(ctx); err != nil {
		return nil, err
	}
	s.tell("owner stops")
	if err := owner.stop(); err != nil {
		return nil, err
	}
	s.chaos.enter(ownerless, held.Archives)
	third, err := s.start(ctx, "member 3", store.RoleMember, []*demoNode{first, second})
	if err != nil {
		return nil, err
	}
	r, err := s.awaitHistory(ctx, third, held)
	if err != nil {
		return nil, err
	}
	results = append(results, r)
	if err := s.chaos.leave(ctx); err != nil {
		return nil, err
	}
	return results, s.chaos.recount(ctx, results)
}

// node returns the node of a name, or nil when there is none yet.
func (s *stage) node(name string) *demoNode {
	for _, n := range s.nodes {
		if n.name == name {
			return n
		}
	}
	return nil
}

// prepareOwner makes the community, its key and its history.
func (s *stage) prepareOwner(ctx context.Context) error {
	cfg, err := s.configure("owner", nil)
	if err != nil {
		return err
	}
	key, err := signer.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	s.community = key.Community()
	keys := daemon.Keystore(cfg)
	if err := keys.Add(key, "demo"); err != nil {
		return err
	}
	if err := keys.MarkBackedUp(s.community, s.app.clock.Now()); err != nil { // nobody needs to keep it
		return err
	}
	s.tell("making up %d messages of %d weeks", s.opts.messages, s.opts.weeks)
	return withStore(ctx, cfg, func(db store.DB) error {
		if err := s.addCommunity(ctx, db, store.RoleOwner); err != nil {
			return err
		}
		return s.fill(ctx, db)
	})
}

func (s *stage) addCommunity(ctx context.Context, db store.DB, role store.Role) error {
	return db.Update(ctx, func(tx store.Tx) error {
		return tx.PutCommunity(store.Community{ID: s.community, Role: role, Name: "demo", CreatedAt: s.app.clock.Now().UnixMilli()})
	})
}

// fill stores the history, batch by batch, so that memory stays bounded.
func (s *stage) fill(ctx context.Context, db store.DB) error {
	o := synth.Default(s.community, s.opts.seed, uint64(s.app.clock.Now().Unix()))
	o.Messages, o.Weeks = s.opts.messages, s.opts.weeks
	var batch []message.Message
	var size, stored int
	told := s.app.clock.Now()
	flush := func() error {
		err := db.Update(ctx, func(tx store.Tx) error {
			_, err := tx.AddMessages(s.community, sequence(batch))
			return err
		})
		stored += len(batch)
		batch, size = batch[:0], 0
		if now := s.app.clock.Now(); now.Sub(told) >= demoTell {
			told = now
			s.tell("  %d of %d messages", stored, s.opts.messages)
		}
		return err
	}
	for m, err := range synth.Messages(o) {
		if err != nil {
			return err
		}
		batch = append(batch, m)
		if size += len(m.Payload); len(batch) == batchMessages || size >= batchBytes {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	return flush()
}

func sequence(list []message.Message) func(yield func(message.Message, error) bool) {
	return func(yield func(message.Message, error) bool) {
		for i := range list {
			if !yield(list[i], nil) {
				return
			}
		}
	}
}

func (s *stage) configPath(name string) string {
	return filepath.Join(s.nodeDir(name), "config.yaml")
}

func (s *stage) nodeDir(name string) string {
	return filepath.Join(s.dir, strings.ReplaceAll(name, " ", "-"))
}

// configure writes the configuration of a node that knows only the given
// others, and reads it back.
func (s *stage) configure(name string, others []*demoNode) (config.Config, error) {
	if err := os.MkdirAll(s.nodeDir(name), 0o700); err != nil {
		return config.Config{}, fmt.Errorf("create folder of %s: %w", name, err)
	}
	var waku, swarm []string
	for _, o := range others {
		waku = append(waku, o.at.Waku...)
		swarm = append(swarm, o.at.Swarm...)
	}
	database, err := s.database(name)
	if err != nil {
		return config.Config{}, err
	}
	wakuListen, swarmListen, err := s.listenAddresses(len(s.nodes))
	if err != nil {
		return config.Config{}, err
	}
	text := fmt.Sprintf(`data_dir: %q
log:
  level: info
api:
  listen: 127.0.0.1:0
database:
  url: %q
waku:
  listen: %s
  cluster: %d
  shard: 0
  peers: [%s]
  store_peers: [%s]
swarm:
  listen: %s
  dht: false
  trackers: []
  peers: [%s]
owner:
  min_age: 7d
member:
  settle: 1s
  retry_min: 200ms
  retry_max: 2s
`, filepath.Join(s.nodeDir(name), "data"), database, wakuListen, demoCluster, quoted(waku), quoted(waku), swarmListen, quoted(swarm)) + s.extra[name]
	if err := os.WriteFile(s.configPath(name), []byte(text), 0o600); err != nil {
		return config.Config{}, fmt.Errorf("write configuration of %s: %w", name, err)
	}
	loaded, err := config.LoadFile(s.configPath(name))
	if s.configs == nil {
		s.configs = make(map[string]config.Config)
	}
	s.configs[name] = loaded.Config
	return loaded.Config, err
}

func quoted(list []string) string {
	out := make([]string, len(list))
	for i, item := range list {
		out[i] = fmt.Sprintf("%q", item)
	}
	return strings.Join(out, ", ")
}

// start starts a node and waits until it can be reached.
func (s *stage) start(ctx context.Context, name string, role store.Role, others []*demoNode) (*demoNode, error) {
	cfg, err := s.configure(name, others)
	if err != nil {
		return nil, err
	}
	if role == store.RoleMember {
		err := withStore(ctx, cfg, func(db store.DB) error { return s.addCommunity(ctx, db, role) })
		if err != nil {
			return nil, fmt.Errorf("prepare %s: %w", name, err)
		}
	}
	n := &demoNode{name: name, cfg: cfg, logPath: filepath.Join(s.nodeDir(name), "log"), begin: s.app.clock.Now()}
	if s.chaos != nil {
		n.poll = chaosPoll
	}
	if err := n.start(s.configPath(name)); err != nil {
		return nil, err
	}
	s.nodes = append(s.nodes, n)
	p := s.newPatience()
	err = s.await(ctx, n, func() (bool, error) {
		if done, err := n.reached(); done || err != nil {
			return done, err
		}
		return false, p.look("", name+" does not say where it can be reached")
	})
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	s.tell("%s runs as process %d", name, n.at.PID)
	return n, nil
}

// await looks at a node until done says so, and lets chaos act meanwhile.
func (s *stage) await(ctx context.Context, n *demoNode, done func() (bool, error)) error {
	if s.chaos == nil {
		return n.await(ctx, done)
	}
	looks := 0
	return n.await(ctx, func() (bool, error) {
		if err := s.chaos.act(ctx); err != nil {
			return false, err
		}
		if looks++; looks%chaosWatch != 0 {
			return false, nil
		}
		return done()
	})
}

// awaitAnnounced waits until a peer took the owner's announcement, and returns
// what was archived.
func (s *stage) awaitAnnounced(ctx context.Context, owner *demoNode) (demoResult, error) {
	var r demoResult
	err := withStore(ctx, owner.cfg, func(db store.DB) error {
		var last node.Summary
		err := s.watch(ctx, owner, db, func(now node.Summary) (bool, string) {
			last = now
			done := now.Newest != nil && now.Newest.SentAt != 0
			return done, fmt.Sprintf("owner has archived %d messages", now.Messages.Archived)
		})
		if err != nil {
			return err
		}
		r, err = s.result(ctx, owner, db, last)
		return err
	})
	if err != nil {
		return r, fmt.Errorf("wait for the announcement: %w", err)
	}
	if r.Messages == 0 {
		return r, errors.New("nothing was archived")
	}
	s.tell("owner has announced %d messages in %d archives", r.Messages, r.Archives)
	return r, nil
}

// awaitHistory waits until a member has imported what the owner has archived.
func (s *stage) awaitHistory(ctx context.Context, n *demoNode, held demoResult) (demoResult, error) {
	var r demoResult
	err := withStore(ctx, n.cfg, func(db store.DB) error {
		var last node.Summary
		err := s.watch(ctx, n, db, func(now node.Summary) (bool, string) {
			last = now
			imported := now.States[store.Imported]
			done := imported == held.Archives && now.Messages.Archived == held.Messages
			return done, fmt.Sprintf("%s has %d of %d archives, %d messages", n.name, imported, held.Archives, now.Messages.Archived)
		})
		if err != nil {
			return err
		}
		r, err = s.result(ctx, n, db, last)
		return err
	})
	if err != nil {
		return r, fmt.Errorf("wait for %s: %w", n.name, err)
	}
	s.tell("%s has imported all", n.name)
	return r, nil
}

// watch looks at the community in a node's database until check is satisfied,
// and tells what check says when that changes.
func (s *stage) watch(ctx context.Context, n *demoNode, db store.DB, check func(node.Summary) (bool, string)) error {
	var told string
	at := s.app.clock.Now()
	p := s.newPatience()
	return s.await(ctx, n, func() (done bool, err error) {
		err = db.View(ctx, func(tx store.Tx) error {
			now, err := node.Summarise(tx, store.Community{ID: s.community})
			if err != nil {
				return err
			}
			var line string
			done, line = check(now)
			if t := s.app.clock.Now(); !done && line != told && t.Sub(at) >= demoTell {
				told, at = line, t
				s.tell("%s", line)
			}
			if done {
				return nil
			}
			return p.look(stateText(now), waitingText(now, line))
		})
		return done, err
	})
}

func (s *stage) result(ctx context.Context, n *demoNode, db store.DB, now node.Summary) (demoResult, error) {
	r := demoResult{Node: n.name, Bytes: now.Bytes, Seconds: s.app.clock.Now().Sub(n.begin).Seconds()}
	for _, count := range now.States {
		r.Archives += count
	}
	sum, err := digestOf(ctx, db, s.community)
	r.Messages, r.Digest = sum.Messages, sum.Digest
	return r, err
}

// stopAll ends every node, and returns when none runs.
func (s *stage) stopAll() error {
	var errs []error
	for _, n := range s.nodes {
		n.terminate()
	}
	for _, n := range s.nodes {
		errs = append(errs, n.stop())
	}
	return errors.Join(errs...)
}

// showLogs shows the end of each node's log.
func (s *stage) showLogs() {
	for _, n := range s.nodes {
		if tail := n.logTail(); tail != "" {
			fmt.Fprintf(s.app.stderr(), "--- end of the log of %s\n%s", n.name, tail)
		}
	}
}
