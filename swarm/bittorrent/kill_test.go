package bittorrent_test

import (
	"context"
	"encoding/hex"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"seeder/swarm"
	"seeder/swarm/bittorrent"
	"seeder/swarm/swarmtest"
)

// The test binary runs itself as a member that is killed.
const (
	killFolder = "SEEDER_TEST_KILL_FOLDER"
	killHash   = "SEEDER_TEST_KILL_INFOHASH"
	killPeer   = "SEEDER_TEST_KILL_PEER"
)

func TestMain(m *testing.M) {
	if folder := os.Getenv(killFolder); folder != "" {
		os.Exit(fetchUntilKilled(folder))
	}
	// Most of the time nodes wait for limits and for each other, so more tests run at
	// once than there are processors. The command line may say otherwise. Tests that
	// follow a plan of faults, count goroutines or cancel a download in time run alone.
	if err := flag.Set("test.parallel", "8"); err != nil {
		panic(err)
	}
	flag.Parse()
	os.Exit(m.Run())
}

func fetchUntilKilled(folder string) int {
	s, err := bittorrent.New(bittorrent.Options{Files: swarm.NewFiles(folder), Listen: "127.0.0.1:0"})
	if err != nil {
		return 1
	}
	hash, err := hex.DecodeString(os.Getenv(killHash))
	if err != nil {
		return 1
	}
	ref := swarm.Ref{Community: c1, InfoHash: swarm.InfoHash(hash), Peers: []string{os.Getenv(killPeer)}}
	if err := s.Fetch(context.Background(), ref, &swarmtest.Receiver{}); err != nil {
		return 1
	}
	select {} // until killed
}

// TestKill kills a member with SIGKILL while it downloads, and goes on in
// another process: what was saved is neither fetched nor hashed again.
func TestKill(t *testing.T) {
	t.Parallel()
	ctx := within(t, 60*time.Second)
	owner := start(t)
	archives := swarmtest.NewArchives(1, 30_000_000, 30_000_000, 30_000_000, 30_000_000)
	ref := owner.seed(ctx, t, archives...)
	folder := t.TempDir()
	cmd := exec.CommandContext(ctx, os.Args[0])
	cmd.Env = append(os.Environ(), killFolder+"="+folder,
		killHash+"="+hex.EncodeToString(ref.InfoHash[:]), killPeer+"="+ref.Peers[0])
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	files := swarm.NewFiles(folder)
	eventually(ctx, t, "an archive in place", func() bool {
		ids, err := files.List(c1)
		return err == nil && len(ids) > 0
	})
	if err := cmd.Process.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // killed

	if err := files.Sweep(); err != nil {
		t.Fatalf("sweep: %v", err)
	}
	saved := savedBytes(t, files, archives)
	member := node{newNode(t, files), files}
	member.fetch(ctx, t, ref, archives...)
	st := member.Stats(c1)
	const slack = 4 * pl
	var total int64 = 4*30_003_200 + 1<<10
	if st.DownloadedBytes > total-saved+slack || st.HashedBytes > total-saved+slack {
		t.Errorf("%d of %d bytes were saved, yet %d fetched and %d hashed", saved, total, st.DownloadedBytes, st.HashedBytes)
	}
	if saved < 30_000_000 {
		t.Errorf("only %d bytes were saved", saved)
	}
}

// savedBytes counts what a killed download left in archives in place.
func savedBytes(t *testing.T, files *swarm.Files, archives []swarmtest.Archive) (n int64) {
	t.Helper()
	for _, a := range archives {
		if p, err := files.Pieces(c1, a.ID); err == nil {
			n += int64(p.Raw)
		}
	}
	left, err := filepath.Glob(filepath.Join(files.Dir(c1), "archives", "*.tmp"))
	if err != nil || len(left) != 0 {
		t.Errorf("not swept: %v, %v", left, err)
	}
	return n
}
