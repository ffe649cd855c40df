package bittorrent_test

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"seeder/swarm"
	"seeder/swarm/swarmtest"
)

// bareLink is a connection to a node on which a test speaks for itself: plain
// BitTorrent (BEP 3) with the extension protocol (BEP 10).
type bareLink struct {
	net.Conn
	t testing.TB
	// theirs are the numbers that the node gave extensions.
	theirs string
}

// gone is the number by which the node is told to send lt_donthave.
const gone = 9

// link connects to a node and introduces itself; understands says whether with
// lt_donthave.
func link(ctx context.Context, t testing.TB, n node, ref swarm.Ref, understands bool) *bareLink {
	t.Helper()
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", n.Addrs()[0])
	if err != nil {
		t.Fatalf("connect: %v", err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	l := &bareLink{Conn: conn, t: t}
	hello := append([]byte("\x13BitTorrent protocol"), 0, 0, 0, 0, 0, 0x10, 0, 0)
	hello = append(hello, ref.InfoHash[:]...)
	hello = append(hello, "-XX0000-"...)
	hello = append(hello, fmt.Sprintf("%012d", conn.LocalAddr().(*net.TCPAddr).Port)...)
	if _, err := conn.Write(hello); err != nil {
		t.Fatalf("handshake: %v", err)
	}
	var answer [68]byte
	if _, err := io.ReadFull(conn, answer[:]); err != nil {
		t.Fatalf("handshake: %v", err)
	}
	dict := "d1:mdee"
	if understands {
		dict = fmt.Sprintf("d1:md11:lt_donthavei%deee", gone)
	}
	sendExtended(conn, 0, dict, nil)
	for l.theirs == "" {
		if msg := l.read(); msg[0] == 20 && len(msg) > 1 && msg[1] == 0 {
			l.theirs = string(msg[2:])
		}
	}
	return l
}

func (l *bareLink) read() []byte {
	l.t.Helper()
	for {
		msg, err := readMessage(l)
		if err != nil {
			l.t.Fatalf("read message: %v", err)
		}
		if len(msg) > 0 {
			return msg
		}
	}
}

// closed waits for the node to end the connection.
func (l *bareLink) closed() {
	l.t.Helper()
	for {
		if _, err := readMessage(l); err != nil {
			if errors.Is(err, os.ErrDeadlineExceeded) {
				l.t.Fatal("the connection stays")
			}
			return
		}
	}
}

func (l *bareLink) send(kind byte, body ...byte) {
	l.t.Helper()
	b := binary.BigEndian.AppendUint32(nil, uint32(1+len(body)))
	if _, err := l.Write(append(append(b, kind), body...)); err != nil {
		l.t.Fatalf("send: %v", err)
	}
}

// number returns what the node calls an extension.
func (l *bareLink) number(name string) byte {
	l.t.Helper()
	_, rest, ok := strings.Cut(l.theirs, fmt.Sprintf("%d:%si", len(name), name))
	var n byte
	if _, err := fmt.Sscanf(rest, "%de", &n); !ok || err != nil || n == 0 {
		l.t.Fatalf("%s is not among %q", name, l.theirs)
	}
	return n
}

func piece4(p int) []byte { return binary.BigEndian.AppendUint32(nil, uint32(p)) }

// TestEvictionOnTheWire reads what an eviction sends: one message for each
// piece, and the last one twice. Who does not understand gets none, and the
// connection is ended after the grace time.
func TestEvictionOnTheWire(t *testing.T) {
	ctx := within(t, 30*time.Second)
	owner := startGrace(t, 200*time.Millisecond)
	archives := swarmtest.NewArchives(1, 2*pl+1, 3*pl-1, pl)
	ref := owner.seed(ctx, t, archives...)
	told, deaf := link(ctx, t, owner, ref, true), link(ctx, t, owner, ref, false)
	if n := told.number("lt_donthave"); n == 0 {
		t.Error("the extension is not named")
	}
	ask := append(append(piece4(0), piece4(0)...), piece4(1<<14)...)
	for told.read()[0] != 1 { // until it is unchoked
	}
	told.send(6, ask...)
	for told.read()[0] != 7 { // until it was heard
	}
	if err := owner.Evict(ctx, c1, archives[1].ID); err != nil {
		t.Fatalf("evict: %v", err)
	}
	var got []string
	for len(got) < 4 {
		if msg := told.read(); msg[0] == 20 && len(msg) > 1 && msg[1] == gone {
			got = append(got, fmt.Sprintf("%x", msg[2:]))
		}
	}
	if want := "00000003 00000004 00000005 00000005"; strings.Join(got, " ") != want {
		t.Errorf("told of %v, want %s", got, want)
	}
	deaf.closed()
	// The other connection goes on: a request of what is here is answered.
	told.send(6, ask...)
	for told.read()[0] != 7 {
	}
}

// TestPeersTakePiecesBack has peers that say what they lost, right and wrong.
func TestPeersTakePiecesBack(t *testing.T) {
	ctx := within(t, 30*time.Second)
	owner := start(t)
	archives := swarmtest.NewArchives(1, 2*pl+1, 3*pl-1, pl)
	ref := owner.seed(ctx, t, archives...)
	l := link(ctx, t, owner, ref, true)
	id := l.number("lt_donthave")
	copies := func(first, second, third int) {
		t.Helper()
		eventually(ctx, t, fmt.Sprintf("copies %d, %d, %d", first, second, third), func() bool {
			return owner.Copies(c1, archives[0].ID) == first && owner.Copies(c1, archives[1].ID) == second &&
				owner.Copies(c1, archives[2].ID) == third
		})
	}
	l.send(5, 0xfe) // 8 pieces, of which the index' is the last
	copies(1, 1, 1)
	for _, junk := range [][]byte{nil, {0}, {0, 0, 0}, {0, 0, 0, 4, 0}, piece4(9), piece4(1 << 31), piece4(-1)} {
		l.send(20, append([]byte{id}, junk...)...)
	}
	l.send(20, append([]byte{id}, piece4(4)...)...)
	copies(1, 0, 1)
	l.send(20, append([]byte{id}, piece4(6)...)...)
	copies(1, 0, 0)
	l.send(4, piece4(4)...) // it came back
	copies(1, 1, 0)
	l.send(14) // (BEP 6) all: not agreed on
	l.closed()
}

// TestPieceTakenBackIsNotAskedFor has a peer that has everything, takes most of
// it back and is asked for the rest only.
func TestPieceTakenBackIsNotAskedFor(t *testing.T) {
	ctx := within(t, 30*time.Second)
	owner := start(t)
	archives := swarmtest.NewArchives(1, 30*pl, 3*pl)
	ref := owner.seed(ctx, t, archives...)
	files := swarm.NewFiles(t.TempDir())
	hold(t, files, owner.files, ref, archives[0], 0, 0)
	member := node{newNode(t, files), files}
	r := &swarmtest.Receiver{Want: swarmtest.Only(archives[0].ID)}
	done := make(chan error, 1)
	from := ref
	from.Peers = nil
	go func() { done <- member.Fetch(ctx, from, r) }()
	eventually(ctx, t, "the fetch to begin", func() bool { return len(member.Stats(c1).Torrents) > 0 })
	l := link(ctx, t, member, ref, true)
	id := l.number("lt_donthave")
	field := make([]byte, 5)
	for p := range 31 + 4 + 1 {
		field[p/8] |= 0x80 >> (p % 8)
	}
	l.send(5, field...)
	for p := 1; p <= 30; p++ {
		l.send(20, append([]byte{id}, piece4(p)...)...)
	}
	l.send(20, append([]byte{id}, piece4(30)...)...) // the end
	l.send(1)                                        // unchoke
	var asked atomic.Uint32
	go l.serve(archives[0].Content, &asked)
	eventually(ctx, t, "the piece to come", func() bool { return count(member.Holding(ref)) == 1 })
	member.AddPeers(c1, ref.Peers...)
	if err := <-done; err != nil {
		t.Errorf("fetch: %v", err)
	}
	if n := asked.Load(); n != 0 {
		t.Errorf("%d requests for pieces that were taken back", n)
	}
	swarmtest.CheckFiles(t, member.files, c1, archives[0])
}

// serve answers requests for piece 0, and counts others.
func (l *bareLink) serve(data []byte, others *atomic.Uint32) {
	for {
		msg, err := readMessage(l)
		if err != nil {
			return
		}
		if len(msg) < 13 || msg[0] != 6 {
			continue
		}
		piece, begin := binary.BigEndian.Uint32(msg[1:]), binary.BigEndian.Uint32(msg[5:])
		if piece != 0 {
			others.Add(1)
			continue
		}
		block := data[begin : begin+binary.BigEndian.Uint32(msg[9:])]
		b := binary.BigEndian.AppendUint32(nil, uint32(9+len(block)))
		b = append(append(b, 7), msg[1:9]...)
		if _, err := l.Write(append(b, block...)); err != nil {
			return
		}
	}
}

// TestRowWithoutAnEnd has a peer that takes back more than is acted on at once,
// and then says nothing: its connection is ended, so that it shows what it has.
func TestRowWithoutAnEnd(t *testing.T) {
	t.Parallel()
	ctx := within(t, 30*time.Second)
	owner := start(t)
	ref := owner.seed(ctx, t, swarmtest.NewArchive(1, 100*pl))
	l := link(ctx, t, owner, ref, true)
	id := l.number("lt_donthave")
	field := make([]byte, 13)
	for i := range 12 {
		field[i] = 0xff
	}
	l.send(5, field...)
	for p := range 50 {
		l.send(20, append([]byte{id}, piece4(p)...)...)
	}
	l.closed()
}

// TestFloodOfPiecesTakenBack has a peer that gives and takes back without an
// end: others are served meanwhile.
func TestFloodOfPiecesTakenBack(t *testing.T) {
	t.Parallel()
	ctx := within(t, 30*time.Second)
	owner := start(t)
	archives := swarmtest.NewArchives(1, 100*pl)
	ref := owner.seed(ctx, t, archives...)
	l := link(ctx, t, owner, ref, true)
	id := l.number("lt_donthave")
	flooding, enough := make(chan int, 1), make(chan struct{})
	go func() {
		var flood []byte
		for p := range 100 {
			flood = append(append(flood, 0, 0, 0, 5, 4), piece4(p)...)
			flood = append(append(flood, 0, 0, 0, 6, 20, id), piece4(p)...)
		}
		times := 0
		for ; ; times++ {
			if _, err := l.Write(flood); err != nil {
				break
			}
			if times == 10 {
				close(enough)
			}
		}
		flooding <- times
	}()
	member := start(t)
	select {
	case <-enough:
	case n := <-flooding:
		t.Fatalf("%d messages are no flood", n*200)
	}
	member.fetch(ctx, t, ref, archives...)
	_ = l.Close()
	<-flooding
}
