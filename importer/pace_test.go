package importer_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"seeder/importer"
	"seeder/internal/clock"
	"seeder/quota"
)

// newPace returns a pace for a bubble, where processor time is time.
func newPace(name string, parallel int) *importer.Pace {
	p := importer.NewPace(importer.PaceOptions{Clock: clock.System{}, Parallel: parallel})
	begin := time.Now()
	p.SetSpent(func() time.Duration { return time.Since(begin) })
	p.Set(name)
	return p
}

func enter(t *testing.T, p *importer.Pace) *importer.Turn {
	t.Helper()
	turn, err := p.Enter(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return turn
}

// In the background a quarter of the time is work, within a turn and over many.
func TestBackgroundWorksAQuarterOfTheTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPace(quota.PaceBackground, 0)
		begin, worked := time.Now(), time.Duration(0)
		work := func(d time.Duration) {
			time.Sleep(d)
			worked += d
		}
		for range 5 {
			turn := enter(t, p)
			if err := turn.Low(func() error {
				for range 1000 {
					work(time.Millisecond)
					if err := turn.Breathe(t.Context()); err != nil {
						return err
					}
				}
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			work(2 * time.Second) // what cannot be interrupted
			turn.Leave()
		}
		enter(t, p).Leave() // after the last pause
		if share := float64(worked) / float64(time.Since(begin)); share < 0.24 || share > 0.26 {
			t.Errorf("worked %.3f of the time", share)
		}
	})
}

// Work that is interrupted often enough never goes on for longer than a slice.
func TestBackgroundWorkPausesAfterASlice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPace(quota.PaceBackground, 0)
		turn := enter(t, p)
		defer turn.Leave()
		var pauses []time.Duration
		for range 4 * int(importer.Slice/time.Millisecond) {
			time.Sleep(time.Millisecond)
			before := time.Now()
			if err := turn.Breathe(t.Context()); err != nil {
				t.Fatal(err)
			}
			if d := time.Since(before); d > 0 {
				pauses = append(pauses, d)
			}
		}
		if want := slices.Repeat([]time.Duration{3 * importer.Slice}, 4); !slices.Equal(pauses, want) {
			t.Errorf("pauses %v, want %v", pauses, want)
		}
	})
}

// A machine that slept during the work does not pause for as long.
func TestPausesAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPace(quota.PaceBackground, 0)
		turn := enter(t, p)
		time.Sleep(24 * time.Hour)
		turn.Leave()
		before := time.Now()
		enter(t, p).Leave()
		if d := time.Since(before); d != importer.MaxRest {
			t.Errorf("paused for %v, want %v", d, importer.MaxRest)
		}
	})
}

// A change of the pace counts at once for who waits to begin and who pauses.
func TestChangeOfPaceWakes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPace(quota.PaceBackground, 0)
		turn := enter(t, p)
		time.Sleep(10 * time.Second)
		turn.Leave()
		before := time.Now()
		time.AfterFunc(time.Second, func() { p.Set(quota.PaceNormal) })
		turn = enter(t, p)
		if d := time.Since(before); d != time.Second {
			t.Errorf("began %v after the last one, want 1s", d)
		}
		p.Set(quota.PaceBackground)
		time.Sleep(10 * time.Second)
		before = time.Now()
		time.AfterFunc(time.Second, func() { p.Set(quota.PaceFast) })
		err := turn.Breathe(t.Context())
		if d := time.Since(before); !errors.Is(err, importer.ErrHurry) || d != time.Second {
			t.Errorf("%v after %v, want %v after 1s", err, d, importer.ErrHurry)
		}
		turn.Leave()
	})
}

// So many run at a time, and they begin in the order in which they came.
func TestTurnsAreInOrder(t *testing.T) {
	for _, c := range []struct {
		pace     string
		parallel int
		want     []time.Duration // when each of six ends that take a second
	}{
		{quota.PaceBackground, 3, []time.Duration{1, 5, 9, 13, 17, 21}},
		{quota.PaceNormal, 3, []time.Duration{1, 2, 3, 4, 5, 6}},
		{quota.PaceFast, 3, []time.Duration{1, 1, 1, 2, 2, 2}},
		{quota.PaceFast, 0, []time.Duration{1, 1, 2, 2, 3, 3}},
		{"no pace", 3, []time.Duration{1, 2, 3, 4, 5, 6}},
	} {
		synctest.Test(t, func(t *testing.T) {
			p := newPace(c.pace, c.parallel)
			begin := time.Now()
			ended := make([]time.Duration, len(c.want))
			for i := range ended {
				go func() {
					turn := enter(t, p)
					time.Sleep(time.Second)
					ended[i] = time.Since(begin) / time.Second
					turn.Leave()
				}()
				synctest.Wait() // in this order
			}
			time.Sleep(time.Hour)
			synctest.Wait()
			if !slices.Equal(ended, c.want) {
				t.Errorf("%s, %d at a time: ended at %d, want %d", c.pace, c.parallel, ended, c.want)
			}
		})
	}
}

// Who gives up waiting does not hold up those behind.
func TestWaitingEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPace(quota.PaceNormal, 0)
		first := enter(t, p)
		ctx, cancel := context.WithCancel(t.Context())
		gone := make(chan error)
		go func() {
			_, err := p.Enter(ctx)
			gone <- err
		}()
		synctest.Wait()
		next := make(chan *importer.Turn)
		go func() { next <- enter(t, p) }()
		synctest.Wait()
		cancel()
		if err := <-gone; !errors.Is(err, context.Canceled) {
			t.Errorf("waiting ended with %v", err)
		}
		first.Leave()
		(<-next).Leave()

		p.Set(quota.PaceBackground)
		turn := enter(t, p)
		time.Sleep(time.Second)
		if err := turn.Breathe(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("breathing ended with %v", err)
		}
		turn.Leave()
	})
}

func TestNoPaceIsFast(t *testing.T) {
	var p *importer.Pace
	first, second := enter(t, p), enter(t, p)
	if p.Get() != quota.PaceFast || !errors.Is(first.Low(func() error { return importer.ErrHurry }), importer.ErrHurry) {
		t.Error("without a pace something else happens than at full speed")
	}
	first.Leave()
	second.Leave()
}
