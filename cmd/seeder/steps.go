package main

import (
	"fmt"
	"io"
	"sync"
	"sync/atomic"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"seeder/internal/terminal"
)

// steps shows on a terminal how far work is that goes in steps: a bar, with what it
// waits for. Elsewhere it shows nothing, and whoever has it writes lines; see Drawn.
// What is written to it comes above the bar. It is safe for concurrent use.
type steps struct {
	out  io.Writer
	bars *mpb.Progress

	mu     sync.Mutex
	bar    *mpb.Bar
	label  string
	closed bool
	// waits is read while the bar is drawn, which must not wait for mu.
	waits atomic.Value
}

// newSteps begins to show work on out. End it with Close.
func newSteps(out io.Writer) *steps {
	s := &steps{out: out}
	if canRedraw(out) {
		s.bars = newBars(out)
	}
	return s
}

// Drawn reports whether there is a bar.
func (s *steps) Drawn() bool { return s.bars != nil }

// Write implements [io.Writer]: lines above the bar, and ordinary ones without it.
func (s *steps) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.bar == nil || s.closed {
		return s.out.Write(b)
	}
	n, err := s.bars.Write(b)
	if err != nil {
		return n, fmt.Errorf("write above the bar: %w", err)
	}
	return n, nil
}

// set shows that done of total steps are done, 0 for a total that is not known, and
// what the work waits for, which is empty while it goes on. Another label begins
// another bar.
func (s *steps) set(label string, done, total uint64, waits string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.bars == nil || s.closed {
		return
	}
	s.waits.Store(terminal.Visible(waits))
	if s.bar == nil || label != s.label {
		s.drop()
		s.begin(label)
	}
	s.bar.SetTotal(int64(total), false)
	s.bar.SetCurrent(int64(done))
}

// begin adds a bar. The total of the library's is never reached by itself, so that
// the bar stays until it is dropped.
func (s *steps) begin(label string) {
	s.label = label
	s.bar = s.bars.AddBar(0,
		mpb.PrependDecorators(decor.Name(terminal.Visible(label)+" "), decor.Any(func(at decor.Statistics) string {
			if at.Total <= 0 {
				return ""
			}
			return fmt.Sprintf("%d of %d", at.Current, at.Total)
		})),
		mpb.AppendDecorators(decor.Elapsed(decor.ET_STYLE_GO), decor.Any(func(decor.Statistics) string {
			if waits, _ := s.waits.Load().(string); waits != "" {
				return " " + waits
			}
			return ""
		})),
		mpb.BarRemoveOnComplete())
}

func (s *steps) drop() {
	if s.bar != nil {
		s.bar.Abort(true)
	}
}

// Close removes the bar and returns when the terminal is as it was.
func (s *steps) Close() {
	s.mu.Lock()
	if s.closed || s.bars == nil {
		s.mu.Unlock()
		return
	}
	s.closed = true
	s.drop()
	s.mu.Unlock()
	s.bars.Wait()
}
