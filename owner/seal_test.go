package owner_test

import (
	"errors"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"seeder/announce"
	"seeder/archive"
	"seeder/message"
	"seeder/owner"
	"seeder/store"
)

func TestRoundSealsEveryWeekThatIsDue(t *testing.T) {
	r := newRig(t)
	// Week 2 is empty, week 4 ended less than seven days ago, week 5 runs.
	r.add(history(30, 0, 1, 3, 4, 5)...)
	r.atWeek(5)
	report := r.round()
	if report.Archives != 3 || report.Messages != 90 || !report.New {
		t.Fatalf("report %+v, want 3 archives of 90 messages, announced", report)
	}
	rows := r.archives()
	if got, want := spans(rows), []message.Span{weekSpan(0), weekSpan(1), weekSpan(3)}; !cmp.Equal(got, want) {
		t.Fatalf("archived %v, want %v", got, want)
	}
	checkArchives(t, r, rows)
	a, err := announce.Open(r.key.Community(), r.latest().Signed)
	if err != nil {
		t.Fatal(err)
	}
	last := rows[len(rows)-1]
	if a.Head != last.ID || a.Archives != 3 || a.Bytes != last.Offset+last.Size {
		t.Errorf("announced %+v, want head %s, 3 archives, %d bytes", a, last.ID, last.Offset+last.Size)
	}
	if d := r.digest(); d.Messages != 90 {
		t.Errorf("digest counts %d messages, want 90", d.Messages)
	}
	again := r.round()
	if again.New || again.Archives != 0 || again.Clock != report.Clock || again.InfoHash != report.InfoHash {
		t.Errorf("second round %+v changed something after %+v", again, report)
	}
}

func TestMinAgeIsCountedFromTheEndOfTheWeek(t *testing.T) {
	r := newRig(t)
	r.add(history(5, 0)...)
	r.atWeek(2)
	r.clock.Advance(-time.Hour - time.Second)
	if report := r.round(); report.Archives != 0 {
		t.Errorf("archived a second before the week is seven days old: %+v", report)
	}
	r.clock.Advance(time.Second)
	if report := r.round(); report.Archives != 1 {
		t.Errorf("not archived when the week is seven days old: %+v", report)
	}
}

func TestSameMessagesGiveTheSameGeneration(t *testing.T) {
	all := history(60, 0, 1, 2)
	var first owner.Report
	for i := range 3 {
		r := newRig(t)
		rng := rand.New(rand.NewPCG(uint64(i), 1))
		rng.Shuffle(len(all), func(a, b int) { all[a], all[b] = all[b], all[a] })
		half := rng.IntN(len(all))
		r.add(all[:half]...)
		r.add(all[half:]...)
		r.add(all[:half/2]...) // known ones again
		r.atWeek(6)
		report := r.round()
		if i == 0 {
			first = report
		}
		if report.InfoHash != first.InfoHash {
			t.Errorf("run %d: infohash %s, want %s", i, report.InfoHash, first.InfoHash)
		}
	}
}

func TestLateMessagesBecomeAnAmendment(t *testing.T) {
	r := newRig(t)
	all := history(40, 0, 1)
	r.add(all[:70]...)
	r.atWeek(4)
	r.round()
	r.add(all[70:]...)
	if d := r.digest(); d.Messages != 70 {
		t.Fatalf("late messages count as archived: %d, want 70", d.Messages)
	}
	report := r.round()
	if report.Archives != 1 || report.Messages != 10 || !report.New {
		t.Fatalf("report %+v, want one amendment of 10 messages", report)
	}
	rows := r.archives()
	last := rows[len(rows)-1]
	if last.Amends != 1 || last.Span != weekSpan(1) {
		t.Errorf("amendment %d of %s, want 1 of %s", last.Amends, last.Span, weekSpan(1))
	}
	checkArchives(t, r, rows)
	r.add(history(41, 1)[40])
	r.round()
	rows = r.archives()
	if last := rows[len(rows)-1]; last.Amends != 2 {
		t.Errorf("next amendment has number %d, want 2", last.Amends)
	}
	if d := r.digest(); d.Messages != 81 {
		t.Errorf("digest counts %d, want 81", d.Messages)
	}
}

