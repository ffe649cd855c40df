package bittorrent_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"seeder/internal/clock"
	"seeder/quota"
	"seeder/swarm"
	"seeder/swarm/bittorrent"
	"seeder/swarm/swarmtest"
)

// role is set in the processes of TestBehindRouters.
const role = "SEEDER_TEST_ROLE"

// TestBehindRouters has two nodes behind routers that let nothing in meet by uTP,
// through a third one that gives next to nothing itself (BEP 55). It needs root,
// iptables and SEEDER_NAMESPACES=1, and takes a minute.
func TestBehindRouters(t *testing.T) {
	if os.Getenv("SEEDER_NAMESPACES") == "" {
		t.Skip("SEEDER_NAMESPACES is not set")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, utp := range []bool{true, false} {
		t.Run(fmt.Sprintf("uTP %t", utp), func(t *testing.T) {
			cmd := exec.CommandContext(t.Context(), "bash", "testdata/routers.sh", self, "-test.run=^TestRole$", "-test.timeout=4m")
			cmd.Env = append(os.Environ(), fmt.Sprintf("SEEDER_TEST_UTP=%t", utp))
			out, err := cmd.CombinedOutput()
			t.Logf("%s", out)
			if met := err == nil && strings.Contains(string(out), "met 81.2.69.10:"); met != utp {
				t.Errorf("the nodes meet: %t (%v)", met, err)
			}
		})
	}
}

// TestRole is a node of TestBehindRouters.
func TestRole(t *testing.T) {
	archive := swarmtest.NewArchive(1, 6<<20)
	o := bittorrent.Options{Listen: "0.0.0.0:7001", UTP: os.Getenv("SEEDER_TEST_UTP") == "true", PEX: true}
	relay := []string{"81.2.69.1:7001"}
	ctx := within(t, 3*time.Minute)
	switch os.Getenv(role) {
	case "owner":
		o.Peers = relay
		owner := startWith(t, o)
		owner.offer(t, c1, archive)
		<-ctx.Done()
	case "relay":
		b := quota.NewBandwidth(clock.System{})
		b.SetNode(quota.Rates{Up: 16 << 10, Down: 16 << 10}) // knows what the torrent is, and little more
		o.Throttle = b
		n := startWith(t, o)
		<-n.background(ctx, refOf(t, archive))
	case "member":
		o.Peers = relay
		n := startWith(t, o)
		fetching, stop := context.WithTimeout(ctx, 60*time.Second)
		defer stop()
		done := n.background(fetching, refOf(t, archive))
		var met string
		for met == "" && fetching.Err() == nil {
			for _, p := range n.Connected(c1) {
				if strings.HasPrefix(p.Address, "81.2.69.10:") && p.Transport == swarm.UTP {
					met = p.Address
				}
			}
			<-time.After(10 * time.Millisecond)
		}
		if err := <-done; err != nil {
			t.Fatalf("fetch: %v", err)
		}
		swarmtest.CheckFiles(t, n.files, c1, archive)
		fmt.Println("met", met)
	default:
		t.Skip("runs within another test")
	}
}

// refOf returns the reference of the generation of an archive.
func refOf(t *testing.T, archive swarmtest.Archive) swarm.Ref {
	t.Helper()
	n := start(t)
	ref := n.offer(t, c1, archive)
	ref.Peers = nil
	if err := n.Close(); err != nil {
		t.Fatal(err)
	}
	return ref
}
