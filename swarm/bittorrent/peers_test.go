package bittorrent

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"seeder/internal/clock"
	"seeder/swarm"
)

func newTestBook(t *testing.T, dir string) (*book, *clock.Fixed) {
	t.Helper()
	now := clock.NewFixed(time.Unix(1_700_000_000, 0))
	return newBook(Options{Clock: now, RedialMin: time.Second, RedialMax: time.Minute}, dir), now
}

func nobody(string) bool { return false }

func TestBookDialsWithGrowingPauses(t *testing.T) {
	b, now := newTestBook(t, t.TempDir())
	b.add("198.51.100.1:1")
	var pauses []time.Duration
	last := now.Now()
	for len(pauses) < 12 {
		if due := b.due(nobody); len(due) == 1 {
			pauses = append(pauses, now.Now().Sub(last))
			last = now.Now()
		}
		now.Advance(50 * time.Millisecond)
	}
	if pauses[0] != 0 {
		t.Errorf("first dialled after %v", pauses[0])
	}
	want := time.Second
	for i, p := range pauses[1:] {
		if p < want*3/4 || p > want*5/4+100*time.Millisecond {
			t.Errorf("pause %d is %v, want about %v", i, p, want)
		}
		want = min(2*want, time.Minute)
	}
	// News of the address begins anew.
	b.add("198.51.100.1:1")
	if due := b.due(nobody); len(due) != 1 {
		t.Error("not dialled at once when named again")
	}
	b.due(nobody)
	b.retry()
	if due := b.due(nobody); len(due) != 1 {
		t.Error("not dialled at once for a new generation")
	}
}

func TestBookLeavesConnectedPeersAlone(t *testing.T) {
	b, now := newTestBook(t, t.TempDir())
	b.add("198.51.100.1:1", "198.51.100.2:2")
	b.meet("198.51.100.1:1", true)
	connected := func(a string) bool { return a == "198.51.100.1:1" }
	if due := b.due(connected); !slices.Equal(due, []string{"198.51.100.2:2"}) {
		t.Errorf("due %v", due)
	}
	b.part("198.51.100.1:1", false)
	if due := b.due(nobody); len(due) != 0 {
		t.Errorf("dialled %v without a pause", due)
	}
	now.Advance(1300 * time.Millisecond)
	if due := b.due(nobody); !slices.Contains(due, "198.51.100.1:1") {
		t.Errorf("not dialled after its connection ended: %v", due)
	}
}

func TestBookIgnoresWhatCannotBeDialled(t *testing.T) {
	b, _ := newTestBook(t, t.TempDir())
	b.add("", "nobody", "a:0", ":1", "0.0.0.0:5", "[::]:5", "224.0.0.1:5", "a b:5", "a:70000", "http://a:5")
	b.meet("0.0.0.0:1", true)
	if due := b.due(nobody); len(due) != 0 {
		t.Errorf("dials %v", due)
	}
}

func TestBookIsBoundedAndKept(t *testing.T) {
	dir := t.TempDir()
	b, now := newTestBook(t, dir)
	for i := range maxContacts + 100 {
		b.add(fmt.Sprintf("host%d.example:1", i))
		if i%2 == 0 {
			now.Advance(time.Second)
			b.meet(fmt.Sprintf("host%d.example:1", i), true)
		}
	}
	if n := len(b.contacts); n != maxContacts {
		t.Errorf("%d contacts, want %d", n, maxContacts)
	}
	if err := b.save(); err != nil {
		t.Fatal(err)
	}
	again, _ := newTestBook(t, dir)
	due := again.due(nobody)
	if len(due) != maxSavedContacts {
		t.Errorf("%d contacts after a restart, want %d", len(due), maxSavedContacts)
	}
	if !slices.Contains(due, fmt.Sprintf("host%d.example:1", maxContacts+98)) {
		t.Error("the peer seen last is forgotten")
	}
	if due := again.sorted(); due[0].seen.IsZero() {
		t.Error("when peers were seen is forgotten")
	}
}

