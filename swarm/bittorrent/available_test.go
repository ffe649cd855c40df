package bittorrent_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"net"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/anacrolix/torrent"
	"golang.org/x/time/rate"

	"seeder/swarm"
	"seeder/swarm/bittorrent"
	"seeder/swarm/swarmtest"
)

// guest is a member that comes and goes at one address.
type guest struct {
	files *swarm.Files
	addr  string
	node  *bittorrent.Swarm // nil while it is away
	done  chan error
	have  int // pieces, when it was last here
}

func (g *guest) come(ctx context.Context, t *testing.T, ref swarm.Ref, archives int, peers []string) {
	t.Helper()
	listen := g.addr
	if listen == "" { // nobody takes it while the guest is away
		listen = net.JoinHostPort("127.0.0.1", strconv.Itoa(freePort(t)))
	}
	n, err := bittorrent.New(bittorrent.Options{
		Files: g.files, Listen: listen, RedialMin: 20 * time.Millisecond, RedialMax: 200 * time.Millisecond,
	})
	if err != nil {
		t.Fatalf("start node: %v", err)
	}
	g.node, g.addr, g.done = n, n.Addrs()[0], make(chan error, 1)
	ref.Peers = peers
	go func() {
		r := &swarmtest.Receiver{}
		err := n.Fetch(ctx, ref, r)
		if err == nil && len(r.Got()) != archives {
			err = errors.New("the fetch ended too soon")
		}
		g.done <- err
	}()
}

func (g *guest) leave(t *testing.T, ref swarm.Ref) {
	t.Helper()
	if g.node == nil {
		return
	}
	g.have = count(g.node.Holding(ref))
	if err := g.node.Close(); err != nil {
		t.Errorf("close node: %v", err)
	}
	if err := <-g.done; err != nil && !errors.Is(err, swarm.ErrClosed) {
		t.Errorf("fetch: %v", err)
	}
	g.node = nil
}

func count(have []bool) (n int) {
	for _, ok := range have {
		if ok {
			n++
		}
	}
	return n
}

// here returns the members that are not away.
func here(guests []*guest) (list []*guest) {
	for _, g := range guests {
		if g.node != nil {
			list = append(list, g)
		}
	}
	return list
}

// alike reports whether those who are here have nothing left to give each
// other.
func alike(guests []*guest, ref swarm.Ref) bool {
	var union []bool
	var each [][]bool
	for _, g := range here(guests) {
		have := g.node.Holding(ref)
		if have == nil {
			return false // it is starting
		}
		each = append(each, have)
		union = append(union, make([]bool, len(have)-len(union))...)
		for i := range have {
			union[i] = union[i] || have[i]
		}
	}
	return !slices.ContainsFunc(each, func(have []bool) bool { return count(have) < count(union) })
}

