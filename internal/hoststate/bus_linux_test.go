package hoststate

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
	"github.com/godbus/dbus/v5/prop"
	"go.uber.org/goleak"
)

const (
	upower  = "org.freedesktop.UPower"
	network = "org.freedesktop.NetworkManager"
)

// beService is set in a process that the bus has started as UPower.
const beService = "HOSTSTATE_TEST_SERVICE"

func TestMain(m *testing.M) {
	if address := os.Getenv(beService); address != "" {
		serveAndWait(address)
		return
	}
	goleak.VerifyTestMain(m)
}

// serveAndWait is UPower on battery until the bus ends.
func serveAndWait(address string) {
	conn, err := dbus.Connect(address)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	if _, err := export(conn, upower, "OnBattery", true); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	<-conn.Context().Done()
}

// bus is a message bus of this test alone, in the place of the system's.
type bus struct {
	dir, address string
	process      *exec.Cmd
}

// newBus prepares a bus that does not run yet.
func newBus(t *testing.T) *bus {
	t.Helper()
	dir, err := os.MkdirTemp("", "bus") //nolint:usetesting // short: the name of a socket has 108 bytes at most
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	b := &bus{dir: dir, address: "unix:path=" + filepath.Join(dir, "socket")}
	config := `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <listen>` + b.address + `</listen>
  <servicedir>` + dir + `</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>`
	if err := os.WriteFile(filepath.Join(dir, "bus.conf"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("DBUS_SYSTEM_BUS_ADDRESS", b.address)
	t.Cleanup(func() { b.stop() })
	return b
}

// start runs the bus; it takes connections when start returns.
func (b *bus) start(t *testing.T) {
	t.Helper()
	_ = os.Remove(filepath.Join(b.dir, "socket")) // of one that was killed
	b.process = exec.Command("dbus-daemon", "--config-file="+filepath.Join(b.dir, "bus.conf"), "--nofork", "--print-address")
	out, err := b.process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := b.process.Start(); err != nil {
		t.Fatalf("start the bus (package dbus-daemon): %v", err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || !strings.HasPrefix(line, "unix:") {
		t.Fatalf("the bus says %q: %v", line, err)
	}
}

// stop kills the bus.
func (b *bus) stop() {
	if b.process != nil {
		_ = b.process.Process.Kill()
		_ = b.process.Wait()
		b.process = nil
	}
}

func (b *bus) connect(t *testing.T) *dbus.Conn {
	t.Helper()
	conn, err := dbus.Connect(b.address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// export puts a service with one property on the bus.
func export(conn *dbus.Conn, service, property string, value any) (*prop.Properties, error) {
	path := dbus.ObjectPath("/" + strings.ReplaceAll(service, ".", "/"))
	props, err := prop.Export(conn, path, prop.Map{service: {
		property: {Value: value, Emit: prop.EmitTrue},
		"Other":  {Value: "", Emit: prop.EmitTrue},
	}})
	if err != nil {
		return nil, err
	}
	return props, own(conn, service)
}

func own(conn *dbus.Conn, service string) error {
	reply, err := conn.RequestName(service, dbus.NameFlagDoNotQueue)
	if err == nil && reply != dbus.RequestNameReplyPrimaryOwner {
		err = fmt.Errorf("name %s is taken", service)
	}
	return err
}

// serve puts a service on the bus, over a connection of its own.
func (b *bus) serve(t *testing.T, service, property string, value any) (*dbus.Conn, *prop.Properties) {
	t.Helper()
	conn := b.connect(t)
	props, err := export(conn, service, property, value)
	if err != nil {
		t.Fatal(err)
	}
	return conn, props
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
