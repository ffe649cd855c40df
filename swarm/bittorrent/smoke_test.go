package bittorrent_test

import (
	"context"
	"log/slog"
	"os"
	"testing"
	"time"

	"seeder/swarm"
	"seeder/swarm/bittorrent"
	"seeder/swarm/swarmtest"
)

func TestSmoke(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	mk := func() (*swarm.Files, *bittorrent.Swarm) {
		f := swarm.NewFiles(t.TempDir())
		s, err := bittorrent.New(bittorrent.Options{Files: f, Listen: "127.0.0.1:0", Logger: slog.New(slog.NewTextHandler(os.Stderr, nil))})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		return f, s
	}
	f1, s1 := mk()
	f2, s2 := mk()
	c := swarmtest.Community(1)
	as := swarmtest.NewArchives(1, 0, 1, 102400, 204800, 5_000_000, 30_000_000)
	swarmtest.Put(t, f1, c, as...)
	start := time.Now()
	tor, err := s1.Seed(ctx, swarmtest.Generation(c, as...))
	if err != nil {
		t.Fatal(err)
	}
	t.Log(time.Since(start), tor.Magnet, tor.HashedBytes, s1.Addrs())
	ref, err := swarm.ParseMagnet(tor.Magnet)
	if err != nil {
		t.Fatal(err)
	}
	ref.Peers = s1.Addrs()
	start = time.Now()
	r := &swarmtest.Receiver{}
	if err := s2.Fetch(ctx, ref, r); err != nil {
		t.Fatal(err)
	}
	t.Log(time.Since(start))
	swarmtest.CheckFiles(t, f2, c, as...)
	t.Logf("%+v", s2.Stats(c))
	t.Logf("%+v", s1.Stats(c))
}
