package e2e

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/google/go-cmp/cmp"

	"seeder/archive"
	"seeder/daemon"
	"seeder/internal/atomicfile"
	"seeder/message"
	"seeder/store"
	"seeder/swarm"
)

// state is what the database of a node says of the community.
type state struct {
	digest      store.Digest
	messages    uint64 // all, archived or not
	archives    []store.Archive
	generations []store.Generation
	own         int // announcements made by this node
	newest      store.Announcement
}

// read reads the state. The process may be running.
func (n *node) read() (s state, err error) {
	ctx := n.t.Context()
	db, err := daemon.OpenStore(ctx, n.cfg)
	if err != nil {
		return s, err
	}
	err = errors.Join(readState(ctx, db, &s), db.Close())
	return s, err
}

// mustRead is read after the node has settled.
func (n *node) mustRead() state {
	n.t.Helper()
	s, err := n.read()
	if err != nil {
		n.t.Fatal(err)
	}
	return s
}

func readState(ctx context.Context, db store.DB, s *state) error {
	return db.View(ctx, func(tx store.Tx) (err error) {
		c := community()
		if s.digest, err = store.DigestOf(tx, c); err != nil {
			return err
		}
		if s.messages, err = tx.CountMessages(c, message.Forever(), store.All); err != nil {
			return err
		}
		if s.archives, err = tx.Archives(c); err != nil {
			return err
		}
		if s.generations, err = tx.Generations(c); err != nil {
			return err
		}
		list, err := tx.Announcements(c, 0)
		for i := range list {
			if list[i].Own {
				s.own++
			}
		}
		if len(list) > 0 {
			s.newest = list[0]
		}
		return err
	})
}

// plain is what must be equal on all nodes: the archives, apart from what is
// this node's own business.
func (s state) plain() []store.Archive {
	out := make([]store.Archive, len(s.archives))
	for i, a := range s.archives {
		a.UpdatedAt, a.NextTry, a.Attempts, a.Reason = 0, 0, 0, ""
		out[i] = a
	}
	return out
}

func (s state) infoHash() string {
	if len(s.generations) == 0 {
		return "none"
	}
	return s.generations[0].InfoHash.String()
}

// differs says in what a settled node differs from the state it must reach.
// The clock of announcements is not compared: it depends on the time.
func (s state) differs(want state) error {
	for i := range s.archives {
		if a := &s.archives[i]; a.State != store.Imported {
			return fmt.Errorf("archive %s of %s is %s (%s)", a.ID, a.Span, a.State, a.Reason)
		}
	}
	if diff := cmp.Diff(want.plain(), s.plain()); diff != "" {
		return fmt.Errorf("archives differ (-want +got):\n%s", diff)
	}
	if s.digest != want.digest {
		return fmt.Errorf("digest is %x of %d messages, want %x of %d", s.digest.SHA256, s.digest.Messages, want.digest.SHA256, want.digest.Messages)
	}
	if s.messages != want.messages {
		return fmt.Errorf("%d messages in all, want %d", s.messages, want.messages)
	}
	if len(s.generations) != 1 || s.infoHash() != want.infoHash() {
		return fmt.Errorf("%d generations, current %s, want one, %s", len(s.generations), s.infoHash(), want.infoHash())
	}
	if g := s.generations[0]; g.RetireAt != 0 || !bytes.Equal(g.Index, want.generations[0].Index) {
		return errors.New("the generation has another index or is to be retired")
	}
	return nil
}

// settled says what keeps owner and member from having reached the wanted
// state.
func settled(owner, member *node, want state) error {
	o, err := owner.read()
	if err != nil {
		return fmt.Errorf("read owner: %w", err)
	}
	if err := o.differs(want); err != nil {
		return fmt.Errorf("owner: %w", err)
	}
	m, err := member.read()
	if err != nil {
		return fmt.Errorf("read member: %w", err)
	}
	if err := m.differs(want); err != nil {
		return fmt.Errorf("member: %w", err)
	}
	switch {
	case o.newest.SentAt == 0:
		return errors.New("the announcement is not out")
	case o.newest.Magnet != o.generations[0].Magnet || o.newest.Clock != o.generations[0].Clock:
		return errors.New("the newest announcement is not of the current generation")
	case m.newest.Clock != o.newest.Clock || !bytes.Equal(m.newest.Signed, o.newest.Signed):
		return fmt.Errorf("the member's newest announcement is %d, the owner's %d", m.newest.Clock, o.newest.Clock)
	}
	return nil
}

