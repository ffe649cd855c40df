package bittorrent_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anacrolix/torrent"
	"github.com/anacrolix/torrent/metainfo"
	"github.com/anacrolix/torrent/storage"
	"go.uber.org/goleak"

	"seeder/internal/leaktest"
	"seeder/message"
	"seeder/quota"
	"seeder/swarm"
	"seeder/swarm/bittorrent"
	"seeder/swarm/swarmtest"
)

const pl = swarm.PieceLength

var c1 = swarmtest.Community(1)

type node struct {
	*bittorrent.Swarm
	files *swarm.Files
}

func start(t *testing.T) node {
	t.Helper()
	files := swarm.NewFiles(t.TempDir())
	return node{newNode(t, files), files}
}

// seed puts archives into the node and seeds them; the reference has its
// address.
func (n node) seed(ctx context.Context, t *testing.T, archives ...swarmtest.Archive) swarm.Ref {
	t.Helper()
	for _, a := range archives {
		if _, err := n.files.Pieces(c1, a.ID); err != nil {
			swarmtest.Put(t, n.files, c1, a)
		}
	}
	tor, err := n.Seed(ctx, swarmtest.Generation(c1, archives...))
	if err != nil {
		t.Fatalf("seed: %v", err)
	}
	return swarm.Ref{Community: c1, InfoHash: tor.InfoHash, Peers: n.Addrs()}
}

func (n node) fetch(ctx context.Context, t *testing.T, ref swarm.Ref, archives ...swarmtest.Archive) {
	t.Helper()
	if err := n.Fetch(ctx, ref, &swarmtest.Receiver{}); err != nil {
		t.Fatalf("fetch: %v", err)
	}
	swarmtest.CheckFiles(t, n.files, c1, archives...)
}

func within(t testing.TB, d time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}

// eventually waits for a condition.
func eventually(ctx context.Context, t *testing.T, what string, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("in vain: %s", what)
		}
	}
}

// TestHalfFinishedArchiveCarriesOver cancels a download within an archive,
// twice, and goes on in the next generation, and then in another process.
func TestHalfFinishedArchiveCarriesOver(t *testing.T) {
	ctx := within(t, 60*time.Second)
	owner, limit := throttled(t)
	limit.SetNode(quota.Rates{Up: 6 << 20}) // it is not over before it is cancelled
	member := start(t)
	archives := swarmtest.NewArchives(1, 24_000_000, 7)
	first := owner.seed(ctx, t, archives[0])
	second := owner.seed(ctx, t, archives...)
	fetchSome := func(n node, ref swarm.Ref, bytes int64) int64 {
		t.Helper()
		before := n.Stats(c1).DownloadedBytes
		some, cancel := context.WithCancel(ctx)
		defer cancel()
		done := make(chan error, 1)
		go func() { done <- n.Fetch(some, ref, &swarmtest.Receiver{}) }()
		eventually(ctx, t, "some bytes", func() bool { return n.Stats(c1).DownloadedBytes-before > bytes })
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Fatalf("cancelled fetch: %v", err)
		}
		return n.Stats(c1).DownloadedBytes - before
	}
	got := fetchSome(member, first, 2_000_000)
	got += fetchSome(member, second, 2_000_000)
	if err := member.Close(); err != nil {
		t.Fatalf("close: %v", err)
	}
	limit.SetNode(quota.Rates{})
	again := node{newNode(t, member.files), member.files}
	again.fetch(ctx, t, second, archives...)
	st := again.Stats(c1)
	// In flight at each end: requests of up to some pieces, and chunks of
	// pieces not yet whole.
	const slack = 60 * pl
	if total := got + st.DownloadedBytes; total > 24_000_000+slack {
		t.Errorf("downloaded %d bytes in three goes", total)
	}
	if got < 4_000_000 || st.DownloadedBytes > 22_000_000 {
		t.Errorf("nothing carried over: %d then %d bytes", got, st.DownloadedBytes)
	}
}

