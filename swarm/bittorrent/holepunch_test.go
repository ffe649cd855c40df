package bittorrent_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"testing"
	"time"

	"seeder/swarm"
	"seeder/swarm/bittorrent"
	"seeder/swarm/swarmtest"
)

// punch connects to a node as a peer that offers what the dictionary says, and
// sends messages of ut_holepunch (BEP 55). It returns whether the node offers that,
// and what it answers before it gives the block that is asked for after them.
func punch(t *testing.T, addr string, hash swarm.InfoHash, offers string, messages ...[]byte) (offered bool, answers [][]byte) {
	t.Helper()
	conn, err := net.Dial("tcp4", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(30 * time.Second))
	hello := rawHello(hash) // of a peer of its own: the last one may still count as connected
	copy(hello[len(hello)-12:], fmt.Sprintf("%012d", conn.LocalAddr().(*net.TCPAddr).Port))
	if _, err := conn.Write(hello); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(conn, make([]byte, 68)); err != nil {
		t.Fatalf("handshake: %v", err)
	}
	sendExtended(conn, 0, offers, nil)
	var said, unchoked, asked bool
	for {
		if said && unchoked && !asked {
			_, _ = conn.Write(append([]byte{0, 0, 0, 13, 6, 0, 0, 0, 0, 0, 0, 0, 0}, piece4(1<<14)...))
			asked = true
		}
		msg, err := readMessage(conn)
		if err != nil {
			t.Fatalf("read message: %v", err)
		}
		switch {
		case len(msg) > 0 && msg[0] == 7:
			return offered, answers
		case len(msg) > 0 && msg[0] == 1:
			unchoked = true
		case len(msg) < 2 || msg[0] != 20:
		case msg[1] == 0:
			id := byte(2) // what it would be
			if i := bytes.Index(msg, []byte("12:ut_holepunchi")); i >= 0 {
				offered = true
				_, _ = fmt.Sscanf(string(msg[i+16:]), "%de", &id)
			}
			for _, m := range messages {
				sendExtended(conn, id, string(m), nil)
			}
			said = true
		case msg[1] == 77:
			answers = append(answers, msg[2:])
		}
	}
}

// message returns one of ut_holepunch: 0 for a rendezvous, 1 to connect.
func punchMessage(kind byte, port uint16) []byte {
	b := []byte{kind, 0, 127, 0, 0, 9}
	b = binary.BigEndian.AppendUint16(b, port)
	return append(b, 0, 0, 0, 0)
}

// TestHolepunchMessagesThatHarm sends what ended the process, and floods.
func TestHolepunchMessagesThatHarm(t *testing.T) {
	t.Parallel()
	ctx := within(t, 60*time.Second)
	for _, utp := range []bool{false, true} {
		t.Run(fmt.Sprintf("uTP %t", utp), func(t *testing.T) {
			t.Parallel()
			owner := startWith(t, bittorrent.Options{Listen: "127.0.0.1:0", UTP: utp})
			archives := swarmtest.NewArchives(1, 3*pl)
			ref := owner.seed(ctx, t, archives...)
			// Who does not offer the extension cannot be answered.
			if offered, _ := punch(t, owner.Addrs()[0], ref.InfoHash, "d1:mdee", punchMessage(0, 1), punchMessage(1, 1)); offered != utp {
				t.Errorf("offered %t", offered)
			}
			// Who does is answered by an error: nobody is there to meet.
			_, answers := punch(t, owner.Addrs()[0], ref.InfoHash, "d1:md12:ut_holepunchi77eee", punchMessage(0, 1))
			if len(answers) > 0 != utp {
				t.Errorf("answers %x", answers)
			}
			var flood [][]byte
			for range 500 {
				flood = append(flood, punchMessage(0, 1))
			}
			_, answers = punch(t, owner.Addrs()[0], ref.InfoHash, "d1:md12:ut_holepunchi77eee", flood...)
			if len(answers) > 100 {
				t.Errorf("answers %d messages", len(answers))
			}
			member := startWith(t, bittorrent.Options{Listen: "127.0.0.1:0"})
			member.fetch(ctx, t, ref, archives...)
		})
	}
}
