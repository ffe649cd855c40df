package owner

import (
	"testing"

	"seeder/announce"
	"seeder/message"
	"seeder/store"
)

// What an announcement says of another owner's history is enough to tell
// whether it agrees with this one's, or that it cannot be told yet.
func TestCompareWithAnotherOwner(t *testing.T) {
	id := func(n byte) message.ArchiveID { return message.ArchiveID{n} }
	rows := []store.Archive{{ID: id(1)}, {ID: id(2)}, {ID: id(3)}}
	const ours = 1000
	for _, test := range []struct {
		name     string
		clock    uint64
		archives uint64
		head     message.ArchiveID
		fork     bool
		first    message.ArchiveID
	}{
		{"equal and newer", 2000, 3, id(3), false, message.ArchiveID{}},
		{"other head and newer", 2000, 3, id(9), true, message.ArchiveID{}},
		{"longer and newer: this node may be about to seal the same", 2000, 4, id(9), false, message.ArchiveID{}},
		{"shorter and newer: it lacks what this node has", 2000, 2, id(2), true, id(3)},
		{"shorter, other head and newer", 2000, 2, id(9), true, message.ArchiveID{}},
		{"newer and says nothing", 2000, 0, message.ArchiveID{}, true, message.ArchiveID{}},
		{"equal and older", 500, 3, id(3), false, message.ArchiveID{}},
		{"other head and older", 500, 3, id(9), true, message.ArchiveID{}},
		{"shorter and older: this node's own of before", 500, 1, id(1), false, message.ArchiveID{}},
		{"shorter, other head and older", 500, 1, id(9), true, message.ArchiveID{}},
		{"longer and older: this node lacks what it has", 500, 4, id(9), true, message.ArchiveID{}},
		{"older and says nothing", 500, 0, message.ArchiveID{}, false, message.ArchiveID{}},
	} {
		a := announce.Announcement{Clock: test.clock, Archives: test.archives, Head: test.head}
		fork, is := compare(store.Announcement{Clock: ours}, rows, a)
		if is != test.fork {
			t.Errorf("%s: a fork %v, want %v", test.name, is, test.fork)
			continue
		}
		if is && (fork.Clock != min(ours, test.clock) || fork.WinnerClock != max(ours, test.clock) || fork.FirstDiffering != test.first) {
			t.Errorf("%s: %+v", test.name, fork)
		}
	}
}
