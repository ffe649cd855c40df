package e2e

import (
	"crypto/rand"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"

	"seeder/internal/synth"
	"seeder/internal/threadtest"
	"seeder/message"
	"seeder/signer"
	"seeder/store"
)

const (
	largeArchive = 100_000 // messages
	// signedMessages are some that take long enough to check that it can be seen.
	signedMessages = 3_000

	littleMemory = 64 << 20  // bytes that Go's memory is limited to
	mostMemory   = 128 << 20 // bytes that a process may have, files not counted
)

// TestLargeArchiveInLittleMemory has an owner seal and a member import an
// archive of many messages with a small memory limit. The member imports in the
// background, on a thread of the lowest priority, until it is told to hurry.
func TestLargeArchiveInLittleMemory(t *testing.T) {
	t.Parallel()
	o := synth.Default(community(), 1, longAgo())
	o.Messages, o.Weeks, o.ImageShare = largeArchive, 1, 0
	var messages []message.Message
	for m, err := range synth.Messages(o) {
		if err != nil {
			t.Fatal(err)
		}
		messages = append(messages, m)
	}
	sign(t, messages[:signedMessages])
	lines := fmt.Sprintf("runtime: {memory_limit: %d}\nimport: {pace: background}\n", littleMemory)
	owner := newNode(t, "owner", dataFolder(t, store.RoleOwner, messages), settings{owner: lines})
	owner.run()
	member := newNode(t, "member", dataFolder(t, store.RoleMember, nil), settings{owner: lines, peers: []*node{owner}})
	member.run()
	var most [2]int64
	low := false
	done := func() error {
		for i, n := range []*node{owner, member} {
			most[i] = max(most[i], n.anonymous())
		}
		if !low && member.lowThreads() > 0 {
			low = true
			if out, err := member.command("limits", "set", "--pace", "fast").CombinedOutput(); err != nil {
				t.Fatalf("set the pace: %v\n%s", err, out)
			}
		}
		return member.holds(largeArchive)
	}
	err := eventually(done)
	for range 4 { // background work on a busy machine takes long
		if err != nil {
			err = eventually(done)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	if !low {
		t.Error("no thread of the member had the lowest priority")
	}
	member.await("return to the usual priority", func() error {
		if n := member.lowThreads(); n > 0 {
			return fmt.Errorf("%d threads have the lowest", n)
		}
		return nil
	})
	t.Logf("at most %d MiB for the owner, %d MiB for the member", most[0]>>20, most[1]>>20)
	for i, n := range []*node{owner, member} {
		if most[i] > mostMemory {
			t.Errorf("%s took %d MiB", n.name, most[i]>>20)
		}
		if !strings.Contains(n.log(), fmt.Sprintf("memory_limit=%d", littleMemory)) {
			t.Errorf("%s does not say its memory limit", n.name)
		}
		n.stop()
	}
	member.checkRows()
}

// sign makes messages those of an author who signed them.
func sign(t *testing.T, messages []message.Message) {
	t.Helper()
	author, err := signer.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	id := author.Community()
	for i := range messages {
		m := &messages[i]
		signature, err := author.Sign(m.Payload)
		if err != nil {
			t.Fatal(err)
		}
		payload := protowire.AppendBytes(protowire.AppendTag(nil, 1, protowire.BytesType), signature)
		m.Payload = protowire.AppendBytes(protowire.AppendTag(payload, 2, protowire.BytesType), m.Payload)
		m.Sig = id[:]
	}
}

// holds reports whether a node holds so many canonical messages.
func (n *node) holds(messages uint64) (err error) {
	withStore(n.t, n.cfg, func(db store.DB) error {
		return db.View(n.t.Context(), func(tx store.Tx) error {
			got, countErr := tx.CountMessages(community(), message.Forever(), store.All)
			if got != messages {
				err = fmt.Errorf("%s has %d messages, want %d", n.name, got, messages)
			}
			return countErr
		})
	})
	return err
}

// anonymous is what the process has, files not counted.
func (n *node) anonymous() int64 {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", n.cmd.Process.Pid))
	if err != nil {
		n.t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(b), "RssAnon:")
	kib, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
	if err != nil {
		n.t.Fatal(err)
	}
	return kib << 10
}

// lowThreads counts threads of the lowest priority.
func (n *node) lowThreads() (low int) {
	for _, nice := range threadtest.NiceOfAll(n.t, n.cmd.Process.Pid) {
		if nice == 19 {
			low++
		}
	}
	return low
}
