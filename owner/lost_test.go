package owner_test

import (
	"database/sql"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"seeder/store"
)

// TestLostCoverageIsNotArchivedAgain takes from an owner its archive files,
// their rows and the covered spans, all but the generation: the next round
// makes the same archives again, and announces nothing.
func TestLostCoverageIsNotArchivedAgain(t *testing.T) {
	for _, files := range []string{"gone", "there"} {
		t.Run("files "+files, func(t *testing.T) {
			r := newRig(t)
			r.add(history(40, 0, 1, 2)...)
			r.atWeek(4)
			r.round()
			rows, digest, latest := r.archives(), r.digest(), r.latest()
			if len(rows) != 3 {
				t.Fatalf("%d archives", len(rows))
			}
			db, err := sql.Open("sqlite", filepath.Join(r.files.Root(), "seeder.db"))
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			for _, statement := range []string{"DELETE FROM archive", "DELETE FROM coverage"} {
				if _, err := db.ExecContext(t.Context(), statement); err != nil {
					t.Fatal(err)
				}
			}
			if files == "gone" {
				if err := os.RemoveAll(filepath.Join(r.files.Dir(r.key.Community()), "archives")); err != nil {
					t.Fatal(err)
				}
			}

			report := r.round()
			if report.Archives != 0 || report.New {
				t.Errorf("sealed %d archives, announced: %t", report.Archives, report.New)
			}
			if diff := cmp.Diff(rows, r.archives(), cmpopts.IgnoreFields(store.Archive{}, "UpdatedAt")); diff != "" {
				t.Errorf("(-before +after)\n%s", diff)
			}
			if r.digest() != digest || r.latest().Clock != latest.Clock {
				t.Errorf("another history or announcement: %v, clock %d", r.digest(), r.latest().Clock)
			}
			for _, row := range rows {
				f, err := r.files.Open(row.Community, row.ID)
				if err != nil {
					t.Fatal(err)
				}
				f.Close()
			}
		})
	}
}
