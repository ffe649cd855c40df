package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"seeder/catalog"
	"seeder/config"
	"seeder/daemon"
	"seeder/ingest"
	"seeder/message"
	"seeder/node"
	"seeder/signer"
	"seeder/store"
)

func TestExitCodes(t *testing.T) {
	tests := []struct {
		err  error
		want int
	}{
		{nil, exitDone},
		{errors.New("x"), exitFailed},
		{context.Canceled, exitFailed},
		{daemon.ErrRunning, exitFailed},
		{usage("", "x"), exitUsage},
		{&config.Error{Err: config.ErrValue}, exitUsage},
		{message.ErrCommunityID, exitUsage},
		{signer.ErrKey, exitUsage},
		{store.ErrNotFound, exitNotFound},
		{signer.ErrNoKey, exitNotFound},
		{fs.ErrNotExist, exitNotFound},
		{fail(exitNotFound, "", "x: %w", errors.New("y")), exitNotFound},
		{fail(exitRefused, "", "x"), exitRefused},
		{&ingest.LineError{Line: 1, Err: ingest.ErrSyntax}, exitRefused},
		{&ingest.LineError{Line: 1, Err: ingest.ErrField}, exitRefused},
		{&ingest.LineError{Line: 1, Err: ingest.ErrLineTooLong}, exitRefused},
		{&ingest.LineError{Line: 1, Err: io.ErrUnexpectedEOF}, exitFailed},
		{fail(exitUnreachable, "", "x"), exitUnreachable},
	}
	for _, tt := range tests {
		if got := exitCode(tt.err); got != tt.want {
			t.Errorf("exit code of %v = %d, want %d", tt.err, got, tt.want)
		}
		if tt.err == nil {
			continue
		}
		if got := exitCode(fmt.Errorf("while testing: %w", tt.err)); got != tt.want {
			t.Errorf("exit code of %v, wrapped, = %d, want %d", tt.err, got, tt.want)
		}
	}
}

func TestReport(t *testing.T) {
	tests := []struct {
		name string
		err  error
		want string
	}{
		{"plain", errors.New("disk is full"), "seeder: disk is full\n"},
		{"with a hint", usage("do that", "wrong"), "seeder: wrong\nhint: do that\n"},
		{"with a known cause", fmt.Errorf("start: %w", daemon.ErrRunning),
			"seeder: start: another seeder uses this data folder\nhint: stop the other one, or give this one another folder with --data-dir\n"},
		{"interrupted", fmt.Errorf("read: %w", context.Canceled), "seeder: interrupted\n"},
		{"several", errors.Join(usage("do a", "a"), errors.Join(errors.New("b"), nil)), "seeder: a\nhint: do a\nseeder: b\n"},
		{"several with a text of their own", fmt.Errorf("x: %w, %w", errors.New("a"), errors.New("b")), "seeder: x: a, b\n"},
		{"unreadable", signer.ErrUnreadable, "seeder: key file cannot be read by this user\nhint: give the file to the user of the node: chown, and chmod 600\n"},
		{"exposed", signer.ErrExposed, "seeder: key file is open to other users\nhint: make the file yours alone: chmod 600\n"},
		{"newer", store.ErrNewerSchema, "seeder: database was written by a newer version\nhint: use the newer version of seeder that wrote it\n"},
		{"permission", fs.ErrPermission, "seeder: permission denied\nhint: give this user access, or use another folder with --data-dir\n"},
		{"no key", signer.ErrNoKey, "seeder: no key of this community\nhint: `seeder key list` shows the keys there are\n"},
	}
	for _, tt := range tests {
		var out bytes.Buffer
		report(&out, tt.err)
		if out.String() != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, out.String(), tt.want)
		}
	}
}

func TestProgressCountsWhatPasses(t *testing.T) {
	var out buffer
	p := newProgress(&out, "copy", 11)
	var copied bytes.Buffer
	if _, err := io.Copy(progressWriter{&copied, p}, strings.NewReader("hello ")); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(progressReader{strings.NewReader("world"), p}); err != nil {
		t.Fatal(err)
	}
	p.Done()
	if got := p.done.Load(); got != 11 || copied.String() != "hello " {
		t.Errorf("%d bytes counted, want 11; copied %q", got, copied.String())
	}
}

func TestTexts(t *testing.T) {
	for _, tt := range []struct{ got, want string }{
		{statesText(nil, 5), "none"},
		{statesText(map[store.ArchiveState]int{store.Listed: 2, store.Imported: 3}, 2_500_000), "3 imported, 2 listed, 2.4 MiB"},
		{millisText(1704067200000), "2024-01-01 00:00:00 UTC"},
		{millisText(1 << 60), "clock 1152921504606846976"},
		{secondsText(1704067200), "2024-01-01 00:00:00 UTC"},
		{sentText(&node.Announced{Own: true}), ", not sent yet: no peer took it"},
		{sentText(&node.Announced{}), ""},
		{catalog.InfoHash("magnet:?xt=urn:btih:615a3600fe3766e4660022c00dcea066d2e3d82d"), "615a3600fe3766e4660022c00dcea066d2e3d82d"},
		{catalog.InfoHash("nonsense"), ""},
		{orDash[int](nil), "-"},
		{orDash(nonEmpty("x")), "x"},
		{orDash(nonEmpty("")), "-"},
	} {
		if tt.got != tt.want {
			t.Errorf("%q, want %q", tt.got, tt.want)
		}
	}
}

