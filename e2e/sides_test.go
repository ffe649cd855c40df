package e2e

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// sides is what owner and member have done of what takes both of them.
type sides struct {
	archived  bool // owner: archive files, their rows, the covered spans
	published bool // owner: the generation and its announcement are recorded
	stored    bool // member: archive files
	recorded  bool // member: rows, messages, generation, announcement
}

func (s sides) String() string {
	word := func(is bool, name string) string {
		if is {
			return name
		}
		return "not " + name
	}
	return fmt.Sprintf("owner %s, %s, member %s, %s", word(s.archived, "archived"), word(s.published, "published"),
		word(s.stored, "stored"), word(s.recorded, "recorded"))
}

// TestTwoSides begins with each combination of what owner and member may have
// done but for the right one. The first seven are those that kills lead to when
// each side takes its steps in order; in the others somebody has deleted files
// or rows. All converge to the state in which everything is done.
func TestTwoSides(t *testing.T) {
	t.Parallel()
	stage := firstStage(t)
	for _, begin := range []sides{
		{},
		{archived: true},
		{archived: true, published: true},
		{archived: true, published: true, stored: true},
		{archived: true, stored: true},
		{archived: true, stored: true, recorded: true},
		{stored: true, recorded: true},

		{stored: true},
		{recorded: true},
		{published: true},
		{published: true, recorded: true},
		{published: true, stored: true},
		{published: true, stored: true, recorded: true},
		{archived: true, recorded: true},
		{archived: true, published: true, recorded: true},
	} {
		t.Run(begin.String(), func(t *testing.T) {
			t.Parallel()
			owner := newNode(t, "owner", begin.ownerFolder(stage), settings{})
			begin.spoilOwner(t, owner)
			member := newNode(t, "member", begin.memberFolder(stage), settings{})
			begin.spoilMember(t, member)
			begin.check(t, owner, member)

			owner.run()
			member.configure(settings{peers: []*node{owner}})
			member.run()
			owner.await("settle", func() error { return settled(owner, member, stage.want) })
			owner.tidy(stage.want)
			member.tidy(stage.want)
			for _, n := range []*node{owner, member} {
				n.stop()
				n.checkRows()
				n.checkFolder(stage.want)
				n.checkMessages()
			}
		})
	}
}

func (s sides) ownerFolder(from *stage) string {
	if s.archived || s.published {
		return from.ownerEnd()
	}
	return from.owner
}

func (s sides) memberFolder(from *stage) string {
	if s.stored || s.recorded {
		return from.memberEnd()
	}
	return from.member
}

// spoilOwner takes away what the owner has not done.
func (s sides) spoilOwner(t *testing.T, n *node) {
	t.Helper()
	switch {
	case s.archived == s.published:
	case s.archived:
		n.exec("DELETE FROM generation", "DELETE FROM announcement")
		n.remove("generations")
	default:
		n.exec("DELETE FROM archive", "DELETE FROM coverage")
		n.remove("archives")
	}
}

// spoilMember takes away what the member has not done.
func (s sides) spoilMember(t *testing.T, n *node) {
	t.Helper()
	switch {
	case s.stored == s.recorded:
	case s.stored:
		n.exec("DELETE FROM generation", "DELETE FROM announcement", "DELETE FROM archive", "DELETE FROM coverage", "DELETE FROM message")
	default:
		n.remove("archives")
	}
}

// check requires that the combination is there.
func (s sides) check(t *testing.T, owner, member *node) {
	t.Helper()
	o, m := owner.mustRead(), member.mustRead()
	got := sides{
		archived: len(o.archives) > 0 && owner.hasArchives(), published: len(o.generations) > 0 && o.own > 0,
		stored: member.hasArchives(), recorded: len(m.archives) > 0 && m.digest.Messages > 0 && m.newest.Clock > 0,
	}
	if got != s {
		t.Fatalf("begins as %s", got)
	}
}

func (n *node) hasArchives() bool {
	entries, err := os.ReadDir(n.communityDir("archives"))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		n.t.Fatal(err)
	}
	return len(entries) > 0
}

func (n *node) communityDir(name string) string {
	return filepath.Join(n.data(), "communities", community().String(), name)
}

// remove deletes a folder of the community.
func (n *node) remove(name string) {
	n.t.Helper()
	if err := os.RemoveAll(n.communityDir(name)); err != nil {
		n.t.Fatal(err)
	}
}

// exec changes the database behind the back of the program.
func (n *node) exec(statements ...string) {
	n.t.Helper()
	db, err := sql.Open("sqlite", n.cfg.SQLitePath())
	if err != nil {
		n.t.Fatal(err)
	}
	defer db.Close()
	for _, s := range statements {
		if _, err := db.ExecContext(n.t.Context(), s); err != nil {
			n.t.Fatalf("%s: %v", s, err)
		}
	}
}
