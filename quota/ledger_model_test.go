package quota_test

import (
	"slices"

	"seeder/message"
	"seeder/quota"
)

const blockSize = quota.Block

// file is an archive on the disk of the model: whole, or a download that may
// grow.
type file struct {
	quota.Item
	whole bool
	bytes int64
}

// most is what an archive takes at its largest.
func most(i *quota.Item) int64 { return max(i.Bytes, i.Peak) }

// counts is what the ledger has to count for a file.
func (f *file) counts() int64 {
	if f.whole {
		return f.bytes
	}
	return most(&f.Item)
}

// mark is how often something had happened when an archive was evicted, see world.
type mark struct{ raised, restarts, freed int }

// diskModel is what the ledger should do, in the simplest way: it works out everything
// anew from what is on the disk.
type diskModel struct {
	communities []message.CommunityID
	index       map[message.CommunityID][]quota.Item // all there ever was
	disk        map[message.ArchiveID]*file
	evicted     map[message.ArchiveID]bool // whole ones, as the database says
	barred      map[message.ArchiveID]bool
	overhead    map[message.CommunityID]int64
	limit       map[message.CommunityID]quota.Size
	pins        map[message.CommunityID][]message.Span
	give        map[message.CommunityID]bool // originals may be evicted
	node        quota.Size
	minFree     quota.Free
	space       int64 // of the disk, less what others have written; 0: not looked at
}

// older says which archive goes first.
func older(a, b *quota.Item) bool {
	switch {
	case a.Span.To != b.Span.To:
		return a.Span.To < b.Span.To
	case a.Span.From != b.Span.From:
		return a.Span.From < b.Span.From
	case a.Offset != b.Offset:
		return a.Offset < b.Offset
	case a.Community != b.Community:
		return string(a.Community[:]) < string(b.Community[:])
	}
	return string(a.ID[:]) < string(b.ID[:])
}

func (m *diskModel) pinned(i *quota.Item) bool {
	for _, p := range m.pins[i.Community] {
		if p.From < i.Span.To && i.Span.From < p.To {
			return true
		}
	}
	return false
}

// stays says that an archive is never evicted.
func (m *diskModel) stays(i *quota.Item) bool {
	return m.pinned(i) || i.Original && !m.give[i.Community]
}

// files returns what is on the disk of a community (nil: of all), oldest first.
func (m *diskModel) files(c *message.CommunityID) []*file {
	var all []*file
	for _, f := range m.disk {
		if c == nil || f.Community == *c {
			all = append(all, f)
		}
	}
	slices.SortFunc(all, func(a, b *file) int {
		if older(&a.Item, &b.Item) {
			return -1
		}
		return 1
	})
	return all
}

func (m *diskModel) usage(c message.CommunityID) quota.Usage {
	u := quota.Usage{Used: m.overhead[c], Overhead: m.overhead[c], Cap: m.limit[c]}
	for _, f := range m.files(&c) {
		if f.whole {
			u.Used += f.counts()
			u.Archives++
		} else {
			u.Reserved += f.counts()
		}
		if m.stays(&f.Item) {
			u.Pinned += f.counts()
		}
	}
	return u
}

func (m *diskModel) nodeUsage() quota.Usage {
	u := quota.Usage{Cap: m.node}
	for _, c := range m.communities {
		of := m.usage(c)
		u.Used += of.Used
		u.Reserved += of.Reserved
		u.Overhead += of.Overhead
		u.Pinned += of.Pinned
		u.Archives += of.Archives
	}
	return u
}

func tooMuch(bytes int64, limit quota.Size) bool { return limit != 0 && bytes > int64(limit) }

// free is what a disk has left.
func (m *diskModel) free() int64 {
	left := m.space
	for _, f := range m.disk {
		left -= f.bytes
	}
	return left
}

// reserve works out who has to go for an archive, or why there is no room.
func (m *diskModel) reserve(item *quota.Item) ([]message.ArchiveID, error) {
	need := most(item)
	if f := m.disk[item.ID]; f != nil {
		need -= f.counts()
	}
	if need <= 0 {
		return nil, nil
	}
	var gone []message.ArchiveID
	freed := func(c *message.CommunityID) (sum int64) {
		for _, id := range gone {
			if c == nil || m.disk[id].Community == *c {
				sum += m.disk[id].counts()
			}
		}
		return sum
	}
	next := func(c *message.CommunityID) bool {
		for _, f := range m.files(c) {
			if f.ID == item.ID || m.stays(&f.Item) || slices.Contains(gone, f.ID) ||
				!m.pinned(item) && !older(&f.Item, item) {
				continue
			}
			gone = append(gone, f.ID)
			return true
		}
		return false
	}
	of := m.usage(item.Community)
	for tooMuch(of.Used+of.Reserved+need-freed(&item.Community), of.Cap) {
		if !next(&item.Community) {
			return nil, quota.ErrNoRoom
		}
	}
	all := m.nodeUsage()
	for tooMuch(all.Used+all.Reserved+need-freed(nil), all.Cap) {
		if !next(nil) {
			return nil, quota.ErrNoRoom
		}
	}
	if m.space != 0 {
		left := m.free() + freed(nil) - max(m.minFree.Bytes, quota.SpareSpace)
		for _, f := range m.disk {
			if !f.whole {
				left -= most(&f.Item) - f.bytes // will be written
			}
		}
		if left < need {
			return nil, quota.ErrNoSpace
		}
	}
	return gone, nil
}

