package quota

import (
	"strings"

	"github.com/dustin/go-humanize"

	"seeder/message"
)

// Excess says how much is over a cap, and what of all that is there stays, in bytes.
type Excess struct {
	// Bytes is how much is over the cap; 0 for nothing, and then all others are.
	Bytes int64
	// Pinned archives stay, and Originals, which may not go. Lent are originals
	// that go once others hold them.
	Pinned, Originals, Lent int64
	// Overhead is torrents and indexes.
	Overhead int64
}

// String says in words why that much is over the cap; empty when nothing is.
func (e Excess) String() string {
	if e.Bytes <= 0 {
		return ""
	}
	var why []string
	for _, part := range []struct {
		bytes int64
		text  string
	}{
		{e.Pinned, "pinned"},
		{e.Originals, "originals, which stay while evict_originals is off"},
		{e.Lent, "originals, which go when other seeders hold them"},
	} {
		if part.bytes > 0 {
			why = append(why, humanize.IBytes(uint64(part.bytes))+" are "+part.text)
		}
	}
	if len(why) == 0 && e.Overhead >= e.Bytes {
		why = append(why, humanize.IBytes(uint64(e.Overhead))+" are torrents and indexes")
	}
	if len(why) == 0 {
		return "the oldest archives are being evicted"
	}
	return strings.Join(why, ", ")
}

// Excess returns what of a community is over its cap.
func (l *Ledger) Excess(c message.CommunityID) Excess {
	l.mu.Lock()
	defer l.mu.Unlock()
	a, ok := l.accounts[c]
	if !ok {
		return Excess{}
	}
	return excessOf(over(a.total(), a.limit), a)
}

// NodeExcess returns what of all communities is over the cap of the node.
func (l *Ledger) NodeExcess() Excess {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := make([]*account, 0, len(l.accounts))
	for _, a := range l.accounts {
		all = append(all, a)
	}
	return excessOf(over(l.total(), l.limit), all...)
}

func excessOf(bytes int64, accounts ...*account) Excess {
	if bytes <= 0 {
		return Excess{}
	}
	e := Excess{Bytes: bytes}
	for _, a := range accounts {
		e.Overhead += a.Overhead
		for _, one := range a.order {
			switch {
			case a.pinned(one.Span):
				e.Pinned += one.Bytes
			case one.Original && one.fixed:
				e.Originals += one.Bytes
			case one.Original:
				e.Lent += one.Bytes
			}
		}
	}
	return e
}
