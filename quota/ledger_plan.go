package quota

import (
	"math"
	"slices"
)

// victim is an archive that is to go.
type victim struct {
	e *entry
	// item is a copy of what it was, with the cause: the entry may be changed
	// while it goes.
	item Item
}

// queue is the archives of one community that may go, the oldest first.
type queue struct {
	order []*entry
	// newest bounds them: only what is older may go; nil: anything.
	newest *Item
	self   *entry
}

// head returns the oldest, which stays.
func (q *queue) head() *entry {
	for len(q.order) > 0 {
		e := q.order[0]
		if q.newest != nil && compareAge(&e.Item, q.newest) >= 0 {
			q.order = nil
			break
		}
		if !e.fixed && !e.leaving && e != q.self {
			return e
		}
		q.order = q.order[1:]
	}
	return nil
}

func (q *queue) pop() { q.order = q.order[1:] }

// selection picks what is to go.
type selection struct {
	queues  map[*account]*queue
	victims []victim
}

// free picks the oldest of the queues until they free so many bytes. It returns
// what is still missing then; zero or less is enough.
func (s *selection) free(queues []*queue, bytes int64, cause Cause) int64 {
	for bytes > 0 {
		var oldest *queue
		for _, q := range queues {
			if e := q.head(); e != nil && (oldest == nil || compareAge(&e.Item, &oldest.head().Item) < 0) {
				oldest = q
			}
		}
		if oldest == nil {
			return bytes
		}
		e := oldest.head()
		oldest.pop()
		v := victim{e, e.Item}
		v.item.Cause = cause
		s.victims = append(s.victims, v)
		bytes -= e.Bytes
	}
	return bytes
}

func (s *selection) freed() (sum int64) {
	for _, v := range s.victims {
		sum += v.item.Bytes
	}
	return sum
}

func (s *selection) all() []*queue {
	all := make([]*queue, 0, len(s.queues))
	for _, q := range s.queues {
		all = append(all, q)
	}
	return all
}

// over is by how much a total is over a cap.
func over(total int64, limit Size) int64 {
	if limit == 0 {
		return math.MinInt64 / 2
	}
	return total - int64(limit)
}

// plan returns what has to go so that item fits, in the order in which it goes; an
// error when nothing that may go makes room enough.
func (l *Ledger) plan(item *Item, d diskReading) ([]victim, error) {
	a := l.account(item.Community)
	self := a.byID[item.ID]
	need, beside := a.need(item), l.needBeside(item)
	if need+beside == 0 {
		return nil, nil
	}
	if need == 0 {
		return nil, lacks(beside, d.room-l.pending(d))
	}
	s := selection{queues: make(map[*account]*queue, len(l.accounts))}
	for _, other := range l.accounts {
		q := &queue{order: other.order, newest: item, self: self}
		if a.pinned(item.Span) {
			q.newest = nil
		}
		s.queues[other] = q
	}
	if missing := s.free([]*queue{s.queues[a]}, over(a.total()+need, a.limit), CauseCommunity); missing > 0 {
		return nil, &RoomError{Err: ErrNoRoom, Scope: "community", Need: need, Room: need - missing}
	}
	if missing := s.free(s.all(), over(l.total()+need, l.limit)-s.freed(), CauseNode); missing > 0 {
		return nil, &RoomError{Err: ErrNoRoom, Scope: "node", Need: need, Room: need - missing}
	}
	room := d.room - l.pending(d)
	for _, v := range s.victims {
		room += v.item.Bytes // of a download, what is written and what was promised
	}
	if err := lacks(need+beside, room); err != nil {
		return nil, err
	}
	return s.victims, nil
}

// lacks returns the error of a disk that has less room than is needed.
func lacks(need, room int64) error {
	if room < need {
		return &RoomError{Err: ErrNoSpace, Scope: "node", Need: need, Room: room}
	}
	return nil
}

// excess returns what has to go so that every cap holds, and an error when that is
// not enough.
func (l *Ledger) excess() ([]victim, error) {
	s := selection{queues: make(map[*account]*queue, len(l.accounts))}
	var err error
	for _, a := range l.accounts {
		q := &queue{order: a.order}
		s.queues[a] = q
		if missing := s.free([]*queue{q}, over(a.total(), a.limit), CauseLowered); missing > 0 {
			err = &RoomError{Err: ErrNoRoom, Scope: "community", Need: a.Pinned + a.Overhead, Room: int64(a.limit)}
		}
	}
	if missing := s.free(s.all(), over(l.total(), l.limit)-s.freed(), CauseLowered); missing > 0 {
		err = &RoomError{Err: ErrNoRoom, Scope: "node", Need: int64(l.limit) + missing, Room: int64(l.limit)}
	}
	slices.SortFunc(s.victims, func(x, y victim) int { return compareAge(&x.item, &y.item) })
	return s.victims, err
}
