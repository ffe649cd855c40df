package hoststate

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"

	"seeder/internal/hoststate/hosttest"
	"seeder/internal/leaktest"
)

const (
	upower  = hosttest.UPower
	network = hosttest.NetworkManager
)

// beService is set in a process that the bus has started as UPower.
const beService = "HOSTSTATE_TEST_SERVICE"

func TestMain(m *testing.M) {
	if address := os.Getenv(beService); address != "" {
		serveAndWait(address)
		return
	}
	leaktest.Main(m)
}

// serveAndWait is UPower on battery until the bus ends.
func serveAndWait(address string) {
	conn, err := dbus.Connect(address)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	if _, err := hosttest.Export(conn, upower, "OnBattery", true); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	<-conn.Context().Done()
}

// newBus prepares a bus that this process takes for the system's.
func newBus(t *testing.T) *hosttest.Bus {
	t.Helper()
	b := hosttest.NewBus(t)
	t.Setenv("DBUS_SYSTEM_BUS_ADDRESS", b.Address)
	return b
}

// watch follows the bus until the test ends.
func watch(t *testing.T) *Watcher {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	w := Watch(ctx, slog.New(slog.DiscardHandler))
	t.Cleanup(func() {
		cancel()
		w.Wait()
		if got := w.State(); got != (State{}) {
			t.Errorf("after the end the state is %v", got)
		}
	})
	return w
}

// await waits until the state is the wanted one.
func await(t *testing.T, w *Watcher, want State) {
	t.Helper()
	deadline := time.NewTimer(30 * time.Second)
	defer deadline.Stop()
	for {
		changed := w.Changed()
		got := w.State()
		if got == want {
			return
		}
		select {
		case <-changed:
		case <-deadline.C:
			t.Fatalf("state is %v, want %v", got, want)
		}
	}
}
