package catalog_test

import (
	"testing"

	"seeder/catalog"
	"seeder/message"
	"seeder/swarm"
)

// A community without a folder takes nothing, so nobody is told that leaving it frees
// something.
func TestOverheadOfNothing(t *testing.T) {
	files, c := swarm.NewFiles(t.TempDir()), message.CommunityID{0: 2}
	if got, err := catalog.Overhead(files, c); got != 0 || err != nil {
		t.Errorf("without a folder: %d (%v)", got, err)
	}
	if err := files.Prepare(c); err != nil {
		t.Fatal(err)
	}
	if got, err := catalog.Overhead(files, c); got <= catalog.OverheadSpare || err != nil {
		t.Errorf("with a folder: %d (%v)", got, err)
	}
}
