// Package leaktest tells whether goroutines run on when tests have ended. It
// looks as goleak does, which gives up after half a second, for longer: on a busy
// machine the last ones of a library take their time.
package leaktest

import (
	"fmt"
	"os"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// patience is how long goroutines may take to end.
const patience = 30 * time.Second

// Find waits until no goroutine is left but the caller's and those that opts
// leave out. The error names those that do not end.
func Find(opts ...goleak.Option) error {
	late := time.Now().Add(patience)
	for {
		err := goleak.Find(opts...)
		if err == nil || time.Now().After(late) {
			return err
		}
	}
}

// None fails the test when goroutines are left.
func None(t testing.TB, opts ...goleak.Option) {
	t.Helper()
	if err := Find(opts...); err != nil {
		t.Error(err)
	}
}

// Main runs the tests of a package and ends the process, with an error when a
// test fails or goroutines are left.
func Main(m *testing.M, opts ...goleak.Option) {
	code := m.Run()
	if code == 0 {
		if err := Find(opts...); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}