// enforce works out who has to go because of the caps, as a set.
func (m *diskModel) enforce() (gone map[message.ArchiveID]bool, fits bool) {
	gone, fits = make(map[message.ArchiveID]bool), true
	evict := func(c *message.CommunityID, bytes int64, limit quota.Size) {
		for _, f := range m.files(c) {
			if gone[f.ID] {
				bytes -= f.counts()
			}
		}
		for _, f := range m.files(c) {
			if tooMuch(bytes, limit) && !gone[f.ID] && !m.stays(&f.Item) {
				gone[f.ID] = true
				bytes -= f.counts()
			}
		}
		fits = fits && !tooMuch(bytes, limit)
	}
	for _, c := range m.communities {
		u := m.usage(c)
		evict(&c, u.Used+u.Reserved, u.Cap)
	}
	u := m.nodeUsage()
	evict(nil, u.Used+u.Reserved, u.Cap)
	return gone, fits
}

// total is what is counted, and what would be with everything at its largest.
type total struct{ now, most int64 }

func (s total) plus(i *quota.Item) total { return total{s.now + most(i), s.most + most(i)} }

func (s total) fits(i *quota.Item, limit quota.Size) bool {
	if i.Evicted {
		return !tooMuch(s.most+most(i), limit)
	}
	return !tooMuch(s.now+most(i), limit)
}

// wanted works out what should be here of a community: pinned archives first, then
// the newest.
func (m *diskModel) wanted(c message.CommunityID, listed []quota.Item) []message.ArchiveID {
	var chosen []quota.Item
	isListed := func(id message.ArchiveID) bool {
		return slices.ContainsFunc(listed, func(i quota.Item) bool { return i.ID == id })
	}
	// base is what stays in any case, and counted all that is newer than an archive.
	counted := func(newerThan *quota.Item) (in, all total) {
		for _, o := range m.communities {
			all = total{all.now + m.overhead[o], all.most + m.overhead[o]}
		}
		in = total{m.overhead[c], m.overhead[c]}
		for _, f := range m.disk {
			if m.stays(&f.Item) || newerThan != nil && older(newerThan, &f.Item) {
				all = total{all.now + f.counts(), all.most + most(&f.Item)}
				if f.Community == c {
					in = total{in.now + f.counts(), in.most + most(&f.Item)}
				}
			}
		}
		for i := range chosen {
			if m.disk[chosen[i].ID] == nil {
				in, all = in.plus(&chosen[i]), all.plus(&chosen[i])
			}
		}
		return in, all
	}
	candidates := slices.Clone(listed)
	for _, f := range m.files(&c) {
		if !isListed(f.ID) {
			candidates = append(candidates, f.Item)
		}
	}
	slices.SortFunc(candidates, func(a, b quota.Item) int {
		if older(&b, &a) {
			return -1
		}
		return 1
	})
	full := false
	for _, i := range candidates {
		i.Evicted = false // a pinned one comes back as soon as it fits
		in, all := counted(nil)
		switch {
		case m.disk[i.ID] != nil && m.stays(&i) && isListed(i.ID):
			chosen = append(chosen, i)
		case m.disk[i.ID] == nil && m.pinned(&i) && !full:
			full = !in.fits(&i, m.limit[c]) || !all.fits(&i, m.node)
			if !full {
				chosen = append(chosen, i)
			}
		}
	}
	baseIn, baseAll := counted(nil)
	for _, i := range candidates {
		f := m.disk[i.ID]
		if f != nil && m.stays(&i) || f == nil && m.pinned(&i) {
			continue
		}
		i.Evicted = m.evicted[i.ID]
		in, all := counted(&i)
		if f != nil {
			if tooMuch(in.now+f.counts(), m.limit[c]) || tooMuch(all.now+f.counts(), m.node) {
				break
			}
			if isListed(i.ID) {
				chosen = append(chosen, i)
			}
			continue
		}
		if tooMuch(baseIn.now+most(&i), m.limit[c]) || tooMuch(baseAll.now+most(&i), m.node) {
			continue // larger than the caps
		}
		if m.barred[i.ID] || !in.fits(&i, m.limit[c]) || !all.fits(&i, m.node) {
			break
		}
		chosen = append(chosen, i)
	}
	slices.SortFunc(chosen, func(a, b quota.Item) int {
		if older(&b, &a) {
			return -1
		}
		return 1
	})
	ids := make([]message.ArchiveID, 0, len(chosen))
	for _, i := range chosen {
		ids = append(ids, i.ID)
	}
	return ids
}
