package activity

import (
	"context"
	"errors"
	"slices"

	"seeder/catalog"
	"seeder/message"
	"seeder/store"
)

// Several is how many archives of one transaction and one outcome are told of one
// by one; more of them are one event without a subject.
const Several = 3

// Watch returns a database that tells what is committed through it. Closing it
// closes db.
func Watch(db store.DB, log *Log) store.DB { return &watched{db, log} }

type watched struct {
	store.DB

	log *Log
}

// Update implements [store.DB].
func (w *watched) Update(ctx context.Context, fn func(store.Tx) error) error {
	var seen []change
	err := w.DB.Update(ctx, func(tx store.Tx) error {
		seen = nil // the function may run again
		t := &recorder{Tx: tx}
		err := fn(t)
		seen = t.seen
		return err
	})
	if err == nil && len(seen) > 0 {
		w.log.Publish(events(seen)...)
	}
	return err
}

// change is an event to be, or what became of an archive: those of one outcome may
// become one event.
type change struct {
	Event

	// archive is nil for an event; was is the state it had before.
	archive *store.Archive
	was     store.ArchiveState
}

// recorder is a transaction that notes what its writes change. It reads what was
// there before, in the order in which the write itself takes its locks.
type recorder struct {
	store.Tx

	seen []change
	// rows are the archives of communities that fn has listed, kept up to date, so
	// that changing many costs no reading of each.
	rows map[message.CommunityID]map[message.ArchiveID]standing
}

// standing is what of an archive's row is told of.
type standing struct {
	state    store.ArchiveState
	reason   string
	attempts int
}

func standingOf(a *store.Archive) standing { return standing{a.State, a.Reason, a.Attempts} }

func (r *recorder) note(c message.CommunityID, kind Kind, subject, state, text string) {
	e := Event{Kind: kind, Subject: subject, State: state, Text: text}
	if !c.IsZero() {
		e.Community = c.String()
	}
	r.seen = append(r.seen, change{Event: e})
}

// PutCommunity implements [store.Communities].
func (r *recorder) PutCommunity(c store.Community) error {
	all, err := r.Communities()
	if err != nil {
		return err
	}
	if err := r.Tx.PutCommunity(c); err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(o store.Community) bool { return o.ID == c.ID })
	switch {
	case i < 0 && c.Role == store.RoleOwner:
		r.note(c.ID, KindCommunity, "", "added", "This node owns the community "+name(c)+" now")
	case i < 0:
		r.note(c.ID, KindCommunity, "", "added", "This node follows the community "+name(c)+" now")
	case all[i].Name != c.Name:
		r.note(c.ID, KindCommunity, "", "renamed", "The community "+name(all[i])+" is called "+name(c)+" now")
	case all[i].Role != c.Role:
		r.note(c.ID, KindCommunity, "", "added", "This node is "+string(c.Role)+" of the community "+name(c)+" now")
	}
	return nil
}

// LeaveCommunity implements [store.Departures].
func (r *recorder) LeaveCommunity(c message.CommunityID, messages bool) error {
	all, err := r.Communities()
	if err != nil {
		return err
	}
	delete(r.rows, c)
	if err := r.Tx.LeaveCommunity(c, messages); err != nil {
		return err
	}
	if i := slices.IndexFunc(all, func(o store.Community) bool { return o.ID == c }); i >= 0 {
		text := "This node has left the community " + name(all[i])
		if messages {
			text += ", and deletes its messages"
		}
		r.note(c, KindCommunity, "", "left", text)
	}
	return nil
}

// Archives implements [store.Archives].
func (r *recorder) Archives(c message.CommunityID) ([]store.Archive, error) {
	all, err := r.Tx.Archives(c)
	if err != nil {
		return all, err
	}
	rows := make(map[message.ArchiveID]standing, len(all))
	for i := range all {
		rows[all[i].ID] = standingOf(&all[i])
	}
	if r.rows == nil {
		r.rows = make(map[message.CommunityID]map[message.ArchiveID]standing)
	}
	r.rows[c] = rows
	return all, nil
}

// before returns how an archive stands; the zero value when there is none.
func (r *recorder) before(c message.CommunityID, id message.ArchiveID) (standing, error) {
	if rows, listed := r.rows[c]; listed {
		return rows[id], nil
	}
	a, err := r.Archive(c, id)
	if errors.Is(err, store.ErrNotFound) {
		return standing{}, nil
	}
	return standingOf(&a), err
}

// PutArchive implements [store.Archives].
func (r *recorder) PutArchive(a store.Archive) error {
	before, err := r.before(a.Community, a.ID)
	if err != nil {
		return err
	}
	if err := r.Tx.PutArchive(a); err != nil {
		return err
	}
	if rows, listed := r.rows[a.Community]; listed {
		rows[a.ID] = standingOf(&a)
	}
	if worthTelling(before, &a) {
		told := a // only then does it cost memory
		told.Entry = nil
		r.seen = append(r.seen, change{archive: &told, was: before.state})
	}
	return nil
}

