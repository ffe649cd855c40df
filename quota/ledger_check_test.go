package quota_test

import (
	"errors"
	"maps"
	"slices"

	"pgregory.net/rapid"

	"seeder/message"
	"seeder/quota"
)

// reserve asks for room and compares what went with the model.
func (w *world) reserve(item quota.Item, wanted []message.ArchiveID) error {
	want, wantErr := w.diskModel.reserve(&item)
	w.victims = nil
	for n, id := range want {
		if w.refuse[id] {
			want, wantErr = want[:n], errRefused
			break
		}
	}
	err := w.l.Reserve(w.r.Context(), item)
	if !errors.Is(err, wantErr) || (err == nil) != (wantErr == nil) || !slices.Equal(w.victims, want) {
		w.r.Fatalf("reserve %+v: %v, evicted %v; want %v, evicted %v", item, err, w.victims, wantErr, want)
	}
	for _, id := range w.victims {
		if slices.Contains(wanted, id) {
			w.r.Fatalf("%v was evicted for %v, though both are wanted", id, item.ID)
		}
	}
	if err != nil {
		return err
	}
	if f := w.disk[item.ID]; f == nil {
		w.disk[item.ID] = &file{Item: item}
		delete(w.evicted, item.ID)
		delete(w.barred, item.ID)
	} else if f.whole && most(&f.Item) > f.bytes {
		f.whole = false
	}
	return nil
}

// sync begins downloads of some of what is wanted, in any order.
func (w *world) sync() {
	c := w.someCommunity()
	wanted := w.wantedOf(c)
	order := shuffle(w, wanted, "order")
	for _, id := range order[:rapid.IntRange(0, len(order)).Draw(w.r, "begun")] {
		if err := w.reserve(w.item(c, id), wanted); err != nil && !w.dirty &&
			!errors.Is(err, quota.ErrNoSpace) && !errors.Is(err, errRefused) {
			w.r.Fatalf("what is wanted does not fit: %v", err)
		}
	}
}

func (w *world) item(c message.CommunityID, id message.ArchiveID) quota.Item {
	at := slices.IndexFunc(w.index[c], func(i quota.Item) bool { return i.ID == id })
	return w.index[c][at]
}

// wantedOf compares what the ledger wants with the model, and requires a reason
// for what was evicted before.
func (w *world) wantedOf(c message.CommunityID) []message.ArchiveID {
	listed := w.listed(c)
	got, want := w.l.Wanted(c, shuffle(w, listed, "listed")), w.wanted(c, listed)
	if !slices.Equal(got, want) {
		w.r.Fatalf("wants %v, the model %v", got, want)
	}
	// After a restart nobody knows what was evicted of other communities: what they
	// left over may be used once more.
	known := len(w.communities) == 1 && !w.tooLarge(c)
	for _, id := range got {
		at, was := w.at[id]
		if !was || w.disk[id] != nil || !w.evicted[id] || at.raised != w.now.raised {
			continue
		}
		if at.restarts == w.now.restarts || at.freed == w.now.freed && known {
			w.r.Fatalf("%v is fetched again, though nothing has changed since it was evicted", id)
		}
	}
	return got
}

// tooLarge says that an archive is larger than the caps: others pass it over.
func (w *world) tooLarge(c message.CommunityID) bool {
	u, n := w.usage(c), w.nodeUsage()
	return slices.ContainsFunc(w.index[c], func(i quota.Item) bool {
		return tooMuch(u.Overhead+u.Pinned+most(&i), u.Cap) || tooMuch(n.Overhead+n.Pinned+most(&i), n.Cap)
	})
}

// enforce makes the caps hold and compares what went with the model.
func (w *world) enforce() {
	want, fits := w.diskModel.enforce()
	refused := false
	for id := range want {
		if w.refuse[id] {
			delete(want, id)
			refused = true
		}
	}
	w.victims = nil
	err := w.l.Enforce(w.r.Context())
	got := make(map[message.ArchiveID]bool)
	for _, id := range w.victims {
		got[id] = true
	}
	if !maps.Equal(got, want) {
		w.r.Fatalf("enforce evicted %v, want %v", got, want)
	}
	switch {
	case refused:
		if !errors.Is(err, errRefused) {
			w.r.Fatalf("enforce with an archive that cannot go: %v", err)
		}
		return
	case fits != (err == nil), err != nil && !errors.Is(err, quota.ErrNoRoom):
		w.r.Fatalf("enforce: %v, it fits: %v", err, fits)
	}
	w.dirty = !fits
	w.check()
}

// settle fetches until nothing is wanted any more, which has to come to an end.
func (w *world) settle() {
	w.enforce()
	if w.dirty {
		return
	}
	for round := 0; ; round++ {
		if round > 20 {
			w.r.Fatal("fetches and evicts without an end")
		}
		idle := true
		for _, c := range w.communities {
			wanted := w.wantedOf(c)
			for _, id := range wanted {
				if err := w.reserve(w.item(c, id), wanted); err != nil && !errors.Is(err, quota.ErrNoSpace) {
					w.r.Fatalf("what is wanted does not fit: %v", err)
				} else if err == nil {
					idle = false
				}
			}
			for _, f := range w.files(&c) {
				if !f.whole {
					w.finish(f)
				}
			}
		}
		w.check()
		if idle {
			break
		}
	}
	if w.tame && w.space == 0 {
		w.checkNewest()
	}
}

// check compares ledger, model and disk.
func (w *world) check() {
	for _, c := range w.communities {
		if got, want := w.l.Usage(c), w.usage(c); got != want {
			w.r.Fatalf("usage of a community is %+v, want %+v", got, want)
		}
		next, ok := w.l.Next(c)
		all := slices.DeleteFunc(w.files(&c), func(f *file) bool { return w.stays(&f.Item) })
		if ok != (len(all) > 0) || ok && next.ID != all[0].ID {
			w.r.Fatalf("next to go is %+v, %v, want %+v", next, ok, all)
		}
	}
	u := w.nodeUsage()
	if got := w.l.NodeUsage(); got != u {
		w.r.Fatalf("usage of the node is %+v, want %+v", got, u)
	}
	var whole, begun int64
	for _, f := range w.disk {
		if f.whole {
			whole += f.bytes
		} else {
			begun += f.bytes
		}
	}
	if u.Used-u.Overhead != whole || u.Reserved < begun {
		w.r.Fatalf("%d and %d bytes are on disk, counted are %+v", whole, begun, u)
	}
	w.underCaps()
}

// checkNewest requires that no archive is missing that there would be room for
// beside the pinned and the newer ones. (Behind the first that is missing older ones
// may be here yet: nobody needed their room.)
func (w *world) checkNewest() {
	for _, c := range w.communities {
		for _, i := range slices.Backward(w.index[c]) {
			if w.disk[i.ID] != nil {
				continue
			}
			in, all := w.overhead[c], int64(0)
			for _, o := range w.communities {
				all += w.overhead[o]
			}
			large := tooMuch(in+w.usage(c).Pinned+most(&i), w.limit[c]) || tooMuch(all+w.nodeUsage().Pinned+most(&i), w.node)
			if large && !w.pinned(&i) {
				continue
			}
			for _, f := range w.disk {
				if w.stays(&f.Item) || older(&i, &f.Item) {
					all += f.counts()
					if f.Community == c {
						in += f.counts()
					}
				}
			}
			if !w.barred[i.ID] && !w.evicted[i.ID] && !tooMuch(in+most(&i), w.limit[c]) && !tooMuch(all+most(&i), w.node) {
				w.r.Fatalf("%+v is not here though it would fit", i)
			}
			break
		}
	}
}
