package pgtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// ErrNoPrograms reports that PostgreSQL is not installed on this machine.
var ErrNoPrograms = errors.New("no initdb and postgres on this machine: install PostgreSQL, or name a server in " + URLVariable)

// superuser is who may do everything in a cluster, without a password.
const superuser = "seeder"

// startTime is how long a server may take to answer, or to stop.
const startTime = 2 * time.Minute

// Cluster is a throw-away PostgreSQL server in a folder of its own. It listens
// on a socket in that folder only, and loses its data when the machine dies. It
// ends with this process at the latest.
type Cluster struct {
	dir, bin string
	creds    *syscall.Credential

	mu     sync.Mutex
	cmd    *exec.Cmd    // while it runs
	exited <-chan error // closed when cmd was reaped
	log    *os.File
}

// Start makes a cluster and starts it. Close it in the end.
func Start(ctx context.Context) (*Cluster, error) {
	bin, err := programs()
	if err != nil {
		return nil, err
	}
	c := &Cluster{bin: bin}
	if err := c.prepare(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("make cluster: %w", err), c.Close())
	}
	if err := c.Run(ctx); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

// programs returns the folder of initdb and postgres, of the newest version.
func programs() (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil {
		return "", err
	}
	version := func(path string) int {
		n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path)))) // 0 for what is no version
		return n
	}
	slices.SortFunc(found, func(a, b string) int { return version(b) - version(a) })
	if path, err := exec.LookPath("initdb"); err == nil {
		if path, err = filepath.EvalSymlinks(path); err == nil {
			found = append(found, path)
		}
	}
	for _, path := range found {
		if _, err := os.Stat(filepath.Join(filepath.Dir(path), "postgres")); err == nil {
			return filepath.Dir(path), nil
		}
	}
	return "", ErrNoPrograms
}

// prepare makes the folder and the cluster in it. The server refuses to be
// root, and then runs as another user; its socket's path has to be short.
func (c *Cluster) prepare(ctx context.Context) (err error) {
	parent := os.TempDir()
	if c.creds, err = credentials(); err != nil {
		return err
	}
	if c.creds != nil || len(parent) > 60 {
		parent = "/tmp"
	}
	if c.dir, err = os.MkdirTemp(parent, "pgtest-"); err != nil {
		return err
	}
	if c.log, err = os.OpenFile(filepath.Join(c.dir, "log"), os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o600); err != nil {
		return err
	}
	if c.creds != nil {
		if err := os.Chown(c.dir, int(c.creds.Uid), int(c.creds.Gid)); err != nil {
			return err
		}
	}
	cmd := c.command(ctx, "initdb", "--pgdata="+filepath.Join(c.dir, "data"), "--username="+superuser, "--auth=trust",
		"--encoding=UTF8", "--locale=C", "--no-sync")
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	started, exited := make(chan error), make(chan error, 1)
	go supervise(cmd, started, exited)
	if err = <-started; err == nil {
		err = <-exited
	}
	if err != nil {
		return fmt.Errorf("initdb: %w: %s", err, bytes.TrimSpace(out.Bytes()))
	}
	return nil
}

// command is a program of PostgreSQL, as its user and without settings from
// the environment.
func (c *Cluster) command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, filepath.Join(c.bin, name), args...) //nolint:gosec // found by programs
	cmd.Dir = c.dir
	for _, pair := range os.Environ() {
		if !strings.HasPrefix(pair, "PG") && !strings.HasPrefix(pair, "LC_") {
			cmd.Env = append(cmd.Env, pair)
		}
	}
	cmd.SysProcAttr = withParent(c.creds)
	return cmd
}

// Run starts the server again after Stop or Crash and waits until it answers.
func (c *Cluster) Run(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	if err := c.spawn(); err != nil {
		return fmt.Errorf("start postgres: %w", err)
	}
	for {
		conn, err := pgx.Connect(ctx, c.URL())
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for postgres: %w: %s", err, c.tail())
		case <-c.exited:
			return fmt.Errorf("postgres ended: %s", c.tail())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func (c *Cluster) spawn() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.cmd != nil {
		return errors.New("it runs already")
	}
	// The context must not kill it: it is asked to stop, see stop.
	cmd := c.command(context.Background(), "postgres", "-D", filepath.Join(c.dir, "data"), "-k", c.dir,
		"-c", "listen_addresses=", "-c", "fsync=off", "-c", "full_page_writes=off", "-c", "max_connections=100",
		"-c", "shared_buffers=64MB", "-c", "max_wal_size=1GB")
	cmd.Stdout, cmd.Stderr = c.log, c.log
	started, exited := make(chan error), make(chan error, 1)
	go supervise(cmd, started, exited) // ends with the process, which stop sees to
	if err := <-started; err != nil {
		return err
	}
	c.cmd, c.exited = cmd, exited
	return nil
}

func (c *Cluster) tail() string {
	b, err := os.ReadFile(filepath.Join(c.dir, "log"))
	if err != nil {
		return err.Error()
	}
	return string(b[max(0, len(b)-2000):])
}

// Stop stops the server the way an operator does: connections are cut, what
// was committed is there when it runs again.
func (c *Cluster) Stop() error { return c.stop(syscall.SIGINT) }

// Crash ends the server at once, without a checkpoint: what was committed is
// recovered from its log when it runs again.
func (c *Cluster) Crash() error { return c.stop(syscall.SIGQUIT) }

func (c *Cluster) stop(sig syscall.Signal) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.cmd == nil {
		return nil
	}
	if err := c.cmd.Process.Signal(sig); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("stop postgres: %w", err)
	}
	select {
	case <-c.exited:
	case <-time.After(startTime):
		if err := c.cmd.Process.Signal(syscall.SIGQUIT); err != nil && !errors.Is(err, os.ErrProcessDone) {
			return fmt.Errorf("end postgres: %w", err)
		}
		<-c.exited
	}
	c.cmd = nil
	return nil
}

// Close ends the server and removes its folder.
func (c *Cluster) Close() error {
	err := c.Crash()
	if c.log != nil {
		err = errors.Join(err, c.log.Close())
	}
	if c.dir != "" {
		err = errors.Join(err, os.RemoveAll(c.dir))
	}
	return err
}

// URL returns the address of the cluster's database, for a user who may do
// everything.
func (c *Cluster) URL() string {
	return "postgres://" + superuser + "@/postgres?host=" + c.dir
}
