package e2e

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"seeder/archive"
	"seeder/daemon"
	"seeder/internal/fault"
	"seeder/message"
	"seeder/store"
)

// damages are what may happen to the file of an archive.
var damages = map[string]func(path string, info os.FileInfo) error{
	"rotten": func(path string, info os.FileInfo) error { // as a disk does it
		return errors.Join(flip(path, info.Size()/2), os.Chtimes(path, info.ModTime(), info.ModTime()))
	},
	"overwritten": func(path string, info os.FileInfo) error { // as a program does it
		return flip(path, info.Size()/2)
	},
	"cut": func(path string, info os.FileInfo) error { return os.Truncate(path, info.Size()/2) },
}

// flip changes a byte of a file.
func flip(path string, at int64) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	var b [1]byte
	_, err = f.ReadAt(b[:], at)
	b[0] ^= 0xff
	if err == nil {
		_, err = f.WriteAt(b[:], at)
	}
	return errors.Join(err, f.Close())
}

// damage spoils an archive of a node.
func (n *node) damage(id message.ArchiveID, how string) {
	n.t.Helper()
	path := daemon.OpenFiles(n.cfg).Path(community(), id)
	info, err := os.Stat(path)
	if err == nil {
		err = damages[how](path, info)
	}
	if err != nil {
		n.t.Fatal(err)
	}
}

// TestDamagedArchive spoils an archive of an owner or of a member, while it
// runs or before. A node that knows only that one gets the whole history, and
// not a byte of the damage; the archive is written anew, or fetched again.
func TestDamagedArchive(t *testing.T) {
	t.Parallel()
	stage := firstStage(t)
	for _, role := range []store.Role{store.RoleOwner, store.RoleMember} {
		for how := range damages {
			for _, running := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s, %s, running %t", role, how, running), func(t *testing.T) {
					t.Parallel()
					spoilOne(t, stage, role, how, running)
				})
			}
		}
	}
}

func spoilOne(t *testing.T, stage *stage, role store.Role, how string, running bool) {
	t.Helper()
	owner := newNode(t, "owner", stage.ownerEnd(), settings{})
	victim := owner
	if role == store.RoleMember {
		owner.run()
		victim = newNode(t, "member", stage.memberEnd(), settings{peers: []*node{owner}})
	}
	id := stage.want.archives[2].ID
	if !running {
		victim.damage(id, how)
	}
	victim.run()
	if running {
		victim.await("run", func() error {
			s, err := victim.read()
			if err == nil {
				err = s.differs(stage.want)
			}
			return err
		})
		victim.damage(id, how)
	}
	reader := newNode(t, "reader", stage.member, settings{peers: []*node{victim}})
	reader.run()
	reader.await("get all from a node with a damaged archive", func() error { return settled(owner, reader, stage.want) })
	victim.await("mend the damage", func() error { return victim.sound(stage.want) })
	if log := reader.log(); strings.Contains(log, "quarantined") || strings.Contains(log, "banned") {
		t.Errorf("the damage was served\n%s", reader.tail())
	}
	for _, n := range []*node{victim, reader} {
		n.tidy(stage.want)
		n.stop()
		n.checkRows()
		n.checkFolder(stage.want)
		n.checkMessages()
	}
}

// sound says which archive of a node is not what it should be.
func (n *node) sound(want state) error {
	s, err := n.read()
	if err != nil {
		return err
	}
	if err := s.differs(want); err != nil {
		return err
	}
	for i := range s.archives {
		e, err := archive.ParseEntry(s.archives[i].Entry)
		if err == nil {
			err = checkFile(daemon.OpenFiles(n.cfg), &e)
		}
		if err != nil {
			return fmt.Errorf("archive %s: %w", s.archives[i].ID, err)
		}
	}
	return nil
}

// TestKilledOverDamage kills an owner and a member while a damaged archive is
// set aside and replaced.
func TestKilledOverDamage(t *testing.T) {
	t.Parallel()
	stage := firstStage(t)
	id := stage.want.archives[2].ID
	for _, role := range []store.Role{store.RoleOwner, store.RoleMember} {
		for _, point := range []string{fault.ArchiveAsideBefore, fault.ArchiveAsideAfter, fault.StoreCommitAfter, fault.FileRenameBefore, fault.FileRenameAfter} {
			t.Run(fmt.Sprintf("%s/%s", role, point), func(t *testing.T) {
				t.Parallel()
				owner := newNode(t, "owner", stage.ownerEnd(), settings{})
				victim := owner
				if role == store.RoleMember {
					owner.run()
					victim = newNode(t, "member", stage.memberEnd(), settings{peers: []*node{owner}})
				}
				victim.damage(id, "overwritten")
				// The first files are those of the node itself.
				victim.start(point + ":kill#" + map[bool]string{true: "3", false: "1"}[strings.HasPrefix(point, "atomicfile.")])
				victim.await("mend the damage", func() error {
					if victim.ended() && strings.Contains(victim.log(), "fault: kill at "+point) {
						victim.run()
					}
					return victim.sound(stage.want)
				})
				victim.up()
				reader := newNode(t, "reader", stage.member, settings{peers: []*node{victim}})
				reader.run()
				reader.await("get all", func() error { return settled(owner, reader, stage.want) })
			})
		}
	}
}
