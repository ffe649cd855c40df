package quota_test

import (
	"maps"
	"slices"

	"pgregory.net/rapid"

	"seeder/message"
	"seeder/quota"
)

// restart makes a new ledger from what is on the disk.
func (w *world) restart() {
	opts := quota.LedgerOptions{Evict: w.evict}
	if w.space != 0 {
		opts.Free = func() (int64, int64, error) { return w.free(), 1 << 40, nil }
		opts.Written = func(i quota.Item) int64 { return w.disk[i.ID].bytes }
	}
	w.l = quota.NewLedger(opts)
	w.l.SetNode(w.node, w.minFree)
	for _, c := range w.communities {
		w.setCommunity(c)
		var held []quota.Item
		for _, f := range w.files(&c) {
			i := f.Item
			i.Bytes, i.Peak, i.Unfinished = f.bytes, most(&f.Item), !f.whole
			held = append(held, i)
		}
		w.l.Load(c, held)
		w.l.Overhead(c, w.overhead[c])
	}
	w.now.restarts++
	clear(w.barred)
}

func (w *world) setCommunity(c message.CommunityID) {
	w.l.SetCommunity(c, w.limit[c], w.pins[c], w.give[c])
}

// cause notes that something happened after which evicted archives may come back.
func (w *world) cause() {
	w.now.raised++
	clear(w.barred)
}

// draw picks one of the values; false when there is none.
func draw[T any](w *world, from []T, name string) (v T, ok bool) {
	if len(from) == 0 {
		return v, false
	}
	return from[rapid.IntRange(0, len(from)-1).Draw(w.r, name)], true
}

// shuffle puts values in another order.
func shuffle[T any](w *world, from []T, name string) []T {
	places := make([]int, len(from))
	for i := range places {
		places[i] = i
	}
	out := make([]T, len(from))
	for i, k := range rapid.Permutation(places).Draw(w.r, name) {
		out[i] = from[k]
	}
	return out
}

func (w *world) someCommunity() message.CommunityID {
	c, _ := draw(w, w.communities, "community")
	return c
}

func (w *world) someFile(whole bool) (*file, bool) {
	all := slices.DeleteFunc(w.files(nil), func(f *file) bool { return f.whole != whole })
	return draw(w, all, "file")
}

// step does one thing.
func (w *world) step() {
	actions := map[string]func(){
		"arrive": w.arrive, "arrive too": w.arrive, "sync": w.sync, "sync too": w.sync, "write": w.write,
		"commit": w.commit, "commit too": w.commit, "give up": w.giveUp, "restart": w.restart, "cap": w.changeCap, "node cap": w.changeNode,
		"enforce": w.enforce, "settle": w.settle, "overhead": w.changeOverhead,
	}
	if !w.tame {
		maps.Copy(actions, map[string]func(){
			"lose": w.lose, "again": w.again, "pins": w.changePins, "originals": w.changeGive, "refuse": w.refuseSome,
			"amend": w.amend, "make": w.original, "reserve": w.reserveAny, "disk": w.changeDisk,
		})
	}
	names := slices.Sorted(maps.Keys(actions))
	actions[rapid.SampledFrom(names).Draw(w.r, "step")]()
}

// newItem is an archive of a week.
func (w *world) newItem(weekNo uint64) quota.Item {
	w.made++
	c := w.someCommunity()
	bytes := rapid.Int64Range(1, 8).Draw(w.r, "blocks") * blockSize
	i := quota.Item{
		Community: c, ID: message.ArchiveID{byte(w.made >> 8), byte(w.made)},
		Span:   message.Span{From: weekNo * week, To: (weekNo + 1) * week},
		Offset: uint64(len(w.index[c])), Bytes: bytes,
		Peak: bytes + rapid.Int64Range(-1, 3).Draw(w.r, "more")*blockSize,
	}
	return i
}

func (w *world) list(i quota.Item) { w.index[i.Community] = append(w.index[i.Community], i) }

// arrive lists an archive newer than all of its community.
func (w *world) arrive() { w.list(w.newItem(uint64(w.made) / 2)) }

// amend lists an archive of a time before.
func (w *world) amend() {
	w.list(w.newItem(rapid.Uint64Range(0, uint64(w.made)/2).Draw(w.r, "week")))
}