// PutAnnouncement implements [store.Announcements].
func (r *recorder) PutAnnouncement(a store.Announcement) error {
	before, err := r.LatestAnnouncement(a.Community)
	known := err == nil && before.Clock == a.Clock
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if err := r.Tx.PutAnnouncement(a); err != nil || known {
		return err
	}
	state, text := "received", "A newer announcement of the owner came"
	if a.Own {
		state, text = "made", "The archives are ready and will be announced"
	}
	r.note(a.Community, KindAnnouncement, catalog.InfoHash(a.Magnet), state, text)
	return nil
}

// MarkSent implements [store.Announcements].
func (r *recorder) MarkSent(c message.CommunityID, clock uint64, at int64, peers int, envelope []byte) error {
	before, err := r.LatestAnnouncement(c)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if err := r.Tx.MarkSent(c, clock, at, peers, envelope); err != nil {
		return err
	}
	if before.Clock == clock && before.Own && peers > 0 {
		r.note(c, KindAnnouncement, catalog.InfoHash(before.Magnet), "sent", "The announcement was sent, "+count(peers, "peer took it", "peers took it"))
	}
	return nil
}

// PutOperation implements [store.Operations].
func (r *recorder) PutOperation(o store.Operation) error {
	before, err := r.Operation(o.ID)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if err := r.Tx.PutOperation(o); err != nil {
		return err
	}
	if text := operationText(before, o); text != "" {
		r.note(o.Community, KindOperation, string(o.ID), string(o.State), text)
	}
	return nil
}

// PutWork implements [store.Works].
func (r *recorder) PutWork(w store.Work) error {
	all, err := r.Works(w.Community)
	if err != nil {
		return err
	}
	if err := r.Tx.PutWork(w); err != nil {
		return err
	}
	var before store.Work
	if i := slices.IndexFunc(all, func(o store.Work) bool { return o.Part == w.Part }); i >= 0 {
		before = all[i]
	}
	if text := workText(before, w); text != "" {
		r.note(w.Community, KindWork, w.Part, string(w.State), text)
	}
	return nil
}

// PutSetting implements [store.Settings].
func (r *recorder) PutSetting(s store.Setting) error {
	if !s.Community.IsZero() {
		if _, err := r.Community(s.Community); err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
	}
	all, err := r.Settings()
	if err != nil {
		return err
	}
	if err := r.Tx.PutSetting(s); err != nil {
		return err
	}
	before := ""
	if i := slices.IndexFunc(all, func(o store.Setting) bool { return o.Community == s.Community && o.Key == s.Key }); i >= 0 {
		before = all[i].Value
	}
	switch {
	case before == s.Value:
	case s.Value == "":
		r.note(s.Community, KindSetting, s.Key, "taken_back", settingText(s, "is as configured again"))
	default:
		r.note(s.Community, KindSetting, s.Key, "set", settingText(s, "is "+s.Value+" now"))
	}
	return nil
}

// PutFork implements [store.Forks].
func (r *recorder) PutFork(f store.Fork) error {
	all, err := r.Forks(f.Community)
	if err != nil {
		return err
	}
	if err := r.Tx.PutFork(f); err != nil {
		return err
	}
	if !slices.ContainsFunc(all, func(o store.Fork) bool { return o.InfoHash == f.InfoHash }) {
		r.note(f.Community, KindFork, f.InfoHash.String(), "seen",
			"Owners with the same key announced different histories; the newer one is followed")
	}
	return nil
}

// outcome is what archives have in common that are told of together.
type outcome struct {
	community message.CommunityID
	state     store.ArchiveState
	reason    string
}

func (c *change) outcome() outcome {
	return outcome{c.archive.Community, c.archive.State, c.archive.Reason}
}

// events returns what is told of a transaction: many archives of one outcome are
// one event, where the last of them stood.
func events(seen []change) []Event {
	counts := make(map[outcome]int)
	for i := range seen {
		if seen[i].archive != nil {
			counts[seen[i].outcome()]++
		}
	}
	past := make(map[outcome]int, len(counts))
	var list []Event
	for i := range seen {
		c := &seen[i]
		if c.archive == nil {
			list = append(list, c.Event)
			continue
		}
		a, o := c.archive, c.outcome()
		past[o]++
		e := Event{Community: a.Community.String(), Kind: KindArchive, State: string(a.State)}
		switch {
		case counts[o] <= Several:
			e.Subject, e.Text = a.ID.String(), archiveText(c.was, a)
		case past[o] == counts[o]:
			e.Text = archivesText(counts[o], a)
		default:
			continue
		}
		list = append(list, e)
	}
	return list
}
