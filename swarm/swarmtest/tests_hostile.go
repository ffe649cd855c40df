package swarmtest

import (
	"crypto/sha1" // BEP 3
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"seeder/internal/atomicfile"
	"seeder/message"
	"seeder/swarm"
)

func testReceiverRefusesIndex(t *testing.T, b *bench) {
	t.Helper()
	owner, member := b.node(), b.node()
	archives := NewArchives(1, 5*pl)
	_, tor := b.seed(owner, archives...)
	if err := member.Fetch(b.ctx, b.ref(tor, owner), refuser{}); !errors.Is(err, errRefused) {
		t.Fatalf("fetch: %v, want the receiver's error", err)
	}
	if n, _ := b.torrents(member); n != 0 {
		t.Errorf("a refused generation is served")
	}
	b.nothingStored(member)
	b.fetch(member, b.ref(tor), archives...)
}

func testReceiverRefusesAcceptedIndex(t *testing.T, b *bench) {
	t.Helper()
	owner, member, third := b.node(), b.node(), b.node()
	archives := NewArchives(1, 5*pl)
	_, tor := b.seed(owner, archives...)
	b.fetch(member, b.ref(tor, owner), archives...)
	if err := owner.Close(); err != nil {
		t.Fatalf("close owner: %v", err)
	}
	if err := member.Fetch(b.ctx, b.ref(tor), refuser{}); !errors.Is(err, errRefused) {
		t.Fatalf("fetch: %v, want the receiver's error", err)
	}
	// The member is now the last to have it, and goes on giving.
	b.fetch(third, b.ref(tor, member), archives...)
}

var errRefused = errors.New("refused by the receiver")

type refuser struct{}

func (refuser) Index([]byte) ([]swarm.File, []message.ArchiveID, error) {
	return nil, nil, errRefused
}

func (refuser) Room(message.ArchiveID) error { return nil }

func (refuser) Archive(message.ArchiveID) error { return nil }

func testReceiverRefusesArchive(t *testing.T, b *bench) {
	t.Helper()
	owner, member := b.node(), b.node()
	archives := NewArchives(1, 5*pl, 3*pl, 2*pl)
	_, tor := b.seed(owner, archives...)
	r := &Receiver{OnArchive: func(message.ArchiveID) error { return errRefused }}
	if err := member.Fetch(b.ctx, b.ref(tor, owner), r); !errors.Is(err, errRefused) {
		t.Fatalf("fetch: %v, want the receiver's error", err)
	}
	if n := len(r.Got()); n != 1 {
		t.Errorf("%d archives given, want one", n)
	}
	b.fetch(member, b.ref(tor), archives...)
}

// edit changes what the index says before the swarm gets it.
type edit struct {
	Receiver
	change func([]swarm.File, []message.ArchiveID) ([]swarm.File, []message.ArchiveID)
}

func (e *edit) Index(data []byte) ([]swarm.File, []message.ArchiveID, error) {
	files, want, err := e.Receiver.Index(data)
	if err != nil {
		return nil, nil, err
	}
	files, want = e.change(files, want)
	return files, want, nil
}

func testLayoutRefused(t *testing.T, b *bench) {
	t.Helper()
	owner := b.node()
	archives := NewArchives(1, 5*pl, 3*pl)
	_, tor := b.seed(owner, archives...)
	type files = []swarm.File
	type ids = []message.ArchiveID
	for name, change := range map[string]func(files, ids) (files, ids){
		"overlap":       func(f files, w ids) (files, ids) { f[1].Offset -= pl; return f, w },
		"gap":           func(f files, w ids) (files, ids) { return f[1:], w[:1] },
		"short":         func(f files, w ids) (files, ids) { return f[:1], w[1:] },
		"no padding":    func(f files, w ids) (files, ids) { f[0].Padding = 0; return f, w },
		"huge":          func(f files, w ids) (files, ids) { f[1].Size = 1 << 60; return f, w },
		"huge padding":  func(f files, w ids) (files, ids) { f[1].Padding = 1<<64 - 1; return f, w },
		"twice":         func(f files, w ids) (files, ids) { f[1].ID = f[0].ID; return f, w },
		"nothing":       func(files, ids) (files, ids) { return nil, nil },
		"unknown want":  func(f files, w ids) (files, ids) { w[0][0]++; return f, w },
		"wanted twice":  func(f files, w ids) (files, ids) { w[0] = w[1]; return f, w },
		"beyond length": func(f files, w ids) (files, ids) { f[1].Size += pl; return f, w },
	} {
		member := b.node()
		err := member.Fetch(b.ctx, b.ref(tor, owner), &edit{change: change})
		if !errors.Is(err, swarm.ErrLayout) {
			t.Errorf("%s: %v, want ErrLayout", name, err)
		}
		if list, err := member.files.List(b.c); err != nil || len(list) != 0 {
			t.Errorf("%s: %d archives stored: %v", name, len(list), err)
		}
	}
}

// info writes an info dictionary with the given parts.
func info(name, pieceLength, files, rest string, pieces int) string {
	return fmt.Sprintf("d5:files%s%s4:name%d:%s12:piece lengthi%se6:pieces%d:%se",
		files, "", len(name), name, pieceLength, 20*pieces, strings.Repeat("x", 20*pieces)+rest)
}