// original is an archive that this node makes, whatever the caps say.
func (w *world) original() {
	i := w.newItem(uint64(w.made) / 2)
	i.Original = true
	w.list(i)
	w.disk[i.ID] = &file{Item: i, whole: true, bytes: i.Bytes}
	w.l.Add(i)
	w.dirty = true
}

func (w *world) changeCap() {
	c := w.someCommunity()
	before := w.limit[c]
	w.limit[c] = w.someCap(80)
	w.capChanged(before, w.limit[c])
	w.setCommunity(c)
}

func (w *world) changeNode() {
	before := w.node
	w.node = w.someCap(160)
	w.capChanged(before, w.node)
	w.l.SetNode(w.node, w.minFree)
}

func (w *world) capChanged(before, now quota.Size) {
	if before != 0 && (now == 0 || now > before) {
		w.cause()
	}
	w.dirty = w.dirty || now != 0 && (before == 0 || now < before)
}

func (w *world) changeOverhead() {
	c := w.someCommunity()
	before := w.overhead[c]
	w.overhead[c] = rapid.Int64Range(0, 4).Draw(w.r, "overhead") * blockSize
	w.dirty = w.dirty || w.overhead[c] > before
	if w.overhead[c] < before {
		w.now.freed++
	}
	w.l.Overhead(c, w.overhead[c])
}

func (w *world) changePins() {
	c := w.someCommunity()
	before := w.pins[c]
	w.pins[c] = nil
	if rapid.Bool().Draw(w.r, "pin") {
		w.pins[c] = w.somePins()
	}
	if !slices.Equal(before, w.pins[c]) {
		w.cause()
	}
	w.setCommunity(c)
}

func (w *world) changeGive() {
	c := w.someCommunity()
	w.give[c] = !w.give[c]
	w.cause()
	w.setCommunity(c)
}

func (w *world) changeDisk() {
	if w.space != 0 {
		w.space = quota.SpareSpace + rapid.Int64Range(0, 200).Draw(w.r, "space")*blockSize
		w.minFree.Bytes = rapid.Int64Range(0, 300).Draw(w.r, "min free") * blockSize
		w.l.SetNode(w.node, w.minFree)
	}
}

// write goes on with a download.
func (w *world) write() {
	if f, ok := w.someFile(false); ok {
		f.bytes = rapid.Int64Range(f.bytes/blockSize, most(&f.Item)/blockSize).Draw(w.r, "written") * blockSize
	}
}

func (w *world) commit() {
	if f, ok := w.someFile(false); ok {
		w.finish(f)
	}
}

func (w *world) finish(f *file) {
	f.whole, f.bytes = true, f.Item.Bytes
	w.l.Commit(f.Community, f.ID, f.bytes)
}

// giveUp ends a download that failed.
func (w *world) giveUp() {
	if f, ok := w.someFile(false); ok {
		delete(w.disk, f.ID)
		w.now.freed++
		w.l.Release(f.Community, f.ID)
	}
}

// lose removes a whole archive.
func (w *world) lose() {
	if f, ok := w.someFile(true); ok {
		delete(w.disk, f.ID)
		w.cause()
		w.l.Release(f.Community, f.ID)
	}
}

// again downloads an archive that is here: it was damaged.
func (w *world) again() {
	if f, ok := w.someFile(true); ok && most(&f.Item) > f.bytes {
		_ = w.reserve(f.Item, nil) // compared in there
	}
}

// reserveAny asks for what nobody wanted.
func (w *world) reserveAny() {
	if i, ok := draw(w, w.listed(w.someCommunity()), "item"); ok {
		_ = w.reserve(i, nil) // compared in there
	}
}

// refuseSome lets an eviction fail, in the middle of a sync or of Enforce.
func (w *world) refuseSome() {
	w.refuse = make(map[message.ArchiveID]bool)
	for _, f := range w.files(nil) {
		if rapid.IntRange(0, 3).Draw(w.r, "busy") == 0 {
			w.refuse[f.ID] = true
		}
	}
	w.half = rapid.Bool().Draw(w.r, "half")
	if rapid.Bool().Draw(w.r, "enforce") {
		w.enforce()
	} else {
		w.sync()
	}
	w.refuse = nil
}

// listed is what of a community's history is not whole here.
func (w *world) listed(c message.CommunityID) []quota.Item {
	var items []quota.Item
	for _, i := range w.index[c] {
		if f := w.disk[i.ID]; f == nil || !f.whole {
			i.Evicted = w.evicted[i.ID]
			items = append(items, i)
		}
	}
	return items
}