// start runs the program in a process of its own.
func start(t *testing.T, args ...string) (*exec.Cmd, *buffer) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	var errs buffer
	cmd := exec.CommandContext(t.Context(), self, args...)
	cmd.Args[0] = "seeder"
	cmd.Stderr = &errs
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, &errs
}

func TestSignalsEndARun(t *testing.T) {
	for name, sig := range map[string]os.Signal{"interrupt": os.Interrupt, "terminate": syscall.SIGTERM} {
		t.Run(name, func(t *testing.T) {
			isolated(t)
			dir := t.TempDir()
			cmd, errs := start(t, "run", "--data-dir", dir, "--waku-listen=127.0.0.1:0", "--swarm-listen=127.0.0.1:0", "--swarm-dht=false",
				"--swarm-trackers=", "--waku-cluster=77")
			cfg := config.Config{DataDir: dir}
			for end := time.Now().Add(deadline); ; time.Sleep(10 * time.Millisecond) {
				if _, err := daemon.ReadNodeFile(cfg); err == nil {
					break
				} else if time.Now().After(end) {
					t.Fatalf("no daemon: %v\n%s", err, errs)
				}
			}
			if err := cmd.Process.Signal(sig); err != nil {
				t.Fatal(err)
			}
			if err := cmd.Wait(); err != nil {
				t.Errorf("the run ends with %v:\n%s", err, errs)
			}
			if _, err := os.Stat(cfg.NodeFile()); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("node file is left: %v", err)
			}
		})
	}
}

func TestInterruptedIngestStoresNothing(t *testing.T) {
	isolated(t)
	var out, errs buffer
	if code := <-command(t.Context(), &out, &errs, "community", "create", "--name=Garden"); code != exitDone {
		t.Fatalf("exit code %d:\n%s", code, &errs)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	line := []byte(`{"timestamp":1704067200,"channel":"general","text":"x"}` + "\n")
	var errs2 buffer
	a := &app{in: &cancelling{line: line, cancel: cancel}, out: io.Discard, err: &errs2, clock: fixedClock}
	if code := a.execute(ctx, []string{"ingest", "Garden"}); code != exitFailed {
		t.Errorf("exit code %d, want %d:\n%s", code, exitFailed, &errs2)
	}
	var status buffer
	if code := <-command(t.Context(), &status, &errs, "status", "Garden"); code != exitDone || !strings.Contains(status.String(), "0 pending") {
		t.Errorf("exit code %d, status:\n%s", code, &status)
	}
}

// TestInterruptedWhileNobodyTypes waits for input that never comes.
func TestInterruptedWhileNobodyTypes(t *testing.T) {
	isolated(t)
	var out, errs buffer
	if code := <-command(t.Context(), &out, &errs, "community", "create", "--name=Garden"); code != exitDone {
		t.Fatalf("exit code %d:\n%s", code, &errs)
	}
	for _, args := range [][]string{{"ingest", "Garden"}, {"key", "import"}} {
		ctx, cancel := context.WithCancel(t.Context())
		in := &silent{asked: make(chan struct{}), never: t.Context().Done()}
		var errs buffer
		a := &app{in: in, out: io.Discard, err: &errs, clock: fixedClock}
		ended := make(chan int, 1)
		go func() { ended <- a.execute(ctx, args) }()
		<-in.asked
		cancel()
		select {
		case code := <-ended:
			if code != exitFailed || errs.String() != "seeder: interrupted\n" {
				t.Errorf("%v: exit code %d:\n%s", args, code, &errs)
			}
		case <-time.After(deadline):
			t.Fatalf("%v goes on waiting for input", args)
		}
	}
	if left, err := filepath.Glob(filepath.Join(config.Default().DataDir, "ingest-*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// silent is input that nobody gives.
type silent struct {
	asked chan struct{}
	never <-chan struct{}
}

func (s *silent) Read([]byte) (int, error) {
	close(s.asked)
	<-s.never
	return 0, io.EOF
}

// cancelling yields a line, and ends the command when the next one is read.
type cancelling struct {
	line   []byte
	cancel func()
	n      int
}

func (c *cancelling) Read(p []byte) (int, error) {
	if c.n++; c.n > 1 {
		c.cancel()
	}
	return copy(p, c.line), nil
}

var fixedClock = fixed{}

type fixed struct{}

func (fixed) Now() time.Time { return time.Unix(1704067200, 0) }

func TestPortInUseHasAHint(t *testing.T) {
	err := fmt.Errorf("start BitTorrent: %w", &net.OpError{Op: "listen", Err: os.NewSyscallError("bind", syscall.EADDRINUSE)})
	if hint := hintOf(err); !strings.Contains(hint, "--swarm-listen") || !strings.Contains(hint, "--api-listen") {
		t.Errorf("hint %q", hint)
	}
	err = fmt.Errorf("start BitTorrent: %w", &net.OpError{Op: "listen", Err: os.NewSyscallError("bind", syscall.EACCES)})
	if hint := hintOf(err); !strings.Contains(hint, "1024") || strings.Contains(hint, "--data-dir") {
		t.Errorf("hint %q of a port that is for root", hint)
	}
}
