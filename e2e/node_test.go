package e2e

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"seeder/config"
	"seeder/daemon"
	"seeder/internal/fault"
)

const (
	// patience is how long anything that must happen may take.
	patience = 60 * time.Second
	// look is how often it is looked for.
	look = 25 * time.Millisecond
	// cluster is a Waku cluster of nobody.
	cluster = 78
)

// node is a data folder with the process that runs on it, if one does.
type node struct {
	t    testing.TB
	name string
	dir  string // of configuration, log and data
	cfg  config.Config
	at   daemon.Node // where the last process could be reached

	netns  string // network namespace that it runs in; empty for that of the test
	inside bool   // the process is the test program, see runInside
	env    []string

	cmd    *exec.Cmd
	exited chan struct{}
}

// settings are what the configuration of a node says beside the usual.
type settings struct {
	peers []*node // nodes that this one knows
	owner string  // lines of the configuration, in the section owner
}

// newNode makes a node whose data folder is a copy of another; it does not run.
func newNode(t testing.TB, name, data string, s settings) *node {
	t.Helper()
	dir := filepath.Join(tempDir(t), name)
	n := &node{t: t, name: name, dir: dir}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if data != "" {
		copyFolder(t, n.data(), data)
	}
	n.configure(s)
	t.Cleanup(func() {
		n.kill()
		if t.Failed() {
			t.Log(n.tail())
		}
	})
	return n
}

// tempDir is a folder for the time of a test, or for ever when they are to be
// kept.
func tempDir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp(scratch, "") //nolint:usetesting // it can be kept
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if *keep {
			t.Logf("kept %s", dir)
			return
		}
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}

func (n *node) data() string       { return filepath.Join(n.dir, "data") }
func (n *node) configPath() string { return filepath.Join(n.dir, "config.yaml") }
func (n *node) logPath() string    { return filepath.Join(n.dir, "log") }

// configure writes the configuration. The addresses of a node never change, so
// that others find it again after it was killed.
func (n *node) configure(s settings) {
	n.t.Helper()
	waku, swarm := n.cfg.Waku.Listen, n.cfg.Swarm.Listen
	if waku == "" {
		waku, swarm = addresses(n.t)
	}
	var wakuPeers, swarmPeers []string
	for _, p := range s.peers {
		wakuPeers = append(wakuPeers, p.at.Waku...)
		swarmPeers = append(swarmPeers, p.at.Swarm...)
	}
	text := fmt.Sprintf(`data_dir: %q
api: {listen: "127.0.0.1:0"}
waku:
  listen: %s
  cluster: %d
  shard: 0
  peers: [%s]
  store_peers: [%s]
swarm:
  listen: %s
  dht: false
  pex: false
  trackers: []
  peers: [%s]
member:
  settle: 0s
  retry_min: 20ms
  retry_max: 200ms
owner:
  interval: 100ms
  grace: 300ms
%s`, n.data(), waku, cluster, quoted(wakuPeers), quoted(wakuPeers), swarm, quoted(swarmPeers), s.owner)
	if err := os.WriteFile(n.configPath(), []byte(text), 0o600); err != nil {
		n.t.Fatal(err)
	}
	n.load()
}

// load reads the configuration that was written.
func (n *node) load() {
	n.t.Helper()
	loaded, err := config.Load(n.configPath(), nil)
	if err != nil {
		n.t.Fatal(err)
	}
	n.cfg = loaded.Config
}

func quoted(list []string) string {
	var out []string
	for _, s := range list {
		out = append(out, fmt.Sprintf("%q", s))
	}
	return strings.Join(out, ", ")
}

var addressesGiven atomic.Uint32

// addresses returns addresses to listen on that nothing else uses: where all
// of 127/8 is this machine, an IP address for each node.
func addresses(t testing.TB) (waku, swarm string) {
	t.Helper()
	if runtime.GOOS == "linux" {
		n := addressesGiven.Add(1)
		ip := net.IPv4(127, byte(16+os.Getpid()%200), byte(n/254), byte(1+n%254)).String()
		return ip + ":26880", ip + ":26881"
	}
	return freeAddress(t), freeAddress(t)
}