// TestMembersThatComeAndGo has three members that are each there for 60 % of
// the time, at random, and each hold a third of what an owner left behind who
// does not come back. In each step of the schedule some pieces change hands,
// then some leave in the middle of it. They end up with all of it.
func TestMembersThatComeAndGo(t *testing.T) {
	t.Parallel()
	const uptime, maxSteps, piecesAStep = 0.6, 80, 5
	ctx := within(t, 40*time.Second)
	random := rand.New(rand.NewPCG(60, 3)) // the schedule is the same each time
	owner := start(t)
	archives := swarmtest.NewArchives(1, 15*pl+3, 15*pl-1, 15*pl-1, 14*pl+7)
	ref := owner.seed(ctx, t, archives...)
	const total = 16 + 15 + 15 + 15
	guests := make([]*guest, 3)
	var addrs []string
	for i := range guests {
		guests[i] = &guest{files: swarm.NewFiles(t.TempDir())}
		for _, a := range archives {
			bittorrent.Hold(t, guests[i].files, owner.files, ref, a, func(p int) bool { return p%3 == i })
		}
		guests[i].come(ctx, t, ref, len(archives), nil) // to have an address
		addrs = append(addrs, guests[i].addr)
		guests[i].leave(t, ref)
	}
	if err := owner.Close(); err != nil {
		t.Fatal(err)
	}
	held := func() (n int) {
		for _, g := range guests {
			if g.node != nil {
				g.have = max(g.have, count(g.node.Holding(ref)))
			}
			n += g.have
		}
		return n
	}
	steps := 0
	for ; steps < maxSteps && held() < len(guests)*total; steps++ {
		for _, g := range guests {
			switch up := random.Float64() < uptime; {
			case up && g.node == nil:
				g.come(ctx, t, ref, len(archives), addrs)
			case !up:
				g.leave(t, ref)
			}
		}
		before := held()
		eventually(ctx, t, "pieces to change hands", func() bool {
			return held() >= before+piecesAStep || alike(guests, ref)
		})
	}
	t.Logf("three members with %.0f %% uptime had everything after %d steps", uptime*100, steps)
	if steps == maxSteps {
		t.Errorf("they have %d of %d pieces after %d steps", held(), len(guests)*total, steps)
	}
	for i, g := range guests {
		g.leave(t, ref)
		if g.have != total {
			t.Errorf("member %d has %d of %d pieces", i, g.have, total)
		}
		last := node{newNode(t, g.files), g.files}
		last.fetch(ctx, t, swarm.Ref{Community: c1, InfoHash: ref.InfoHash}, archives...)
		if st := last.Stats(c1); st.DownloadedBytes != 0 {
			t.Errorf("member %d had to fetch %d bytes more", i, st.DownloadedBytes)
		}
		if err := last.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestFourQuarters gives a fifth member everything, of which four have a
// quarter each: every fourth piece, or every fourth archive.
func TestFourQuarters(t *testing.T) {
	t.Parallel()
	for name, quarter := range map[string]func(member, archive, piece int) bool{
		"pieces":   func(m, _, p int) bool { return p%4 == m },
		"archives": func(m, a, _ int) bool { return a%4 == m },
	} {
		t.Run(name, func(t *testing.T) {
			ctx := within(t, 30*time.Second)
			owner := start(t)
			archives := swarmtest.NewArchives(1, 8*pl+1, 12*pl-1, 10*pl+5, 9*pl+3)
			ref := owner.seed(ctx, t, archives...)
			ref.Peers = nil
			from := ref
			var four []node
			for m := range 4 {
				files := swarm.NewFiles(t.TempDir())
				for a := range archives {
					bittorrent.Hold(t, files, owner.files, ref, archives[a], func(p int) bool { return quarter(m, a, p) })
				}
				n := node{newNode(t, files), files}
				serveKept(ctx, t, n, ref)
				from.Peers = append(from.Peers, n.Addrs()...)
				four = append(four, n)
			}
			if err := owner.Close(); err != nil {
				t.Fatal(err)
			}
			fifth := start(t)
			fifth.fetch(ctx, t, from, archives...)
			for m, n := range four {
				if st := n.Stats(c1); st.UploadedBytes < 8*pl {
					t.Errorf("member %d gave %d bytes", m, st.UploadedBytes)
				}
			}
		})
	}
}

// TestDownloadersServe has a member that gets half of an archive and waits for
// the rest: another one that knows only this member gets the half, and the
// rest when it comes.
func TestDownloadersServe(t *testing.T) {
	t.Parallel()
	ctx := within(t, 30*time.Second)
	owner, first, second := start(t), start(t), start(t)
	archives := swarmtest.NewArchives(1, 24*pl-5)
	ref := owner.seed(ctx, t, archives...)
	files := swarm.NewFiles(t.TempDir())
	hold(t, files, owner.files, ref, archives[0], 0, 12)
	source := node{newNode(t, files), files}
	ref.Peers = nil
	serveKept(ctx, t, source, ref)
	done := make(chan error, 2)
	for n, peer := range map[node]node{first: source, second: first} {
		from := ref
		from.Peers = peer.Addrs()
		go func() { done <- n.Fetch(ctx, from, &swarmtest.Receiver{}) }()
	}
	eventually(ctx, t, "half of it to come to the second", func() bool { return pieces(second) == 12+1 })
	if got := pieces(first); got != 12+1 {
		t.Errorf("the first has %d pieces, want half and the index", got)
	}
	if up := first.Stats(c1).UploadedBytes; up < 12*pl {
		t.Errorf("the first gave %d bytes while it was downloading", up)
	}
	first.AddPeers(c1, owner.Addrs()...)
	for range 2 {
		if err := <-done; err != nil {
			t.Errorf("fetch: %v", err)
		}
	}
	swarmtest.CheckFiles(t, first.files, c1, archives...)
	swarmtest.CheckFiles(t, second.files, c1, archives...)
}

// TestSlowSource has two members fetch from a source that gives 1.5 MiB/s: they
// help each other, so the source does not have to give everything twice.
func TestSlowSource(t *testing.T) {
	t.Parallel()
	ctx := within(t, 40*time.Second)
	owner, first, second := start(t), start(t), start(t)
	archives := swarmtest.NewArchives(1, 30*pl, 30*pl)
	ref := owner.seed(ctx, t, archives...)
	slow := plainSeedWith(t, "127.0.0.3", owner.files, ref, nil, func(cfg *torrent.ClientConfig) {
		cfg.UploadRateLimiter = rate.NewLimiter(3<<19, 64<<10)
	})
	if err := owner.Close(); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 2)
	for n, other := range map[node]node{first: second, second: first} {
		from := ref
		from.Peers = append(other.Addrs(), slow)
		go func() { done <- n.Fetch(ctx, from, &swarmtest.Receiver{}) }()
	}
	for range 2 {
		if err := <-done; err != nil {
			t.Fatalf("fetch: %v", err)
		}
	}
	swarmtest.CheckFiles(t, first.files, c1, archives...)
	swarmtest.CheckFiles(t, second.files, c1, archives...)
	const size = 2 * 31 * pl
	gave := first.Stats(c1).UploadedBytes + second.Stats(c1).UploadedBytes
	t.Logf("of %d bytes for two members they gave each other %d", 2*size, gave)
	if gave < size/4 {
		t.Errorf("the members gave each other %d of %d bytes", gave, 2*size)
	}
}

// TestCorruptPeerIsBanned begins with a peer that has false bytes only: it is
// banned, and the download goes on when an honest one comes.
func TestCorruptPeerIsBanned(t *testing.T) {
	ctx := within(t, 30*time.Second)
	owner, member := start(t), start(t)
	archives := swarmtest.NewArchives(1, 10*pl, 7*pl)
	ref := owner.seed(ctx, t, archives...)
	honest := ref.Peers
	ref.Peers = []string{plainSeed(t, "127.0.0.2", owner.files, ref, func(data []byte) {
		for i := range data {
			data[i] ^= 0x55
		}
	})}
	done := make(chan error, 1)
	go func() { done <- member.Fetch(ctx, ref, &swarmtest.Receiver{}) }()
	eventually(ctx, t, "the peer to be banned", func() bool { return slices.Contains(member.Banned(), "127.0.0.2") })
	if ids, err := member.files.List(c1); err != nil || len(ids) != 0 {
		t.Errorf("%d archives came from a corrupt peer: %v", len(ids), err)
	}
	member.AddPeers(c1, honest...)
	if err := <-done; err != nil {
		t.Fatalf("fetch: %v", err)
	}
	swarmtest.CheckFiles(t, member.files, c1, archives...)
	if list := member.Banned(); len(list) != 1 {
		t.Errorf("banned are %v", list)
	}
}

// TestMembersSeedAfterARestart restarts every member of a swarm whose owner is
// gone. A newcomer that knows one of them gets both generations.
func TestMembersSeedAfterARestart(t *testing.T) {
	t.Parallel()
	ctx := within(t, 30*time.Second)
	owner := start(t)
	archives := swarmtest.NewArchives(1, 7*pl, 5*pl+1)
	refs := []swarm.Ref{owner.seed(ctx, t, archives[0]), owner.seed(ctx, t, archives...)}
	var known []string
	for range 3 {
		member := start(t)
		for _, ref := range refs {
			ref.Peers = append(ref.Peers, known...)
			if err := member.Fetch(ctx, ref, &swarmtest.Receiver{}); err != nil {
				t.Fatal(err)
			}
		}
		if err := member.Close(); err != nil {
			t.Fatal(err)
		}
		again := node{newNode(t, member.files), member.files}
		for _, ref := range refs {
			ref.Peers = nil
			again.fetch(ctx, t, ref, archives[0])
		}
		if st := again.Stats(c1); st.DownloadedBytes != 0 || st.CheckedBytes != 0 {
			t.Errorf("a restart fetched %d and read %d bytes", st.DownloadedBytes, st.CheckedBytes)
		}
		known = again.Addrs()
	}
	if err := owner.Close(); err != nil {
		t.Fatal(err)
	}
	for i, ref := range refs {
		ref.Peers = known
		newcomer := start(t)
		newcomer.fetch(ctx, t, ref, archives[:i+1]...)
	}
}
