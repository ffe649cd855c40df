package main

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
)

// readingTerminal returns what comes out of a terminal; call the function once nobody
// writes any more.
func readingTerminal(t *testing.T, end, tty *os.File) (out *buffer, wait func()) {
	t.Helper()
	out = &buffer{}
	done := make(chan struct{})
	go func() { // ends when the last one that has the terminal open closes it
		defer close(done)
		b := make([]byte, 4096)
		for {
			n, err := end.Read(b)
			_, _ = out.Write(b[:n])
			if err != nil {
				return
			}
		}
	}()
	return out, func() {
		_ = tty.Close()
		<-done
	}
}

func awaitText(t *testing.T, out *buffer, wants ...string) {
	t.Helper()
	for _, want := range wants {
		for limit := time.Now().Add(deadline); !strings.Contains(out.String(), want); time.Sleep(10 * time.Millisecond) {
			if time.Now().After(limit) {
				t.Fatalf("no %q in %q", want, out.String())
			}
		}
	}
}

func TestStepsOnATerminal(t *testing.T) {
	t.Setenv("TERM", "xterm")
	end, tty := newTerminal(t, 100, 24)
	out, wait := readingTerminal(t, end, tty)
	s := newSteps(tty)
	if !s.Drawn() {
		t.Fatal("no bar on a terminal")
	}
	fmt.Fprintln(s, "before the bar")
	s.set("replay", 3, 12, "no\x1bspace")
	awaitText(t, out, "before the bar", "replay 3 of 12", `no\x1bspace`)
	fmt.Fprintln(s, "above the bar")
	s.set("replay", 12, 12, "")
	awaitText(t, out, "above the bar", "replay 12 of 12")
	s.set("audit", 1, 0, "")
	awaitText(t, out, "audit")
	s.Close()
	s.set("audit", 2, 0, "")
	fmt.Fprintln(s, "after the bar")
	wait()
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if last := lines[len(lines)-1]; !strings.HasSuffix(last, "after the bar") || strings.Contains(last, "audit") {
		t.Errorf("the terminal ends with %q", last)
	}
}

func TestStepsElsewhere(t *testing.T) {
	var out bytes.Buffer
	s := newSteps(&out)
	s.set("replay", 3, 12, "")
	fmt.Fprintln(s, "a line")
	s.Close()
	if s.Drawn() || out.String() != "a line\n" {
		t.Errorf("%q", out.String())
	}
	_, tty := newTerminal(t, 80, 24)
	t.Setenv("TERM", "dumb")
	if newSteps(tty).Drawn() {
		t.Error("a bar on a terminal that cannot redraw")
	}
}