// TestBookIsNotFlooded has a host name very many addresses as its own: they
// drive out neither what was given nor other peers.
func TestBookIsNotFlooded(t *testing.T) {
	b, _ := newTestBook(t, t.TempDir())
	b.add("198.51.100.1:1")
	b.meet("198.51.100.2:2", true)
	for i := range 2 * maxContacts {
		b.meet(fmt.Sprintf("203.0.113.1:%d", i+1), false)
	}
	if n := len(b.contacts); n != maxContactsOfHost+2 {
		t.Errorf("%d contacts, want %d", n, maxContactsOfHost+2)
	}
	for i := range 2 * maxContacts {
		b.meet(fmt.Sprintf("10.%d.%d.1:7", i/256, i%256), false)
	}
	list := b.sorted()
	if list[0].addr != "198.51.100.1:1" || list[1].addr != "198.51.100.2:2" {
		t.Errorf("the best contacts are %s and %s", list[0].addr, list[1].addr)
	}
}

// TestLinksDoNotFloodTheBook has links name ever other addresses: they drive out
// neither what the operator named nor who was reached, and only a few are of one host.
func TestLinksDoNotFloodTheBook(t *testing.T) {
	b, now := newTestBook(t, t.TempDir())
	var good []string
	for i := range 50 {
		named, reached := fmt.Sprintf("198.51.100.%d:1", i), fmt.Sprintf("203.0.113.%d:1", i)
		b.add(named)
		b.meet(reached, true)
		good = append(good, named, reached)
	}
	now.Advance(time.Hour)
	for n := range 20 {
		var addrs []string
		for i := range swarm.MaxPeers {
			addrs = append(addrs, fmt.Sprintf("10.0.%d.%d:7", n, i))
		}
		b.hint(addrs...)
		if due := b.due(nobody); !slices.Contains(due, addrs[0]) {
			t.Errorf("link %d: not dialled", n)
		}
	}
	for _, a := range good {
		if b.contacts[a] == nil {
			t.Errorf("%s is forgotten", a)
		}
	}
	var ports []string
	for i := range swarm.MaxPeers {
		ports = append(ports, fmt.Sprintf("192.0.2.1:%d", i+1))
	}
	b.hint(ports...)
	if n := b.sameHost("192.0.2.1:1"); n != maxContactsOfHost {
		t.Errorf("%d addresses of one host, want %d", n, maxContactsOfHost)
	}
	b.hint("198.51.100.1:1") // which stays the operator's
	b.hint()
	if !b.trusted("198.51.100.1:1") || !b.trusted("203.0.113.1:1") || b.trusted("192.0.2.1:1") || b.trusted("192.0.2.9:9") {
		t.Error("who is trusted")
	}
}

