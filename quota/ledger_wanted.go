package quota

import (
	"math"
	"slices"

	"seeder/message"
)

// Wanted returns which of the listed archives of a community are to be here, newest
// first: all that are pinned, as far as they fit, and of the others the newest that
// fit beside what is here, up to the first that does not. Each of them can be
// reserved without another of them being evicted. What is larger than the caps
// by itself is passed over. What is listed may be here already.
//
// What was evicted is wanted again when a cap was raised, the pins were changed, or a
// whole archive was released; after a restart, when it would fit beside all
// newer ones at the most that they can take. What was asked for by itself is wanted
// where nothing has to go for it.
func (l *Ledger) Wanted(c message.CommunityID, listed []Item) []message.ArchiveID {
	l.mu.Lock()
	defer l.mu.Unlock()
	w := l.newWish(c, listed)
	for _, i := range w.news {
		if w.a.pinned(i.Span) && !w.takePinned(i) {
			break
		}
	}
	w.walk()
	w.takeAsked()
	return w.ids()
}

// takeAsked takes what was asked for, the newest first, as far as it fits beside
// everything that is here and everything taken.
func (w *wish) takeAsked() {
	for _, i := range w.asked {
		if slices.Contains(w.chosen, i) {
			continue
		}
		if more := w.taken + i.most(); under(w.a.total()+more, w.a.limit) && under(w.l.total()+more, w.l.limit) {
			w.take(i)
		}
	}
}

// wish is the work of one Wanted.
type wish struct {
	l *Ledger
	a *account
	c message.CommunityID
	// listed are all of the call; news are those that take no room yet, newest
	// first.
	listed map[message.ArchiveID]bool
	news   []*Item
	// community and node are what is counted so far, most what it is when every
	// archive takes the most it can.
	community, node sums
	others          []rest
	chosen          []*Item
	// taken is what those of chosen are going to take that take no room yet.
	taken int64
	// asked are those of news that were asked for.
	asked []*Item
}

// rest is the archives of another community that are not counted yet, oldest
// first. To is the end of the newest one's span.
type rest struct {
	order []*entry
	to    uint64
}

type sums struct {
	limit     int64
	now, most int64
}

func (s *sums) add(now, most int64) {
	s.now += now
	s.most += most
}

func bound(limit Size) int64 {
	if limit == 0 {
		return math.MaxInt64
	}
	return int64(limit)
}

func (l *Ledger) newWish(c message.CommunityID, listed []Item) *wish {
	w := &wish{l: l, a: l.account(c), c: c, listed: make(map[message.ArchiveID]bool, len(listed))}
	for i := range listed {
		item := listed[i]
		item.Community = c
		if w.listed[item.ID] {
			continue
		}
		w.listed[item.ID] = true
		if w.a.byID[item.ID] == nil {
			w.news = append(w.news, &item)
		}
	}
	slices.SortFunc(w.news, func(x, y *Item) int { return compareAge(y, x) })
	for _, i := range w.news {
		if i.Asked {
			w.asked = append(w.asked, i)
		}
	}
	w.community.limit, w.node.limit = bound(w.a.limit), bound(l.limit)
	w.community.add(w.a.Overhead, w.a.Overhead)
	for _, a := range l.accounts {
		w.node.add(a.Overhead, a.Overhead)
		if l.limit != 0 || a == w.a {
			w.countFixed(a)
		}
		if l.limit != 0 && a != w.a {
			w.others = append(w.others, rest{a.order, math.MaxUint64})
		}
	}
	return w
}

// countFixed counts what stays in any case.
func (w *wish) countFixed(a *account) {
	if a.Pinned == 0 {
		return
	}
	for _, e := range a.order {
		if !e.fixed {
			continue
		}
		w.node.add(e.Bytes, e.most())
		if a != w.a {
			continue
		}
		w.community.add(e.Bytes, e.most())
		if w.listed[e.ID] {
			w.chosen = append(w.chosen, &e.Item)
		}
	}
}

func (w *wish) take(i *Item) {
	w.community.add(i.most(), i.most())
	w.node.add(i.most(), i.most())
	w.taken += i.most()
	w.chosen = append(w.chosen, i)
}

// fits reports whether an archive fits beside what is counted.
func (w *wish) fits(i *Item) bool {
	if i.Evicted {
		return w.community.most+i.most() <= w.community.limit && w.node.most+i.most() <= w.node.limit
	}
	return w.community.now+i.most() <= w.community.limit && w.node.now+i.most() <= w.node.limit
}

func (w *wish) takePinned(i *Item) bool {
	ok := w.community.now+i.most() <= w.community.limit && w.node.now+i.most() <= w.node.limit
	if ok {
		w.take(i)
	}
	return ok
}

// walk goes from the newest archive to the oldest, those here and those listed,
// until one does not fit.
func (w *wish) walk() {
	room := min(w.community.limit-w.community.now, w.node.limit-w.node.now)
	here := w.a.order
	news := w.news
	for len(here) > 0 || len(news) > 0 {
		if len(news) == 0 || len(here) > 0 && compareAge(&here[len(here)-1].Item, news[0]) > 0 {
			e := here[len(here)-1]
			here = here[:len(here)-1]
			if !w.keep(e) {
				return
			}
			continue
		}
		i := news[0]
		news = news[1:]
		if w.a.pinned(i.Span) || i.most() > room {
			continue
		}
		w.countNewer(i)
		if _, barred := w.l.barred[archiveKey{w.c, i.ID}]; barred || !w.fits(i) {
			return
		}
		w.take(i)
	}
}

// keep counts an archive that is here; false when it is beyond the caps.
func (w *wish) keep(e *entry) bool {
	if e.fixed {
		return true
	}
	w.countNewer(&e.Item)
	w.community.add(e.Bytes, e.most())
	w.node.add(e.Bytes, e.most())
	if w.community.now > w.community.limit || w.node.now > w.node.limit {
		return false
	}
	if w.listed[e.ID] {
		w.chosen = append(w.chosen, &e.Item)
	}
	return true
}

// countNewer counts the archives of other communities that are newer than i: they
// are not evicted for it.
func (w *wish) countNewer(i *Item) {
	for k := range w.others {
		if w.others[k].to >= i.Span.To {
			w.countRest(&w.others[k], i)
		}
	}
}

func (w *wish) countRest(r *rest, i *Item) {
	for len(r.order) > 0 {
		e := r.order[len(r.order)-1]
		if r.to = e.Span.To; compareAge(&e.Item, i) < 0 {
			return
		}
		if !e.fixed {
			w.node.add(e.Bytes, e.most())
		}
		r.order = r.order[:len(r.order)-1]
	}
	r.to = 0
}

func (w *wish) ids() []message.ArchiveID {
	slices.SortFunc(w.chosen, func(x, y *Item) int { return compareAge(y, x) })
	ids := make([]message.ArchiveID, len(w.chosen))
	for i, item := range w.chosen {
		ids[i] = item.ID
	}
	return ids
}