// TestOwnerComesBack closes the owner while a member downloads, and starts it
// at the same address: the member's book finds it, though nobody tells it.
func TestOwnerComesBack(t *testing.T) {
	ctx := within(t, 40*time.Second)
	owner, member := start(t), start(t)
	archives := swarmtest.NewArchives(1, 10*pl, 100*pl)
	ref := owner.seed(ctx, t, archives...)
	addr := owner.Addrs()[0]
	closed := make(chan error, 1)
	r := &swarmtest.Receiver{Want: swarmtest.Only(archives[0].ID, archives[1].ID)}
	r.OnArchive = func(id message.ArchiveID) error {
		if id == archives[0].ID {
			closed <- owner.Close()
			again := node{newNodeAt(t, owner.files, addr), owner.files}
			again.seed(ctx, t, archives...)
		}
		return nil
	}
	if err := member.Fetch(ctx, ref, r); err != nil {
		t.Fatalf("fetch: %v", err)
	}
	if err := <-closed; err != nil {
		t.Errorf("close owner: %v", err)
	}
	swarmtest.CheckFiles(t, member.files, c1, archives...)
}

// TestPeerBookIsKept restarts a member, which then gets the next generation
// without being told of anyone.
func TestPeerBookIsKept(t *testing.T) {
	ctx := within(t, 40*time.Second)
	owner, member := start(t), start(t)
	archives := swarmtest.NewArchives(1, pl, 2*pl)
	member.fetch(ctx, t, owner.seed(ctx, t, archives[0]), archives[0])
	if err := member.Close(); err != nil {
		t.Fatalf("close: %v", err)
	}
	ref := owner.seed(ctx, t, archives...)
	ref.Peers = nil
	again := node{newNode(t, member.files), member.files}
	again.fetch(ctx, t, ref, archives...)
}

// TestBothGenerationsGoOnGiving fetches an old and a new generation from a
// member that has both.
func TestBothGenerationsGoOnGiving(t *testing.T) {
	t.Parallel()
	ctx := within(t, 40*time.Second)
	owner, member := start(t), start(t)
	archives := swarmtest.NewArchives(1, 12*pl, 9*pl)
	old := owner.seed(ctx, t, archives[0])
	member.fetch(ctx, t, old, archives[0])
	now := owner.seed(ctx, t, archives...)
	member.fetch(ctx, t, now, archives...)
	if err := owner.Close(); err != nil {
		t.Fatalf("close: %v", err)
	}
	old.Peers, now.Peers = member.Addrs(), member.Addrs()
	lagging, ahead := start(t), start(t)
	lagging.fetch(ctx, t, old, archives[0])
	ahead.fetch(ctx, t, now, archives...)
}

// TestDamagedPeer has one peer that sends false bytes, at an address of its
// own as the library bans by IP, and an honest one.
func TestDamagedPeer(t *testing.T) {
	ctx := within(t, 40*time.Second)
	owner, member := start(t), start(t)
	archives := swarmtest.NewArchives(1, 40*pl)
	ref := owner.seed(ctx, t, archives...)
	bad := plainSeed(t, "127.0.0.2", owner.files, ref, func(data []byte) {
		for i := range data {
			data[i] ^= 0xff
		}
	})
	ref.Peers = append(ref.Peers, bad)
	member.fetch(ctx, t, ref, archives...)
}

// plainSeed serves a generation by the plain library from ordinary files,
// after damage was done to its data, and returns the address.
func plainSeed(t *testing.T, host string, files *swarm.Files, ref swarm.Ref, damage func([]byte)) string {
	t.Helper()
	return plainSeedWith(t, host, files, ref, damage, nil)
}

func plainSeedWith(t *testing.T, host string, files *swarm.Files, ref swarm.Ref, damage func([]byte),
	change func(*torrent.ClientConfig),
) string {
	t.Helper()
	mi, err := metainfo.LoadFromFile(files.TorrentPath(c1, ref.InfoHash))
	if err != nil {
		t.Fatalf("torrent file: %v", err)
	}
	k, err := files.Kept(c1, ref.InfoHash)
	if err != nil {
		t.Fatalf("generation: %v", err)
	}
	var data bytes.Buffer
	if err := files.WriteData(t.Context(), &data, c1, k.Files); err != nil {
		t.Fatalf("data: %v", err)
	}
	if damage != nil {
		damage(data.Bytes())
	}
	return plainServe(t, host, mi, data.Bytes(), k.Index, change)
}

