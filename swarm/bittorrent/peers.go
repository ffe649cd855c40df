package bittorrent

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"seeder/internal/atomicfile"
	"seeder/internal/clock"
	"seeder/swarm"
)

const (
	// maxContacts bounds a peer book; the least recently seen go first.
	maxContacts = 500
	// maxContactsOfHost bounds the addresses that a host may name as its own.
	maxContactsOfHost = 8
	// maxSavedContacts bounds what a restart knows.
	maxSavedContacts = 200
	// checkConnected is how often a connected peer is looked at again.
	checkConnected = 30 * time.Second
	// seenWithin is how exactly the book knows when a peer was reached.
	seenWithin    = time.Hour
	saveBookEvery = 10 * time.Second
	easeEvery     = 10 * time.Second
)

// book is a community's peer book. The library forgets a peer whose connection
// ended; the book dials it again with growing, jittered pauses, for ever.
type book struct {
	clock    clock.Clock
	path     string
	min, max time.Duration

	mu       sync.Mutex
	contacts map[string]*contact
	soonest  time.Time // before that nobody is due; zero: perhaps somebody is
	dirty    bool
	saved    time.Time
	failing  bool // it could not be saved the last time
	left     bool // nothing is saved any more

	saving sync.Mutex // taken before mu
}

type contact struct {
	addr  string
	from  source
	seen  time.Time // when it was reached; zero: never
	next  time.Time // when to dial again
	wait  time.Duration
	eased time.Time // when its pause was last reset after an eviction
}

// source says who named an address, the one that is believed least first.
type source int

const (
	itself   source = iota // the peer
	link                   // a magnet link
	operator               // who runs this node
)

// savedContact is an entry of the peer book's file.
type savedContact struct {
	Addr string `json:"addr"`
	Seen int64  `json:"seen"` // Unix seconds, 0: never
}

// newBook reads the book of an earlier run. A damaged one is begun anew.
func newBook(opts Options, dir string) *book {
	b := &book{
		clock: opts.Clock, path: filepath.Join(dir, "peers.json"), min: opts.RedialMin, max: opts.RedialMax,
		contacts: make(map[string]*contact), saved: opts.Clock.Now(),
	}
	var list []savedContact
	if raw, err := os.ReadFile(b.path); err == nil && json.Unmarshal(raw, &list) == nil {
		for _, s := range list {
			if swarm.UsableAddr(s.Addr) {
				c := &contact{addr: s.Addr}
				if s.Seen > 0 {
					c.seen = time.Unix(s.Seen, 0)
				}
				b.contacts[s.Addr] = c
			}
		}
	}
	return b
}

// add enters addresses that who runs this node has named, to be dialled at once.
// Others than host:port are ignored.
func (b *book) add(addrs ...string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, a := range addrs {
		b.enter(a, operator)
	}
	b.soonest = time.Time{}
	b.trim()
}

// hint enters the addresses that a magnet link names, a few of each host, to be dialled
// at once. They take the place of those that a link before named and that nobody has
// answered at: links must not fill the book.
func (b *book) hint(addrs ...string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, c := range b.contacts {
		if c.from == link && c.seen.IsZero() {
			c.from = itself
		}
	}
	for _, a := range addrs {
		if b.contacts[a] != nil || b.sameHost(a) < maxContactsOfHost {
			b.enter(a, link)
		}
	}
	b.soonest = time.Time{}
	b.trim()
}

// enter makes a contact due at once. It is called with mu.
func (b *book) enter(addr string, from source) {
	if !swarm.UsableAddr(addr) {
		return
	}
	c := b.contacts[addr]
	if c == nil {
		c = &contact{addr: addr}
		b.contacts[addr] = c
		b.dirty = true
	}
	c.from = max(c.from, from)
	c.next, c.wait = time.Time{}, 0
}

// trusted reports whether who runs this node named an address, or it was reached.
func (b *book) trusted(addr string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	c := b.contacts[addr]
	return c != nil && (c.from == operator || !c.seen.IsZero())
}

// trim drops those contacts that are worth least.
func (b *book) trim() {
	if len(b.contacts) <= maxContacts {
		return
	}
	list := b.sorted()
	for _, c := range list[maxContacts:] {
		delete(b.contacts, c.addr)
	}
}

// sorted lists contacts: those that the operator named, then those of magnet links,
// then those that named themselves, and among each the most recently reached first.
func (b *book) sorted() []*contact {
	list := make([]*contact, 0, len(b.contacts))
	for _, c := range b.contacts {
		list = append(list, c)
	}
	slices.SortFunc(list, func(x, y *contact) int {
		return cmp.Or(cmp.Compare(y.from, x.from), y.seen.Compare(x.seen))
	})
	return list
}

