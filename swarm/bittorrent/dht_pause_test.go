package bittorrent

import (
	"testing"
	"time"
)

// How long after each announce the next one is due.
func TestAnnouncePauses(t *testing.T) {
	type announce struct {
		told, met, fetching bool
		pause               time.Duration
	}
	nobody := announce{fetching: true}
	alone := announce{told: true, fetching: true}
	seed := announce{told: true}
	connected := announce{told: true, met: true, pause: announceEvery}
	after := func(a announce, pause time.Duration) announce { a.pause = pause; return a }
	for name, announces := range map[string][]announce{
		"looks for peers": {
			after(alone, announceSoon), after(alone, 2*announceSoon), after(alone, 4*announceSoon), after(alone, 8*announceSoon),
			after(alone, 16*announceSoon), after(alone, 32*announceSoon), after(alone, announceAlone), after(alone, announceAlone),
		},
		"has all it wants":            {after(seed, announceAlone), after(seed, announceEvery), after(seed, announceEvery)},
		"is connected":                {connected, connected},
		"loses its peers":             {connected, after(alone, announceSoon), after(alone, 2*announceSoon)},
		"is left alone with all":      {connected, after(seed, announceAlone), after(seed, announceEvery)},
		"no node of the DHT is known": {after(nobody, announceSoon), after(nobody, 2*announceSoon), after(seed, announceAlone), after(seed, announceEvery)},
	} {
		var a announced
		now := time.Unix(0, 0)
		for i, at := range announces {
			if !a.due(now, at.fetching) {
				t.Errorf("%s: announce %d is not due", name, i)
			}
			a.begin()
			if a.due(now.Add(time.Hour), at.fetching) {
				t.Errorf("%s: another announce is due while %d runs", name, i)
			}
			a.end(now, at.told, at.met)
			if early := now.Add(at.pause - 1); a.due(early, at.fetching) {
				t.Errorf("%s: the next is due before %s after announce %d", name, at.pause, i)
			}
			now = now.Add(at.pause)
		}
	}
}

// One that begins to look for peers does not wait as long as before.
func TestFetchAnnouncesSoon(t *testing.T) {
	var a announced
	now := time.Unix(0, 0)
	for range 3 {
		a.begin()
		a.end(now, true, false)
	}
	if later := now.Add(announceAlone); a.due(later, false) || !a.due(later, true) {
		t.Error("what is fetched is not announced earlier than what is here")
	}
}