func plainServe(t *testing.T, host string, mi *metainfo.MetaInfo, data, index []byte,
	change func(*torrent.ClientConfig),
) string {
	t.Helper()
	dir := t.TempDir()
	folder := filepath.Join(dir, c1.String())
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{"data": data, "index": index} {
		if err := os.WriteFile(filepath.Join(folder, name), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	done := storage.NewMapPieceCompletion()
	info, err := mi.UnmarshalInfo()
	if err != nil {
		t.Fatalf("info: %v", err)
	}
	for i := range info.NumPieces() {
		if err := done.Set(metainfo.PieceKey{InfoHash: mi.HashInfoBytes(), Index: i}, true); err != nil {
			t.Fatal(err)
		}
	}
	client := plainClient(t, host, change)
	st := storage.NewFileOpts(storage.NewFileClientOpts{ClientBaseDir: dir, PieceCompletion: done})
	tor, _ := client.AddTorrentOpt(torrent.AddTorrentOpts{
		InfoHash: mi.HashInfoBytes(), InfoBytes: mi.InfoBytes, Storage: st, DisableInitialPieceCheck: true,
	})
	if n := tor.Stats().PiecesComplete; n != info.NumPieces() {
		t.Fatalf("plain client has %d of %d pieces", n, info.NumPieces())
	}
	return client.ListenAddrs()[0].String()
}

// TestPaddingThatIsNotZero takes a torrent whose hashes are right and whose
// padding is not: that archive is refused, the other comes.
func TestPaddingThatIsNotZero(t *testing.T) {
	ctx := within(t, 40*time.Second)
	archives := swarmtest.NewArchives(1, pl+1, pl+5)
	g := swarmtest.Generation(c1, archives...)
	owner := start(t)
	swarmtest.Put(t, owner.files, c1, archives...)
	var data bytes.Buffer
	if err := owner.files.WriteData(ctx, &data, c1, g.Files); err != nil {
		t.Fatal(err)
	}
	data.Bytes()[2*pl-1] = 1 // the last byte of the first archive's padding
	info := metainfo.Info{Name: c1.String(), PieceLength: pl, Files: []metainfo.FileInfo{
		{Path: []string{"data"}, Length: int64(data.Len())},
		{Path: []string{"index"}, Length: int64(len(g.Index))},
	}}
	pieces, err := metainfo.GeneratePieces(bytes.NewReader(append(bytes.Clone(data.Bytes()), g.Index...)), pl, nil)
	if err != nil {
		t.Fatal(err)
	}
	info.Pieces = pieces
	mi := &metainfo.MetaInfo{}
	if mi.InfoBytes, err = marshal(info); err != nil {
		t.Fatal(err)
	}
	addr := plainServe(t, "127.0.0.1", mi, data.Bytes(), g.Index, nil)

	member := start(t)
	r := &swarmtest.Receiver{}
	ref := swarm.Ref{Community: c1, InfoHash: mi.HashInfoBytes(), Peers: []string{addr}}
	if err := member.Fetch(ctx, ref, r); !errors.Is(err, swarm.ErrLayout) {
		t.Errorf("fetch: %v, want ErrLayout", err)
	}
	if got := r.Got(); len(got) != 1 || got[0] != archives[1].ID {
		t.Errorf("got %v, want the other archive", got)
	}
	swarmtest.CheckFiles(t, member.files, c1, archives[1])
	left, err := filepath.Glob(member.files.Path(c1, archives[0].ID) + "*")
	if err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// TestDiskThatRefuses stands in for a full disk: the download's file cannot be
// written. The fetch ends with that error and goes on when it can.
func TestDiskThatRefuses(t *testing.T) {
	ctx := within(t, 40*time.Second)
	owner, member := start(t), start(t)
	archives := swarmtest.NewArchives(1, 3*pl, 2*pl)
	ref := owner.seed(ctx, t, archives...)
	r := &swarmtest.Receiver{Want: swarmtest.Only(archives[1].ID)}
	if err := member.Fetch(ctx, ref, r); err != nil {
		t.Fatalf("fetch: %v", err)
	}
	dir := filepath.Dir(member.files.Path(c1, archives[0].ID))
	aside := dir + ".aside"
	if err := os.Rename(dir, aside); err != nil {
		t.Fatal(err)
	}
	// A file where the folder was: nothing can be created in it, not even by
	// root.
	if err := os.WriteFile(dir, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	var perr *fs.PathError
	if err := member.Fetch(ctx, ref, &swarmtest.Receiver{}); !errors.As(err, &perr) {
		t.Fatalf("fetch: %v, want the error of the disk", err)
	}
	if err := errors.Join(os.Remove(dir), os.Rename(aside, dir)); err != nil {
		t.Fatal(err)
	}
	member.fetch(ctx, t, ref, archives...)
}

// TestNestedInfo has a peer that sends an info dictionary which would end the
// process if it reached the library's decoder.
func TestNestedInfo(t *testing.T) {
	ctx, cancel := context.WithCancel(within(t, 20*time.Second))
	member := start(t)
	bomb := "d1:a" + strings.Repeat("l", 15<<20) + "e"
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var refused atomic.Int32
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			if chunks, _ := rawPeer(conn, []byte(bomb), nil); chunks > 0 {
				refused.Add(1)
			}
		}
	}()
	ref := swarm.Ref{Community: c1, InfoHash: metainfo.HashBytes([]byte(bomb)), Peers: []string{l.Addr().String()}}
	fetched := make(chan error, 1)
	go func() { fetched <- member.Fetch(ctx, ref, &swarmtest.Receiver{}) }()
	eventually(ctx, t, "the peer to be refused twice", func() bool { return refused.Load() >= 2 })
	cancel()
	if err := <-fetched; !errors.Is(err, context.Canceled) {
		t.Errorf("fetch: %v", err)
	}
	_ = l.Close()
	<-done
}

func TestMagnetNamesTrackersAndAddresses(t *testing.T) {
	files := swarm.NewFiles(t.TempDir())
	opts := bittorrent.Options{
		Files: files, Listen: "127.0.0.1:0",
		Trackers: []string{"udp://tracker.example:1337/announce"}, External: []string{"203.0.113.7:4000"},
	}
	s, err := bittorrent.New(opts)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	a := swarmtest.NewArchive(1, 10)
	swarmtest.Put(t, files, c1, a)
	tor, err := s.Seed(t.Context(), swarmtest.Generation(c1, a))
	if err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf("magnet:?xt=urn:btih:%x&dn=%s&tr=udp%%3A%%2F%%2Ftracker.example%%3A1337%%2Fannounce&x.pe=203.0.113.7%%3A4000",
		tor.InfoHash, c1)
	if tor.Magnet != want {
		t.Errorf("magnet\n%s\nwant\n%s", tor.Magnet, want)
	}
	addrs := s.Addrs()
	if len(addrs) != 1 || !strings.HasPrefix(addrs[0], "127.0.0.1:") || strings.HasSuffix(addrs[0], ":0") {
		t.Errorf("listens on %v, want a port of 127.0.0.1", addrs)
	}
}

// TestNothingIsLeftRunning closes two nodes within a download.
func TestNothingIsLeftRunning(t *testing.T) {
	ctx := within(t, 40*time.Second)
	before := goleak.IgnoreCurrent()
	owner, member := start(t), start(t)
	archives := swarmtest.NewArchives(1, 5*pl, 40*pl)
	ref := owner.seed(ctx, t, archives...)
	r := &swarmtest.Receiver{OnArchive: func(message.ArchiveID) error { return member.closeSoon() }}
	if err := member.Fetch(ctx, ref, r); err != nil && !errors.Is(err, swarm.ErrClosed) {
		t.Errorf("fetch: %v", err)
	}
	if err := errors.Join(member.Close(), owner.Close()); err != nil {
		t.Errorf("close: %v", err)
	}
	leaktest.None(t, before)
}

// closeSoon closes the node from another goroutine, as its own fetch is what
// Close waits for.
func (n node) closeSoon() error {
	go n.Close()
	return nil
}

func TestOptionsRefused(t *testing.T) {
	files := swarm.NewFiles(t.TempDir())
	for name, opts := range map[string]bittorrent.Options{
		"no folder":    {Listen: "127.0.0.1:0"},
		"no port":      {Files: files, Listen: "127.0.0.1"},
		"port too big": {Files: files, Listen: "127.0.0.1:70000"},
		"not ours":     {Files: files, Listen: "192.0.2.1:0"},
	} {
		if s, err := bittorrent.New(opts); err == nil {
			t.Errorf("%s: accepted", name)
			_ = s.Close()
		}
	}
}
