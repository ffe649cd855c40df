package quota

import (
	"slices"

	"seeder/message"
)

// entry is an archive that takes room. Its Bytes are what it takes now: of a
// reservation the most it can.
type entry struct {
	Item
	held    bool // whole; else a reservation
	fixed   bool // pinned, or an original: is not evicted
	leaving bool // given to Evict
}

// account is what one community takes.
type account struct {
	limit          Size
	pins           []message.Span
	evictOriginals bool

	order []*entry // oldest first
	byID  map[message.ArchiveID]*entry
	Usage // Cap is unused; Used is without Overhead
}

func (a *account) total() int64 { return a.Used + a.Reserved + a.Overhead }

func (a *account) pinned(s message.Span) bool {
	return slices.ContainsFunc(a.pins, func(p message.Span) bool {
		return max(p.From, s.From) < min(p.To, s.To)
	})
}

func (a *account) protects(i *Item) bool {
	return a.pinned(i.Span) || i.Original && !a.evictOriginals
}

// count adds an entry to the sums, or takes it away.
func (a *account) count(e *entry, sign int64) {
	if e.held {
		a.Used += sign * e.Bytes
		a.Archives += int(sign)
	} else {
		a.Reserved += sign * e.Bytes
	}
	if e.fixed {
		a.Pinned += sign * e.Bytes
	}
}

// put adds an archive, or replaces what was there under its id.
func (a *account) put(i Item, held bool) {
	a.drop(i.ID)
	e := &entry{Item: i, held: held, fixed: a.protects(&i)}
	at, _ := slices.BinarySearchFunc(a.order, &e.Item, func(e *entry, i *Item) int { return compareAge(&e.Item, i) })
	a.order = slices.Insert(a.order, at, e)
	a.byID[i.ID] = e
	a.count(e, 1)
}

// drop takes an archive out, if it is there.
func (a *account) drop(id message.ArchiveID) {
	e, ok := a.byID[id]
	if !ok {
		return
	}
	a.count(e, -1)
	delete(a.byID, id)
	at, _ := slices.BinarySearchFunc(a.order, &e.Item, func(e *entry, i *Item) int { return compareAge(&e.Item, i) })
	a.order = slices.Delete(a.order, at, at+1)
}
