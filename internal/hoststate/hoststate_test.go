package hoststate

import (
	"encoding/json"
	"testing"
)

func TestStateInWords(t *testing.T) {
	got, err := json.Marshal([]State{{}, {Battery: Yes, Metered: No}})
	want := `[{"battery":"not available","metered":"not available"},{"battery":"yes","metered":"no"}]`
	if err != nil || string(got) != want {
		t.Errorf("%s, %v; want %s", got, err, want)
	}
}

// Whoever waits is woken by a change, and only by one.
func TestChangedIsClosedByAChange(t *testing.T) {
	w := &Watcher{changed: make(chan struct{})}
	changed := w.Changed()
	w.update(func(s *State) { s.Battery = Unknown })
	select {
	case <-changed:
		t.Error("told of a change that is none")
	default:
	}
	w.update(func(s *State) { s.Battery = Yes })
	select {
	case <-changed:
	default:
		t.Error("not told of a change")
	}
}