// retry makes every contact due.
func (b *book) retry() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, c := range b.contacts {
		c.next, c.wait = time.Time{}, 0
	}
	b.soonest = time.Time{}
}

// meet notes that a peer is connected. One that was not reached but came by
// itself says what its address is; it may say a few of each host.
func (b *book) meet(addr string, reached bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !swarm.UsableAddr(addr) {
		return
	}
	c := b.contacts[addr]
	if c == nil {
		if !reached && b.sameHost(addr) >= maxContactsOfHost {
			return
		}
		c = &contact{addr: addr}
		b.contacts[addr] = c
		b.soonest, b.dirty = time.Time{}, true
		b.trim()
	}
	// Peers are met time and again; that alone is no reason to write the book.
	if now := b.clock.Now(); reached && now.Sub(c.seen) >= seenWithin {
		c.seen, b.dirty = now, true
	}
}

// sameHost counts the contacts with the host of addr.
func (b *book) sameHost(addr string) (n int) {
	host, _, _ := net.SplitHostPort(addr)
	for a := range b.contacts {
		if h, _, _ := net.SplitHostPort(a); h == host {
			n++
		}
	}
	return n
}

// part notes that the connection of a peer ended: it is dialled again soon,
// and after the shortest pause if an eviction, here or there, is why it ended.
// A peer that says so all the time is believed once in easeEvery.
func (b *book) part(addr string, eviction bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	c := b.contacts[addr]
	if c == nil {
		return
	}
	now := b.clock.Now()
	if eviction && now.Sub(c.eased) >= easeEvery {
		c.eased, c.wait = now, 0
	}
	c.next = now.Add(b.pause(c))
	if c.next.Before(b.soonest) {
		b.soonest = c.next
	}
}

// pause returns the next, longer pause of a contact.
func (b *book) pause(c *contact) time.Duration {
	c.wait = min(max(2*c.wait, b.min), b.max)
	return c.wait*3/4 + rand.N(c.wait/2+1) // jitter
}

// due returns the addresses to dial now and plans their next turn. A contact
// that is connected is looked at again after a while.
func (b *book) due(connected func(addr string) bool) []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.clock.Now()
	if now.Before(b.soonest) {
		return nil
	}
	b.soonest = now.Add(b.max)
	var addrs []string
	for _, c := range b.contacts {
		switch {
		case now.Before(c.next):
		case connected(c.addr):
			// part says when that ends.
			c.next, c.wait = now.Add(max(checkConnected, b.min)), 0
		default:
			c.next = now.Add(b.pause(c))
			addrs = append(addrs, c.addr)
		}
		if c.next.Before(b.soonest) {
			b.soonest = c.next
		}
	}
	return addrs
}

// idle reports whether nobody is due.
func (b *book) idle() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.clock.Now().Before(b.soonest)
}

// saveSometimes saves a changed book when the last time is long past. News
// says that the error is not the same as the last time, or none any more.
func (b *book) saveSometimes() (news bool, err error) {
	b.mu.Lock()
	late := b.dirty && b.clock.Now().Sub(b.saved) >= saveBookEvery
	b.mu.Unlock()
	if !late {
		return false, nil
	}
	err = b.save()
	b.mu.Lock()
	defer b.mu.Unlock()
	news = b.failing != (err != nil)
	b.failing = err != nil
	return news, err
}

// leave makes sure that the book is not saved any more.
func (b *book) leave() {
	b.saving.Lock()
	defer b.saving.Unlock()
	b.mu.Lock()
	defer b.mu.Unlock()
	b.left = true
}

func (b *book) save() error {
	b.saving.Lock()
	defer b.saving.Unlock()
	b.mu.Lock()
	if !b.dirty || b.left {
		b.mu.Unlock()
		return nil
	}
	list := make([]savedContact, 0, min(len(b.contacts), maxSavedContacts))
	for _, c := range b.sorted()[:cap(list)] {
		s := savedContact{Addr: c.addr}
		if !c.seen.IsZero() {
			s.Seen = c.seen.Unix()
		}
		list = append(list, s)
	}
	b.dirty, b.saved = false, b.clock.Now()
	b.mu.Unlock()
	raw, err := json.Marshal(list)
	if err != nil {
		return fmt.Errorf("encode peer book: %w", err)
	}
	err = atomicfile.Write(b.path, raw, 0o600)
	if err == nil {
		return nil
	}
	b.mu.Lock()
	b.dirty = true
	b.mu.Unlock()
	if errors.Is(err, fs.ErrNotExist) {
		return nil // the community has no folder, and nothing to share yet
	}
	return fmt.Errorf("save peer book: %w", err)
}
