package e2e

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"seeder/internal/synth"
	"seeder/message"
	"seeder/store"
)

// endsWithin is how long a node takes to end when it is told to, at most.
const endsWithin = 10 * time.Second

// listen has a node tell of what happens, as a browser does, and returns once the node
// has begun.
func (n *node) listen() {
	n.t.Helper()
	client := &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "unix", n.at.Control)
	}}}
	n.t.Cleanup(client.CloseIdleConnections)
	r, err := http.NewRequestWithContext(n.t.Context(), http.MethodGet, "http://seeder/v1/events", http.NoBody)
	if err != nil {
		n.t.Fatal(err)
	}
	answer, err := client.Do(r)
	if err != nil {
		n.t.Fatal(err)
	}
	n.t.Cleanup(func() { _ = answer.Body.Close() })
	if line, err := bufio.NewReader(answer.Body).ReadString('\n'); err != nil {
		n.t.Fatalf("the node tells of nothing: %q, %v", line, err)
	}
}

// endsInTime tells the node to end, which it does well and soon.
func (n *node) endsInTime() {
	n.t.Helper()
	begun := time.Now()
	n.stop()
	took := time.Since(begun)
	n.t.Logf("%s has ended after %v", n.name, took.Round(time.Millisecond))
	if took > endsWithin {
		n.t.Errorf("%s has ended after %v, want %v at most", n.name, took, endsWithin)
	}
}

// TestNodesEndSoon tells an owner that seals and serves, and a member that fetches and
// imports in the background, to end while somebody follows what happens. They do, and go
// on at the next start.
func TestNodesEndSoon(t *testing.T) {
	t.Parallel()
	o := synth.Default(community(), 1, longAgo())
	o.Messages, o.Weeks, o.ImageShare = 40_000, 2, 0
	var messages []message.Message
	for m, err := range synth.Messages(o) {
		if err != nil {
			t.Fatal(err)
		}
		messages = append(messages, m)
	}
	sign(t, messages[:2*signedMessages])
	slow := "import: {pace: background}\n"
	owner := newNode(t, "owner", dataFolder(t, store.RoleOwner, messages), settings{owner: slow})
	owner.run()
	owner.listen()
	owner.await("work", func() error { return owner.works("") })
	owner.endsInTime()
	owner.configure(settings{}) // on a busy machine the background takes long
	owner.run()

	member := newNode(t, "member", dataFolder(t, store.RoleMember, nil), settings{peers: []*node{owner}, owner: slow})
	member.run()
	member.listen()
	member.await("import what has come", func() error { return member.works("fetching archives") })
	owner.listen()
	member.endsInTime()
	owner.endsInTime()
	owner.run()
	member.run()
	if out, err := member.command("limits", "set", "--pace", "fast").CombinedOutput(); err != nil {
		t.Fatalf("set the pace: %v\n%s", err, out)
	}
	want := owner.settledState(2, len(messages))
	member.await("have everything", func() error { return settled(owner, member, want) })
	member.tidy(want)
	owner.endsInTime()
	member.endsInTime()
	member.checkRows()
	member.checkFolder(want)
}

// works is an error while no part of the work says that it does something like this.
func (n *node) works(what string) (err error) {
	var list []store.Work
	withStore(n.t, n.cfg, func(db store.DB) error {
		return db.View(n.t.Context(), func(tx store.Tx) (err error) {
			list, err = tx.Works(community())
			return err
		})
	})
	for _, w := range list {
		if w.State == store.Working && strings.Contains(w.Reason, what) {
			return nil
		}
	}
	return fmt.Errorf("it does %+v", list)
}

// settledState waits until an owner has archived everything.
func (n *node) settledState(archives, messages int) (s state) {
	n.t.Helper()
	n.await("archive everything", func() (err error) {
		if s, err = n.read(); err != nil {
			return err
		}
		if len(s.archives) < archives || s.own == 0 || s.digest.Messages != uint64(messages) {
			return fmt.Errorf("%d archives, %d announcements", len(s.archives), s.own)
		}
		return nil
	})
	return s
}
