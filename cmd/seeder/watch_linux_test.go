package main

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// newTerminal returns both ends of a pseudo-terminal with a size.
func newTerminal(t *testing.T, width, height uint16) (end, tty *os.File) {
	t.Helper()
	end, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = end.Close() })
	fd := int(end.Fd())
	number, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	if err := unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: height, Col: width}); err != nil {
		t.Fatal(err)
	}
	tty, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = tty.Close() })
	return end, tty
}

// watchOn runs `status --watch` on a terminal until it has drawn twice, and
// returns what it wrote after Ctrl-C.
func watchOn(t *testing.T, width, height uint16, env ...string) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	end, tty := newTerminal(t, width, height)
	cmd := exec.CommandContext(t.Context(), self, "status", "--watch", "--interval", "100ms")
	cmd.Args[0] = "seeder"
	var errs buffer
	cmd.Stdout, cmd.Stderr = tty, &errs
	cmd.Env = append(append(os.Environ(), "TERM=xterm"), env...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	out, wait := readingTerminal(t, end, tty)
	for limit := time.Now().Add(deadline); strings.Count(out.String(), clearBelow) < 2; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(limit) {
			t.Fatalf("not drawn: %q\n%s", out.String(), &errs)
		}
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil || errs.String() != "" {
		t.Errorf("it ends with %v: %s", err, &errs)
	}
	wait()
	return out.String()
}

func TestWatchOnATerminal(t *testing.T) {
	isolated(t)
	t.Setenv("NO_COLOR", "")
	got := watchOn(t, 100, 30)
	for _, want := range []string{enterScreen, home, clearRight, "\x1b[31mnot running\x1b[0m", "No communities yet", leaveScreen} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in %q", want, got)
		}
	}
	if _, after, _ := strings.Cut(got, leaveScreen); !strings.Contains(after, "not running") || !strings.HasSuffix(after, "\n") {
		t.Errorf("left behind: %q", after)
	}
}

func TestWatchWithoutColours(t *testing.T) {
	isolated(t)
	got := watchOn(t, 30, 4, "NO_COLOR=1")
	if strings.Contains(got, "\x1b[31m") || !strings.Contains(got, "daemon       not running") {
		t.Errorf("%q", got)
	}
	frame, _, _ := strings.Cut(got, clearBelow)
	if n := strings.Count(frame, "\n"); n != 3 {
		t.Errorf("%d lines on 4: %q", n+1, frame)
	}
}

// TestWatchIsResized makes the terminal of a watch small, long before it looks again.
func TestWatchIsResized(t *testing.T) {
	isolated(t)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	end, tty := newTerminal(t, 100, 30)
	cmd := exec.CommandContext(t.Context(), self, "status", "--watch", "--interval", "1h")
	cmd.Args[0] = "seeder"
	cmd.Stdout = tty
	cmd.Env = append(os.Environ(), "TERM=xterm", "NO_COLOR=1")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	out, wait := readingTerminal(t, end, tty)
	awaitText(t, out, clearBelow)
	if err := unix.IoctlSetWinsize(int(end.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 4, Col: 20}); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Process.Signal(unix.SIGWINCH); err != nil {
		t.Fatal(err)
	}
	awaitText(t, out, clearRight+"daemon       not ru…")
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
	wait()
	frames := strings.Split(out.String(), clearBelow)
	if n := strings.Count(frames[1], "\n"); n != 3 {
		t.Errorf("%d lines on 4: %q", n+1, frames[1])
	}
}

// TestRunPrintsTheDashboard looks for the link, which is for people at a terminal alone.
func TestRunPrintsTheDashboard(t *testing.T) {
	for _, people := range []bool{true, false} {
		isolated(t)
		self, err := os.Executable()
		if err != nil {
			t.Fatal(err)
		}
		cmd := exec.CommandContext(t.Context(), self, "run", "--data-dir", t.TempDir(), "--waku-listen=127.0.0.1:0", "--swarm-listen=127.0.0.1:0",
			"--swarm-dht=false", "--swarm-trackers=", "--waku-cluster=77")
		cmd.Args[0] = "seeder"
		var errs buffer
		out, wait := &buffer{}, func() {}
		cmd.Stdout, cmd.Stderr = out, &errs
		want := "\ndashboard  http://127.0.0.1:"
		if people {
			end, tty := newTerminal(t, 100, 30)
			out, wait = readingTerminal(t, end, tty)
			cmd.Stdout = tty
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		awaitText(t, out, want)
		if err := cmd.Process.Signal(os.Interrupt); err != nil {
			t.Fatal(err)
		}
		if err := cmd.Wait(); err != nil {
			t.Errorf("%v:\n%s", err, &errs)
		}
		wait()
		if got := strings.Count(out.String(), "/#token="); (got == 1) != people || strings.Contains(errs.String(), "token=") {
			t.Errorf("on a terminal: %t; the link is there %d times: %s%s", people, got, out, &errs)
		}
		if hint := strings.Contains(out.String(), ", `seeder dashboard` prints the link that logs in\n"); hint == people {
			t.Errorf("on a terminal: %t; said what prints the link: %t", people, hint)
		}
	}
}

func TestWatchOnATerminalThatCannotRedraw(t *testing.T) {
	_, tty := newTerminal(t, 80, 24)
	t.Setenv("TERM", "dumb")
	if newScreen(tty) != nil {
		t.Error("a dumb terminal is redrawn")
	}
	t.Setenv("TERM", "xterm")
	if s := newScreen(tty); s == nil {
		t.Error("a terminal is not redrawn")
	} else if w, h := s.dimensions(); w != 80 || h != 24 {
		t.Errorf("%d columns and %d lines", w, h)
	}
}
