package main

import (
	"fmt"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/mattn/go-isatty"
	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
)

// lineInterval is the time between two lines of progress where no bar can be
// drawn.
const lineInterval = 5 * time.Second

// progress shows how far long work is: a bar on a terminal, a line now and
// then elsewhere. Add may be called from any goroutine; end it with Done.
type progress struct {
	done  atomic.Int64
	total int64

	bars *mpb.Progress
	bar  *mpb.Bar

	stop chan struct{}
	wg   sync.WaitGroup
}

// newProgress begins to show work on total bytes; 0 means that the total is
// not known.
func newProgress(w io.Writer, label string, total int64) *progress {
	p := &progress{total: total}
	if canRedraw(w) {
		p.bars = newBars(w)
		p.bar = p.bars.AddBar(total,
			mpb.PrependDecorators(decor.Name(label+" "), decor.Counters(decor.SizeB1000(0), "% .1f / % .1f")),
			mpb.AppendDecorators(decor.AverageSpeed(decor.SizeB1000(0), " % .1f")),
			mpb.BarRemoveOnComplete())
		return p
	}
	p.stop = make(chan struct{})
	p.wg.Go(func() { p.lines(w, label) })
	return p
}

func newBars(w io.Writer) *mpb.Progress { return mpb.New(mpb.WithOutput(w), mpb.WithWidth(64)) }

// canRedraw reports whether a line that was written can be written again.
func canRedraw(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && isTerminal(f) && os.Getenv("TERM") != "dumb" && enableSequences(f)
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && isatty.IsTerminal(f.Fd())
}

func (p *progress) lines(w io.Writer, label string) {
	ticker := time.NewTicker(lineInterval)
	defer ticker.Stop()
	for {
		select {
		case <-p.stop:
			return
		case <-ticker.C:
		}
		n := uint64(p.done.Load())
		if p.total > 0 {
			fmt.Fprintf(w, "%s: %s of %s\n", label, humanize.Bytes(n), humanize.Bytes(uint64(p.total)))
		} else {
			fmt.Fprintf(w, "%s: %s\n", label, humanize.Bytes(n))
		}
	}
}

// Add notes n more bytes.
func (p *progress) Add(n int) {
	p.done.Add(int64(n))
	if p.bar != nil {
		p.bar.IncrBy(n)
	}
}

// Done ends the display and waits for it.
func (p *progress) Done() {
	if p.bar != nil {
		p.bar.Abort(true)
		p.bars.Wait()
		return
	}
	close(p.stop)
	p.wg.Wait()
}

// progressReader tells progress what is read.
type progressReader struct {
	io.Reader
	p *progress
}

// Read implements [io.Reader].
func (r progressReader) Read(b []byte) (int, error) {
	n, err := r.Reader.Read(b)
	r.p.Add(n)
	return n, err
}

// progressWriter tells progress what is written.
type progressWriter struct {
	io.Writer
	p *progress
}

// Write implements [io.Writer].
func (w progressWriter) Write(b []byte) (int, error) {
	n, err := w.Writer.Write(b)
	w.p.Add(n)
	return n, err
}
