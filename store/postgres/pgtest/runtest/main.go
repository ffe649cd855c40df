// Command runtest runs a command beside a throw-away PostgreSQL server:
//
//	go run ./store/postgres/pgtest/runtest seeder demo --database '{}'
//
// In the arguments {} stands for the server's address, which the environment
// variable SEEDER_TEST_POSTGRES_URL holds, too. When that variable is set
// already, the server it names is used. The exit code is that of the command.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"

	"seeder/store/postgres/pgtest"
)

func main() {
	if len(os.Args) < 2 {
		_, _ = fmt.Fprintln(os.Stderr, "usage: runtest COMMAND [ARGUMENT]...")
		os.Exit(2)
	}
	if err := run(os.Args[1:]); err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			os.Exit(exit.ExitCode())
		}
		_, _ = fmt.Fprintln(os.Stderr, "runtest:", err)
		os.Exit(1)
	}
}

func run(args []string) (err error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	address := os.Getenv(pgtest.URLVariable)
	if address == "" {
		c, failed := pgtest.Start(ctx)
		if failed != nil {
			return fmt.Errorf("start PostgreSQL: %w", failed)
		}
		defer func() { err = errors.Join(err, c.Close()) }()
		address = c.URL()
	}
	for i := range args {
		args[i] = strings.ReplaceAll(args[i], "{}", address)
	}
	cmd := exec.CommandContext(ctx, args[0], args[1:]...) //nolint:gosec // what it is for
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.Env = append(os.Environ(), pgtest.URLVariable+"="+address)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	return cmd.Run()
}
