package daemon_test

import (
	"net"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"seeder/message"
	"seeder/store"
)

// manager is a service manager that hears what a daemon says.
type manager struct {
	mu   sync.Mutex
	said []string
}

func listenAsManager(t *testing.T) *manager {
	t.Helper()
	path := filepath.Join(t.TempDir(), "notify")
	conn, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("NOTIFY_SOCKET", path)
	m := &manager{}
	done := make(chan struct{})
	t.Cleanup(func() { _ = conn.Close(); <-done })
	go func() {
		defer close(done)
		b := make([]byte, 4096)
		for {
			n, err := conn.Read(b)
			if err != nil {
				return
			}
			m.mu.Lock()
			m.said = append(m.said, strings.Split(string(b[:n]), "\n")...)
			m.mu.Unlock()
		}
	}()
	return m
}

// heard counts the lines that begin so.
func (m *manager) heard(line string) (n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, s := range m.said {
		if strings.HasPrefix(s, line) {
			n++
		}
	}
	return n
}

func TestServiceManagerIsTold(t *testing.T) {
	m := listenAsManager(t)
	t.Setenv("WATCHDOG_USEC", "1000000")
	opts := options(t)
	opts.Notify = true
	reloadable(&opts)
	join(t, opts.Config, message.CommunityID{0: 2, 32: 9}, store.RoleMember)
	d := start(t, opts)
	if m.heard("READY=1") != 0 {
		t.Error("it is ready before it runs")
	}
	end := run(t, d)
	eventually(t, "it is ready and says what it does", func() bool {
		return m.heard("READY=1") == 1 && m.heard("STATUS=1 community, 0 peers") == 1
	})
	eventually(t, "the watchdog hears it", func() bool { return m.heard("WATCHDOG=1") > 2 })
	if _, err := d.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	eventually(t, "it was reloading and is ready", func() bool {
		return m.heard("RELOADING=1") == 1 && m.heard("MONOTONIC_USEC=") == 1 && m.heard("READY=1") == 2
	})
	end()
	eventually(t, "it was stopping", func() bool { return m.heard("STOPPING=1") == 1 })
}
