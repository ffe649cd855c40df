package bittorrent_test

import (
	"log/slog"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/anacrolix/torrent"
	"github.com/anacrolix/torrent/storage"

	"seeder/swarm"
	"seeder/swarm/bittorrent"
	"seeder/swarm/swarmtest"
)

func TestBitTorrent(t *testing.T) {
	t.Parallel()
	swarmtest.Run(t, swarmtest.Driver{
		New: func(t testing.TB, files *swarm.Files) swarm.Swarm {
			t.Helper()
			return newNode(t, files)
		},
		Raw: serveRaw,
	})
}

// newNode starts a node on loopback that nobody finds by itself. It hands archives over
// in the order wanted, however long one takes on a busy machine.
func newNode(t testing.TB, files *swarm.Files) *bittorrent.Swarm {
	t.Helper()
	return newNodeAt(t, files, "127.0.0.1:0")
}

func newNodeAt(t testing.TB, files *swarm.Files, listen string) *bittorrent.Swarm {
	t.Helper()
	s, err := bittorrent.New(bittorrent.Options{
		Files: files, Listen: listen,
		RedialMin: 50 * time.Millisecond, RedialMax: 500 * time.Millisecond, HoldBack: time.Hour,
		Logger: testLog(t),
	})
	if err != nil {
		t.Fatalf("start node: %v", err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close node: %v", err)
		}
	})
	return s
}

// testLog writes to the log of a test until that ends: goroutines of the library may
// outlive their client for a moment.
func testLog(t testing.TB) *slog.Logger {
	t.Helper()
	w := &logWriter{t: t}
	t.Cleanup(w.end)
	return slog.New(slog.NewTextHandler(w, nil))
}

type logWriter struct {
	t testing.TB

	mu    sync.Mutex
	ended bool
}

func (w *logWriter) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.ended {
		w.t.Logf("%s", p)
	}
	return len(p), nil
}

func (w *logWriter) end() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ended = true
}

// plainClient is the library as others use it, with its own storage.
func plainClient(t testing.TB, host string, change func(*torrent.ClientConfig)) *torrent.Client {
	t.Helper()
	cfg := torrent.NewDefaultClientConfig()
	cfg.ListenHost = func(string) string { return host }
	cfg.ListenPort = 0
	cfg.NoDHT, cfg.DisablePEX, cfg.DisableTrackers, cfg.DisableUTP, cfg.DisableIPv6 = true, true, true, true, true
	cfg.NoDefaultPortForwarding, cfg.DisableWebtorrent, cfg.DisableWebseeds = true, true, true
	cfg.Seed = true
	cfg.KeepAliveTimeout = 500 * time.Millisecond
	cfg.DefaultStorage = storage.NewFileOpts(storage.NewFileClientOpts{
		ClientBaseDir: t.TempDir(), PieceCompletion: storage.NewMapPieceCompletion(),
	})
	cfg.Slogger = slog.New(slog.DiscardHandler)
	if change != nil {
		change(cfg)
	}
	client, err := torrent.NewClient(cfg)
	if err != nil {
		t.Fatalf("start plain client: %v", err)
	}
	t.Cleanup(func() { client.Close() })
	return client
}

// serveRaw answers requests for the metadata of a torrent that no community
// has, whatever is in it.
func serveRaw(t testing.TB, info []byte) string {
	t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("listen: %v", err)
	}
	done := make(chan struct{})
	t.Cleanup(func() {
		_ = l.Close()
		<-done
	})
	go func() {
		defer close(done)
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = rawPeer(conn, info, nil) // it ends however the node likes
		}
	}()
	return l.Addr().String()
}
