package e2e

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	_ "net/http/pprof" // a node inside the test program can be profiled
	"os"
	"os/signal"
	"runtime/pprof"
	"syscall"
	"time"

	"seeder/config"
	"seeder/daemon"
	"seeder/internal/clock"
)

const (
	// insideVariable makes the test program a node with the configuration it names.
	insideVariable = "E2E_INSIDE"
	profileAddr    = "127.0.0.1:26889"
)

// runInside is `seeder run` in the test program, where it can be profiled.
func runInside(path string) int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	go func() { // ends with the process
		fmt.Fprintln(os.Stderr, http.ListenAndServe(profileAddr, nil))
	}()
	if err := profileStart(); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	loaded, err := config.Load(path, nil)
	if err == nil {
		var d *daemon.Daemon
		d, err = daemon.New(ctx, daemon.Options{
			Config: loaded.Config, Logger: slog.New(slog.NewTextHandler(os.Stderr, nil)), Clock: clock.System{}, Version: "inside",
		})
		if err == nil {
			err = d.Run(ctx)
			_ = d.Close()
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// startVariable names a file for a profile of the first seconds.
const startVariable = "E2E_PROFILE_START"

func profileStart() error {
	path := os.Getenv(startVariable)
	if path == "" {
		return nil
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return err
	}
	time.AfterFunc(startProfiled, pprof.StopCPUProfile)
	return nil
}

const startProfiled = 12 * time.Second