func testHostile(t *testing.T, b *bench) {
	t.Helper()
	const good = "ld6:lengthi102400e4:pathl4:dataeed6:lengthi88e4:pathl5:indexeee"
	name := b.c.String()
	for what, dict := range map[string]string{
		"another community": info(Community(2).String(), "102400", good, "", 2),
		"no community":      info("data", "102400", good, "", 2),
		"upper case":        info(strings.ToUpper(name[2:]), "102400", good, "", 2),
		"piece length":      info(name, "204800", good, "", 1),
		"file order": info(name, "102400",
			"ld6:lengthi88e4:pathl5:indexeed6:lengthi102400e4:pathl4:dataeee", "", 2),
		"three files": info(name, "102400",
			"ld6:lengthi102400e4:pathl4:dataeed6:lengthi88e4:pathl5:indexeed6:lengthi0e4:pathl1:xeee", "", 2),
		"path upwards": info(name, "102400",
			"ld6:lengthi102400e4:pathl2:..4:dataeed6:lengthi88e4:pathl5:indexeee", "", 2),
		"data not of whole pieces": info(name, "102400",
			"ld6:lengthi102399e4:pathl4:dataeed6:lengthi88e4:pathl5:indexeee", "", 2),
		"no index": info(name, "102400", "ld6:lengthi204800e4:pathl4:dataeed6:lengthi0e4:pathl5:indexeee", "", 2),
		"other name for some": info(name, "102400", good, "", 2)[:0] + strings.Replace(
			info(name, "102400", good, "", 2), "12:piece length", "10:name.utf-84:evil12:piece length", 1),
		"hybrid": strings.Replace(strings.Replace(
			info(name, "102400", good, "", 2), "5:files", "9:file treed4:datad0:d6:lengthi102400eeee5:files", 1),
			"4:name", "12:meta versioni2e4:name", 1),
	} {
		t.Run(strings.ReplaceAll(what, " ", "-"), func(t *testing.T) {
			member := b.node()
			ref := swarm.Ref{Community: b.c, InfoHash: sha1.Sum([]byte(dict))} // BEP 3
			ref.Peers = []string{b.d.Raw(t, []byte(dict))}
			err := member.Fetch(b.ctx, ref, &Receiver{})
			if !errors.Is(err, swarm.ErrTorrent) {
				t.Errorf("fetch: %v, want ErrTorrent", err)
			}
			if n, _ := b.torrents(member); n != 0 {
				t.Errorf("a refused torrent is served")
			}
			b.nothingStored(member)
		})
	}
}

func testFetchOfNothing(t *testing.T, b *bench) {
	t.Helper()
	member := b.node()
	if err := member.Fetch(b.ctx, swarm.Ref{Community: b.c}, &Receiver{}); !errors.Is(err, swarm.ErrMagnet) {
		t.Errorf("no infohash: %v, want ErrMagnet", err)
	}
	ref := swarm.Ref{InfoHash: swarm.InfoHash{1}}
	if err := member.Fetch(b.ctx, ref, &Receiver{}); !errors.Is(err, swarm.ErrTorrent) {
		t.Errorf("no community: %v, want ErrTorrent", err)
	}
	if _, err := member.Seed(b.ctx, swarm.Generation{}); err == nil {
		t.Error("an empty generation of no community was seeded")
	}
}

// nothingStored fails when the node's folder has an archive or a torrent. The peer book
// may be about to be saved.
func (b *bench) nothingStored(n *node) {
	b.Helper()
	unsaved := func(path string) bool {
		return filepath.Dir(path) == n.files.Dir(b.c) && strings.HasSuffix(path, atomicfile.TempSuffix)
	}
	err := filepath.WalkDir(n.files.Dir(b.c), func(path string, e os.DirEntry, err error) error {
		if err == nil && !e.IsDir() && filepath.Base(path) != "peers.json" && !unsaved(path) {
			b.Errorf("stored: %s", path)
		}
		return err
	})
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		b.Errorf("look into folder: %v", err)
	}
}

func testConflict(t *testing.T, b *bench) {
	t.Helper()
	owner, member := b.node(), b.node()
	archives := NewArchives(1, 5*pl, 3*pl, 10)
	_, tor := b.seed(owner, archives...)
	other := Archive{ID: archives[1].ID, Content: NewArchive(99, 3*pl).Content}
	Put(t, member.files, b.c, other)
	r := &Receiver{}
	if err := member.Fetch(b.ctx, b.ref(tor, owner), r); !errors.Is(err, swarm.ErrConflict) {
		t.Fatalf("fetch: %v, want ErrConflict", err)
	}
	if n := len(r.Got()); n != 2 {
		t.Errorf("%d archives came, want the two others", n)
	}
	CheckFiles(t, member.files, b.c, archives[0], other, archives[2])
	b.eventually("the others to be served", func() bool {
		_, complete := b.torrents(member)
		return complete == int(size(archives[0], archives[2])/pl)+1
	})
	if err := member.files.Remove(b.c, other.ID); err != nil {
		t.Fatalf("remove: %v", err)
	}
	b.fetch(member, b.ref(tor), archives...)
}
