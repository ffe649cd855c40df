// Command seeder keeps the history of chat communities available without
// servers: it archives, seeds, fetches and checks it.
//
// A command is a file cmd_<name>.go. Results go to standard output, as text or
// JSON; progress, logs and errors go to standard error. An error is printed as
// "seeder: what failed", and "hint: what to do" where there is something to do.
// Exit codes are those of [exitCode].
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"seeder/internal/clock"
)

//go:generate go test . -count=1 -run TestOutputReference -update-output

// version is set by the linker.
var version = ""

func main() { os.Exit(run()) }

func run() int {
	ctx, stop := interruptible()
	defer stop()
	a := &app{in: os.Stdin, out: os.Stdout, err: os.Stderr, clock: clock.System{}, version: buildVersion()}
	return a.execute(ctx, os.Args[1:])
}

// interruptible returns a context that the first SIGINT or SIGTERM ends; the
// second one ends the process at once.
func interruptible() (context.Context, func()) {
	ctx, cancel := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 2)
	done := make(chan struct{})
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		for n := 0; ; n++ {
			select {
			case <-done:
				return
			case <-signals:
			}
			if n > 0 {
				os.Exit(exitFailed)
			}
			cancel()
		}
	}()
	return ctx, func() {
		signal.Stop(signals)
		close(done)
		cancel()
	}
}