func TestLargeWeekIsSplitAndNothingIsLost(t *testing.T) {
	r := newRig(t)
	r.opts.MaxArchiveBytes = 300
	all := history(30, 0)
	all[11].Payload = make([]byte, 5000) // alone above the limit
	r.add(all...)
	r.atWeek(3)
	report := r.round()
	rows := r.archives()
	if report.Messages != 30 || len(rows) < 3 {
		t.Fatalf("%d messages in %d archives, want 30 in several", report.Messages, len(rows))
	}
	alone := 0
	for _, row := range rows {
		if row.Span != weekSpan(0) {
			t.Errorf("archive of %s, want %s", row.Span, weekSpan(0))
		}
		if row.Messages == 1 && row.Size-row.Padding > 5000 {
			alone++
		}
	}
	if alone != 1 {
		t.Errorf("%d archives hold the large message alone, want 1", alone)
	}
	checkArchives(t, r, rows)
}

// A message that arrives after a span was read and before it is recorded must
// not be taken for archived.
func TestMessageThatArrivesWhileSealing(t *testing.T) {
	r := newRig(t)
	all := history(20, 0)
	r.add(all[:19]...)
	r.atWeek(3)
	arrived := false
	r.db.before = func() error {
		if !arrived {
			arrived = true
			r.add(all[19])
		}
		return nil
	}
	report := r.round()
	if report.Messages != 20 {
		t.Errorf("archived %d messages, want all 20", report.Messages)
	}
	checkArchives(t, r, r.archives())
	checkNoOrphans(t, r)
}

func TestSpanThatNeverRestsIsLeftForTheNextRound(t *testing.T) {
	r := newRig(t)
	all := history(50, 0)
	r.add(all[0])
	r.atWeek(3)
	next := 1
	r.db.before = func() error {
		r.add(all[next])
		next++
		return nil
	}
	_, err := r.owner().Round(t.Context())
	if !errors.Is(err, owner.ErrUnstable) {
		t.Fatalf("error %v, want ErrUnstable", err)
	}
	checkNoOrphans(t, r)
	r.db.before = nil
	if report := r.round(); report.Messages != uint64(next) {
		t.Errorf("next round archived %d messages, want %d", report.Messages, next)
	}
}

// Whatever transaction fails, the next round ends where an undisturbed one
// does, byte for byte.
func TestRoundAfterAFailureGivesTheSameBytes(t *testing.T) {
	undisturbed := newRig(t)
	undisturbed.add(history(10, 0, 1, 2)...)
	undisturbed.atWeek(5)
	want := undisturbed.round().InfoHash
	broken := errors.New("disk on fire")
	for failAt := range 4 {
		r := newRig(t)
		r.add(history(10, 0, 1, 2)...)
		r.atWeek(5)
		calls := 0
		r.db.before = func() error {
			calls++
			if calls == failAt+1 {
				return broken
			}
			return nil
		}
		if _, err := r.owner().Round(t.Context()); !errors.Is(err, broken) {
			t.Fatalf("failure %d: error %v, want the database's", failAt, err)
		}
		if got := r.round().InfoHash; got != want {
			t.Errorf("failure %d: infohash %s, want %s", failAt, got, want)
		}
		checkNoOrphans(t, r)
	}
}

func weekSpan(n int) message.Span {
	return message.PartitionOf(week0 + uint64(n)*week)
}

func spans(rows []store.Archive) (out []message.Span) {
	for _, row := range rows {
		out = append(out, row.Span)
	}
	return out
}

// checkArchives reads every archive as a member does, and the chain of seals.
func checkArchives(t *testing.T, r *rig, rows []store.Archive) {
	t.Helper()
	var entries []archive.Entry
	for _, row := range rows {
		e, err := archive.ParseEntry(row.Entry)
		if err != nil {
			t.Fatal(err)
		}
		entries = append(entries, e)
		f, err := r.files.Open(r.key.Community(), row.ID)
		if err != nil {
			t.Fatal(err)
		}
		sum, err := archive.Check(r.key.Community(), &e, f, func(*message.Message) error { return nil })
		if err := errors.Join(err, f.Close()); err != nil {
			t.Fatal(err)
		}
		if sum.Messages != row.Messages || row.Messages == 0 {
			t.Errorf("archive %s holds %d messages, its row says %d", row.ID, sum.Messages, row.Messages)
		}
	}
	if _, err := archive.DecodeIndex(archive.EncodeIndex(entries), 0); err != nil {
		t.Errorf("index of the rows: %v", err)
	}
}

// checkNoOrphans compares the files in the folder with the rows.
func checkNoOrphans(t *testing.T, r *rig) {
	t.Helper()
	ids, err := r.files.List(r.key.Community())
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	known := make(map[message.ArchiveID]bool)
	for _, row := range r.archives() {
		known[row.ID] = true
	}
	for _, id := range ids {
		if !known[id] {
			t.Errorf("file of archive %s has no row", id)
		}
	}
	if len(ids) != len(known) {
		t.Errorf("%d files, %d rows", len(ids), len(known))
	}
}