func freeAddress(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// start starts the process, following a plan of faults if one is given.
func (n *node) start(plan string) {
	n.t.Helper()
	log, err := os.OpenFile(n.logPath(), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		n.t.Fatal(err)
	}
	defer log.Close() // the process has a handle of its own
	n.cmd = n.command("run")
	n.cmd.Stdout, n.cmd.Stderr = log, log
	if plan != "" {
		n.cmd.Env = append(n.cmd.Env, fault.Variable+"="+plan)
	}
	if err := n.cmd.Start(); err != nil {
		n.t.Fatal(err)
	}
	cmd, exited := n.cmd, make(chan struct{})
	n.exited = exited
	go func() { // ends with the process, which the cleanup sees to
		defer close(exited)
		_ = cmd.Wait() // ProcessState tells
	}()
}

// command is the program with the node's configuration and no other settings.
func (n *node) command(args ...string) *exec.Cmd {
	line := append([]string{program}, args...)
	if n.inside {
		line = []string{os.Args[0], "run"}
	}
	if n.netns != "" {
		line = append([]string{"ip", "netns", "exec", n.netns}, line...) // which it replaces: the process id stays
	}
	line = append(line, "--config", n.configPath())
	cmd := exec.Command(line[0], line[1:]...)
	for _, pair := range os.Environ() {
		if !strings.HasPrefix(pair, config.EnvPrefix) {
			cmd.Env = append(cmd.Env, pair)
		}
	}
	cmd.Env = append(cmd.Env, n.env...)
	if n.inside {
		cmd.Env = append(cmd.Env, insideVariable+"="+n.configPath(), startVariable+"="+filepath.Join(*scaleProfile, n.name+".start"))
	}
	return cmd
}

// up waits until the process can be reached, and reports whether it did not
// end before.
func (n *node) up() bool {
	n.t.Helper()
	reached := false
	n.await("be reachable", func() error {
		at, err := daemon.ReadNodeFile(n.cfg)
		if err == nil && at.PID == n.cmd.Process.Pid {
			n.at, reached = at, true
			return nil
		}
		if n.ended() {
			return nil
		}
		return errors.Join(errors.New("no node file of it"), err)
	})
	return reached
}

// run starts the process without faults and waits until it can be reached.
func (n *node) run() {
	n.t.Helper()
	n.start("")
	if !n.up() {
		n.t.Fatalf("%s ended at once: %s", n.name, n.cmd.ProcessState)
	}
}

func (n *node) ended() bool {
	select {
	case <-n.exited:
		return true
	default:
		return false
	}
}

// kill ends the process as kill -9 does, if there is one.
func (n *node) kill() {
	if n.cmd == nil || n.cmd.Process == nil {
		return
	}
	_ = n.cmd.Process.Kill() // it may have ended
	<-n.exited
}

// terminate asks the process to end.
func (n *node) terminate() { _ = n.cmd.Process.Signal(syscall.SIGTERM) }

// stop ends the process well.
func (n *node) stop() {
	n.t.Helper()
	n.terminate()
	n.wait()
	if !n.cmd.ProcessState.Success() {
		n.t.Fatalf("%s did not end well: %s", n.name, n.cmd.ProcessState)
	}
}

// wait returns when the process has ended.
func (n *node) wait() {
	n.t.Helper()
	select {
	case <-n.exited:
	case <-time.After(patience):
		n.t.Fatalf("%s does not end", n.name)
	}
}

// await calls done until it returns nil.
func (n *node) await(what string, done func() error) {
	n.t.Helper()
	if err := eventually(done); err != nil {
		n.t.Fatalf("%s does not %s within %s: %v", n.name, what, patience, err)
	}
}

// eventually calls done until it returns nil, and returns its last error.
func eventually(done func() error) error {
	end := time.Now().Add(patience)
	for {
		err := done()
		if err == nil || time.Now().After(end) {
			return err
		}
		time.Sleep(look)
	}
}

// log returns all that the processes of this node have logged.
func (n *node) log() string {
	b, err := os.ReadFile(n.logPath())
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		n.t.Error(err)
	}
	return string(b)
}

// tail is the end of the log.
func (n *node) tail() string {
	const lines = 40
	all := strings.Split(n.log(), "\n")
	return fmt.Sprintf("--- end of the log of %s\n%s", n.name, strings.Join(all[max(0, len(all)-lines):], "\n"))
}