func TestBookSavesSometimes(t *testing.T) {
	dir := t.TempDir()
	b, now := newTestBook(t, dir)
	b.add("host.example:1")
	path := filepath.Join(dir, "peers.json")
	saved := func() bool { _, err := os.Stat(path); return err == nil }
	if _, err := b.saveSometimes(); err != nil || saved() {
		t.Errorf("saved at once: %v", err)
	}
	now.Advance(saveBookEvery)
	if _, err := b.saveSometimes(); err != nil || !saved() {
		t.Errorf("not saved in time: %v", err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	now.Advance(time.Hour)
	if _, err := b.saveSometimes(); err != nil || saved() {
		t.Errorf("saved without a change: %v", err)
	}
}

func TestBookBeginsAnewWhenDamaged(t *testing.T) {
	for _, text := range []string{"", "{", `[{"addr":"nobody"}]`, `[{"addr":5}]`} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "peers.json"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		b, _ := newTestBook(t, dir)
		if len(b.contacts) != 0 {
			t.Errorf("%q: %d contacts", text, len(b.contacts))
		}
	}
	b, _ := newTestBook(t, filepath.Join(t.TempDir(), "none"))
	b.add("host.example:1")
	if err := b.save(); err != nil {
		t.Errorf("save without a folder: %v", err)
	}
}

func TestNestsTooMuch(t *testing.T) {
	random := make([]byte, 1<<14)
	for i := range random {
		random[i] = byte(i * 7)
	}
	for name, tt := range map[string]struct {
		b    []byte
		want bool
	}{
		"empty":           {nil, false},
		"handshake":       {[]byte("d1:md11:ut_metadatai1e6:ut_pexi2ee1:v6:clientldldldlde"), false},
		"piece hashes":    {random, false},
		"lists":           {[]byte(strings.Repeat("l", 200)), true},
		"dictionaries":    {[]byte(strings.Repeat("d0:", 100)), true},
		"among 16 KiB":    {append(slices.Clone(random), strings.Repeat("l", 400)...), true},
		"words in a name": {[]byte(strings.Repeat("x", 1000) + strings.Repeat("ld", 30)), false},
	} {
		if got := nestsTooMuch(tt.b); got != tt.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// TestBookSaysOnceThatItCannotBeSaved saves a book on a disk that refuses, and
// then on one that does not.
func TestBookSaysOnceThatItCannotBeSaved(t *testing.T) {
	dir := t.TempDir()
	b, now := newTestBook(t, dir)
	try := func(addr string, plan string) (news bool, err error) {
		t.Helper()
		b.add(addr)
		now.Advance(saveBookEvery)
		if plan != "" {
			defer follow(t, plan)()
		}
		return b.saveSometimes()
	}
	for i, want := range []struct {
		plan string
		news bool
	}{
		{"", false}, {"atomicfile.write:enospc", true}, {"atomicfile.write:enospc", false}, {"", true}, {"", false},
	} {
		news, err := try(fmt.Sprintf("198.51.100.1:%d", i+1), want.plan)
		if news != want.news || (err != nil) != (want.plan != "") {
			t.Errorf("save %d: news %t, %v", i, news, err)
		}
	}
}

// TestBookLooksOnlyWhenSomebodyIsDue asks nobody who is connected before it is
// time, and at once when something changed.
func TestBookLooksOnlyWhenSomebodyIsDue(t *testing.T) {
	b, now := newTestBook(t, t.TempDir())
	b.add("198.51.100.1:1", "198.51.100.2:2")
	asked := 0
	connected := func(string) bool { asked++; return true }
	b.due(connected)
	if asked != 2 || !b.idle() {
		t.Errorf("asked %d times, idle %t", asked, b.idle())
	}
	b.due(connected)
	now.Advance(checkConnected - time.Second)
	b.due(connected)
	if asked != 2 {
		t.Errorf("asked %d times, want once for each", asked)
	}
	b.part("198.51.100.2:2", false)
	now.Advance(2 * time.Second)
	if b.idle() {
		t.Error("idle though a connection ended")
	}
	b.meet("198.51.100.3:3", true)
	if due := b.due(nobody); !slices.Contains(due, "198.51.100.3:3") {
		t.Errorf("due %v", due)
	}
}

// TestBookEasesAfterEvictions dials a peer after the shortest pause when an
// eviction ended its connection, but not each time.
func TestBookEasesAfterEvictions(t *testing.T) {
	b, now := newTestBook(t, t.TempDir())
	b.add("198.51.100.1:1")
	for range 20 { // it cannot be reached
		now.Advance(b.max * 2)
		b.due(nobody)
	}
	part := func(want bool) {
		t.Helper()
		b.part("198.51.100.1:1", true)
		now.Advance(b.min * 5 / 4)
		if due := len(b.due(nobody)) == 1; due != want {
			t.Errorf("due %t, want %t", due, want)
		}
	}
	part(true)
	for range 5 {
		b.part("198.51.100.1:1", true)
	}
	part(false)
	now.Advance(easeEvery)
	part(true)
}
