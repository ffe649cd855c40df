//go:build linux

// Package hosttest runs message buses in the place of the system's, with
// services on them that say what a test wants.
package hosttest

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/godbus/dbus/v5"
	"github.com/godbus/dbus/v5/prop"
)

// Names of the services that tell about battery and network.
const (
	UPower         = "org.freedesktop.UPower"
	NetworkManager = "org.freedesktop.NetworkManager"
)

// Bus is a message bus of one test, for the place of the system's.
type Bus struct {
	// Dir is where .service files tell the bus what it can start, Address what
	// DBUS_SYSTEM_BUS_ADDRESS is to be.
	Dir, Address string

	process *exec.Cmd
}

// NewBus prepares a bus that does not run yet; it ends with the test.
func NewBus(t *testing.T) *Bus {
	t.Helper()
	dir, err := os.MkdirTemp("", "bus") //nolint:usetesting // short: the name of a socket has 108 bytes at most
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	b := &Bus{Dir: dir, Address: "unix:path=" + filepath.Join(dir, "socket")}
	config := `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <listen>` + b.Address + `</listen>
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
	t.Cleanup(b.Stop)
	return b
}

// Start runs the bus; it takes connections when Start returns.
func (b *Bus) Start(t *testing.T) {
	t.Helper()
	_ = os.Remove(filepath.Join(b.Dir, "socket")) // of one that was killed
	b.process = exec.Command("dbus-daemon", "--config-file="+filepath.Join(b.Dir, "bus.conf"), "--nofork", "--print-address")
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

// Stop kills the bus, if it runs.
func (b *Bus) Stop() {
	if b.process != nil {
		_ = b.process.Process.Kill()
		_ = b.process.Wait()
		b.process = nil
	}
}

// Connect makes a connection that lasts until the test ends.
func (b *Bus) Connect(t *testing.T) *dbus.Conn {
	t.Helper()
	conn, err := dbus.Connect(b.Address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// Export puts a service with one property, and one that says nothing, on a bus.
func Export(conn *dbus.Conn, service, property string, value any) (*prop.Properties, error) {
	path := dbus.ObjectPath("/" + strings.ReplaceAll(service, ".", "/"))
	props, err := prop.Export(conn, path, prop.Map{service: {
		property: {Value: value, Emit: prop.EmitTrue},
		"Other":  {Value: "", Emit: prop.EmitTrue},
	}})
	if err != nil {
		return nil, err
	}
	return props, Own(conn, service)
}

// Own gives a connection the name of a service.
func Own(conn *dbus.Conn, service string) error {
	reply, err := conn.RequestName(service, dbus.NameFlagDoNotQueue)
	if err == nil && reply != dbus.RequestNameReplyPrimaryOwner {
		err = fmt.Errorf("name %s is taken", service)
	}
	return err
}

// Serve puts a service on the bus, over a connection of its own.
func (b *Bus) Serve(t *testing.T, service, property string, value any) (*dbus.Conn, *prop.Properties) {
	t.Helper()
	conn := b.Connect(t)
	props, err := Export(conn, service, property, value)
	if err != nil {
		t.Fatal(err)
	}
	return conn, props
}