// checkArchives requires that what lies under the name of an archive is that
// archive, whole, at any moment; known are the index entries.
func (n *node) checkArchives(want state) {
	n.t.Helper()
	entries := make(map[message.ArchiveID]archive.Entry)
	for i := range want.archives {
		e, err := archive.ParseEntry(want.archives[i].Entry)
		if err != nil {
			n.t.Fatal(err)
		}
		entries[e.ID] = e
	}
	files := daemon.OpenFiles(n.cfg)
	ids, err := files.List(community())
	if err != nil {
		n.t.Fatal(err)
	}
	for _, id := range ids {
		e, known := entries[id]
		if id == litterID {
			continue // checkFolder sees it in the end
		}
		if !known {
			n.t.Errorf("%s has an archive that nobody made: %s", n.name, id)
			continue
		}
		if err := checkFile(files, &e); err != nil {
			n.t.Errorf("%s has a bad archive: %v", n.name, err)
		}
	}
}

func checkFile(files *swarm.Files, e *archive.Entry) error {
	f, err := files.Open(community(), e.ID)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = archive.Check(community(), e, f, func(*message.Message) error { return nil })
	return err
}

// checkRows requires that rows of a database that a process was killed over
// tell the truth: archives that are said to be here are, and a generation is
// of such archives.
func (n *node) checkRows() {
	n.t.Helper()
	s := n.mustRead()
	files := daemon.OpenFiles(n.cfg)
	here := make(map[message.ArchiveID]bool)
	for i := range s.archives {
		a := &s.archives[i]
		if a.State != store.Stored && a.State != store.Imported {
			continue
		}
		here[a.ID] = true
		e, err := archive.ParseEntry(a.Entry)
		if err == nil {
			err = checkFile(files, &e)
		}
		if err != nil {
			n.t.Errorf("%s says that archive %s is %s: %v", n.name, a.ID, a.State, err)
		}
	}
	if s.own == 0 {
		return
	}
	for _, g := range s.generations {
		entries, err := archive.DecodeIndex(g.Index, 0)
		if err != nil {
			n.t.Errorf("%s has a bad index: %v", n.name, err)
		}
		for i := range entries {
			if !here[entries[i].ID] {
				n.t.Errorf("%s has announced archive %s without having it", n.name, entries[i].ID)
			}
		}
	}
}

// checkFolder requires that the data folder of a settled node that has been
// stopped holds what belongs there and nothing else.
func (n *node) checkFolder(want state) {
	n.t.Helper()
	n.checkArchives(want)
	if err := n.untidy(want); err != nil {
		n.t.Error(err)
	}
}

// tidy waits until a settled node has cleaned up.
func (n *node) tidy(want state) {
	n.t.Helper()
	n.await("clean up", func() error { return n.untidy(want) })
}

// untidy lists files that do not belong into the data folder of a settled
// node, and those that it lacks.
func (n *node) untidy(want state) error {
	hash := want.infoHash()
	wanted := map[string]bool{
		"generations/" + hash + ".torrent": true, "generations/" + hash + "/index": true,
		"generations/" + hash + "/layout.json": true,
	}
	for i := range want.archives {
		id := want.archives[i].ID.String()
		wanted["archives/"+id], wanted["archives/"+id+".pieces"] = true, true
	}
	var errs []error
	for path := range n.paths() {
		rel, inCommunity := strings.CutPrefix(path, "communities/"+community().String()+"/")
		switch {
		case strings.HasSuffix(path, atomicfile.TempSuffix):
			errs = append(errs, fmt.Errorf("%s has a temporary file left: %s", n.name, path))
		case !inCommunity:
		case wanted[rel]:
			delete(wanted, rel)
		case strings.HasPrefix(rel, "archives/"), strings.HasPrefix(rel, "generations/"):
			errs = append(errs, fmt.Errorf("%s has a file that nothing refers to: %s", n.name, rel))
		}
	}
	for path := range wanted {
		errs = append(errs, fmt.Errorf("%s lacks %s", n.name, path))
	}
	return errors.Join(errs...)
}

// paths are those of all files below the data folder.
func (n *node) paths() map[string]bool {
	n.t.Helper()
	all := make(map[string]bool)
	err := fs.WalkDir(os.DirFS(n.data()), ".", func(path string, e fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // the process has just removed it
		}
		if err == nil && !e.IsDir() {
			all[filepath.ToSlash(path)] = true
		}
		return err
	})
	if err != nil {
		n.t.Fatal(err)
	}
	return all
}

// checkMessages requires that every message is there once.
func (n *node) checkMessages() {
	n.t.Helper()
	withStore(n.t, n.cfg, func(db store.DB) error {
		return db.View(n.t.Context(), func(tx store.Tx) error {
			seen := make(map[message.Key]bool)
			return tx.ScanMessages(community(), message.Forever(), store.All, func(m *message.Message) error {
				if seen[m.Key()] {
					n.t.Errorf("%s has message %s twice", n.name, m.Key())
				}
				seen[m.Key()] = true
				return nil
			})
		})
	})
}
