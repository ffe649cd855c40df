package bittorrent_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/anacrolix/torrent/bencode"
	"github.com/anacrolix/torrent/metainfo"

	"seeder/swarm"
	"seeder/swarm/swarmtest"
)

func marshal(info metainfo.Info) ([]byte, error) { return bencode.Marshal(info) }

// aria2 starts an unmodified aria2 (Debian package aria2), which must be
// installed, and returns what waits for its end.
func aria2(ctx context.Context, t *testing.T, args ...string) func() error {
	t.Helper()
	path, err := exec.LookPath("aria2c")
	if err != nil {
		t.Fatalf("aria2c is needed for this test (apt-get install aria2): %v", err)
	}
	args = append([]string{
		"--no-conf", "--enable-dht=false", "--enable-dht6=false", "--bt-enable-lpd=false",
		"--enable-peer-exchange=false", "--disable-ipv6", "--file-allocation=none",
		"--summary-interval=0", "--console-log-level=warn", "--interface=127.0.0.1",
	}, args...)
	cmd := exec.CommandContext(ctx, path, args...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatalf("start aria2: %v", err)
	}
	return func() error {
		if err := cmd.Wait(); err != nil {
			return fmt.Errorf("%w: %s", err, out.String())
		}
		return nil
	}
}

// freePort returns a port that was free a moment ago, and that the system gives
// to nobody who does not ask for this one.
func freePort(t *testing.T) int {
	t.Helper()
	for {
		port := 10_000 + rand.IntN(16_000) // below those for port 0
		l, err := net.Listen("tcp4", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
		if err != nil {
			continue // somebody has it
		}
		_ = l.Close()
		return port
	}
}

// TestAria2 has aria2 download a generation from our seeder by its magnet
// link, and then, our seeder being closed, seed it to one of our members.
func TestAria2(t *testing.T) {
	t.Parallel()
	ctx := within(t, 60*time.Second)
	owner, member := start(t), start(t)
	archives := swarmtest.NewArchives(1, 0, 5, pl, 2*pl, 40*pl+3)
	ref := owner.seed(ctx, t, archives...)
	dir := t.TempDir()
	port := freePort(t)

	// aria2 knows no x.pe; our seeder dials it.
	owner.AddPeers(c1, net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	wait := aria2(ctx, t, "--dir="+dir, "--seed-time=0", "--bt-save-metadata=true",
		"--listen-port="+strconv.Itoa(port), ref.Magnet())
	if err := wait(); err != nil {
		t.Fatalf("aria2 downloads: %v", err)
	}
	g := swarmtest.Generation(c1, archives...)
	var data bytes.Buffer
	if err := owner.files.WriteData(ctx, &data, c1, g.Files); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string][]byte{"data": data.Bytes(), "index": g.Index} {
		got, err := os.ReadFile(filepath.Join(dir, c1.String(), name))
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("aria2 has another %s: %v", name, err)
		}
	}
	torrent := owner.files.TorrentPath(c1, ref.InfoHash)
	if err := owner.Close(); err != nil {
		t.Fatalf("close owner: %v", err)
	}

	seeding, stop := context.WithCancel(ctx)
	defer stop()
	wait = aria2(seeding, t, "--dir="+dir, "--seed-ratio=0", "--check-integrity=true",
		"--listen-port="+strconv.Itoa(port), torrent)
	ref.Peers = []string{net.JoinHostPort("127.0.0.1", strconv.Itoa(port))}
	member.fetch(ctx, t, ref, archives...)
	stop()
	var exit *exec.ExitError
	if err := wait(); err != nil && !errors.As(err, &exit) {
		t.Errorf("aria2 seeds: %v", err)
	}
	var stored swarm.Pieces
	stored, err := member.files.Pieces(c1, archives[4].ID)
	if err != nil || stored.Raw != 40*pl+3 {
		t.Errorf("stored %d bytes: %v", stored.Raw, err)
	}
}
