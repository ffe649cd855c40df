package nat_test

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"

	"seeder/internal/nat"
)

// atHome is set in the process that runs in the home network.
const atHome = "SEEDER_TEST_AT_HOME"

// TestRealRouter has miniupnpd forward a port, and a host beyond it connect. It
// needs root, iptables, and SEEDER_MINIUPNPD=PATH, and nobody names the router.
func TestRealRouter(t *testing.T) {
	daemon := os.Getenv("SEEDER_MINIUPNPD")
	if daemon == "" {
		t.Skip("SEEDER_MINIUPNPD does not name a router")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, protocol := range []string{"NAT-PMP", "UPnP"} {
		t.Run(protocol, func(t *testing.T) {
			cmd := exec.CommandContext(t.Context(), "bash", "testdata/router.sh", daemon, protocol, self, "-test.run=^TestAtHome$")
			cmd.Env = append(os.Environ(), atHome+"="+protocol)
			out, err := cmd.CombinedOutput()
			t.Logf("%s", out)
			if err != nil || !strings.Contains(string(out), "reached from outside at 81.2.69.160:") {
				t.Errorf("not reached: %v", err)
			}
		})
	}
}

// TestAtHome is the other side of TestRealRouter: with the options of a node,
// it has its port forwarded, and answers who connects.
func TestAtHome(t *testing.T) {
	if os.Getenv(atHome) == "" {
		t.Skip("runs within another test")
	}
	l, err := net.Listen("tcp4", "0.0.0.0:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	port := uint16(l.Addr().(*net.TCPAddr).Port)
	m := nat.Start(nat.Options{Ports: []nat.Port{{Protocol: nat.TCP, Number: port}, {Protocol: nat.UDP, Number: port}}})
	defer m.Close()
	eventually(t, "ports are forwarded", func() bool { return m.State().External(nat.TCP, port).IsValid() })
	if s := m.State(); s.Protocol != os.Getenv(atHome) || s.Error != "" || len(s.Mappings) != 2 {
		t.Errorf("%+v", s)
	}
	w := bufio.NewWriter(os.Stdout)
	fmt.Fprintf(w, "reached at %s\n", m.State().External(nat.TCP, port))
	_ = w.Flush()
	conn, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintln(conn, "hello")
	_ = conn.Close()
}
