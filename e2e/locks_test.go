package e2e

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"seeder/store"
)

// TestSecondDaemonIsRefused starts a daemon on a folder that another one uses:
// it ends with exit code 1 and says what to do, and the first one goes on.
func TestSecondDaemonIsRefused(t *testing.T) {
	t.Parallel()
	first := newNode(t, "first", dataFolder(t, store.RoleMember, nil), settings{})
	first.run()
	out, err := first.command("run").CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 1 {
		t.Errorf("the second daemon: %v", err)
	}
	for _, want := range []string{"another seeder uses this data folder", first.data(), "hint: "} {
		if !strings.Contains(string(out), want) {
			t.Errorf("the second daemon does not say %q:\n%s", want, out)
		}
	}
	if !first.up() {
		t.Error("the first daemon has ended, or its node file is another's")
	}
	first.stop()

	// A folder that a killed daemon has left is free.
	first.run()
	first.kill()
	first.run()
	first.stop()
}

// TestDatabaseGoneAndBack keeps the databases of an owner and a member locked
// for a while, first when they start and then while they work.
func TestDatabaseGoneAndBack(t *testing.T) {
	t.Parallel()
	const away = 2 * time.Second
	first, next := firstStage(t), nextStage(t)
	owner := newNode(t, "owner", next.owner, settings{})
	ownerBack := owner.lockDatabase()
	owner.start("")
	<-time.NewTimer(away).C
	ownerBack()
	if !owner.up() {
		t.Fatal("the owner has given up on its database")
	}
	member := newNode(t, "member", first.member, settings{peers: []*node{owner}})
	member.start("")
	memberBack := member.lockDatabase()
	had := member.mustRead().messages // some, if it was faster
	<-time.NewTimer(away).C
	if s := member.mustRead(); s.messages != had {
		t.Errorf("%d messages in a database that was locked when it had %d", s.messages, had)
	}
	memberBack()
	owner.await("settle", func() error { return settled(owner, member, next.want) })
	for _, n := range []*node{owner, member} {
		n.tidy(next.want)
		n.stop()
		n.checkRows()
		n.checkFolder(next.want)
		n.checkMessages()
	}
}

// lockDatabase takes the database away from those who want to write to it.
func (n *node) lockDatabase() (back func()) {
	n.t.Helper()
	db, err := sql.Open("sqlite", n.cfg.SQLitePath()+"?_pragma=busy_timeout(60000)")
	if err != nil {
		n.t.Fatal(err)
	}
	ctx := context.Background()
	conn, err := db.Conn(ctx)
	if err != nil {
		n.t.Fatal(err)
	}
	if _, err := conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		n.t.Fatal(err)
	}
	return func() {
		_, err := conn.ExecContext(ctx, "ROLLBACK")
		if err := errors.Join(err, conn.Close(), db.Close()); err != nil {
			n.t.Error(err)
		}
	}
}

// TestDatabaseMissing takes away the file of a database while nothing runs and
// puts a folder there: the daemon says what is wrong and changes nothing. When
// the database is back, all is as before.
func TestDatabaseMissing(t *testing.T) {
	t.Parallel()
	stage := firstStage(t)
	n := newNode(t, "member", stage.memberEnd(), settings{})
	path, aside := n.cfg.SQLitePath(), n.cfg.SQLitePath()+".aside"
	if err := errors.Join(os.Rename(path, aside), os.Mkdir(path, 0o700)); err != nil {
		t.Fatal(err)
	}
	out, err := n.command("run").CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 1 || !strings.Contains(string(out), path) {
		t.Errorf("without its database: %v\n%s", err, out)
	}
	if err := errors.Join(os.Remove(path), os.Rename(aside, path)); err != nil {
		t.Fatal(err)
	}
	n.run()
	n.await("be as before", func() error {
		s, err := n.read()
		if err == nil {
			err = s.differs(stage.want)
		}
		return err
	})
	n.tidy(stage.want)
	n.stop()
	n.checkFolder(stage.want)
}
