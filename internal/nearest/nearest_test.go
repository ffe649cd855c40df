package nearest

import "testing"

func TestWord(t *testing.T) {
	words := []string{"schedule", "cap", "up", "down", ""}
	for s, want := range map[string]struct {
		near string
		far  int
	}{
		"cap": {"cap", 0}, "capp": {"cap", 1}, "schedul": {"schedule", 1}, "shcedule": {"schedule", 2},
		"don": {"down", 1}, "pu": {"up", 2}, "": {"", 0}, "kap": {"cap", 1}, "downs": {"down", 1},
	} {
		if near, far := Word(s, words); near != want.near || far != want.far {
			t.Errorf("%q: %q at %d, want %q at %d", s, near, far, want.near, want.far)
		}
	}
}
