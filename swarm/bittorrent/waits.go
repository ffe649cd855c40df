package bittorrent

import (
	"context"
	"sync"
)

// waits is the context of what waits for a limit in one direction of a view. It
// can be ended for all that wait now, while the view stays.
type waits struct {
	parent context.Context // ends when the torrent is dropped

	mu     sync.Mutex
	ctx    context.Context
	cancel context.CancelFunc
	opened chan struct{} // closed when the waits may go on; nil while they may
}

func newWaits(parent context.Context) *waits {
	w := &waits{parent: parent}
	w.ctx, w.cancel = context.WithCancel(parent)
	return w
}

// end ends the waits of now; later ones are not touched.
func (w *waits) end() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.opened == nil {
		w.cancel()
		w.ctx, w.cancel = context.WithCancel(w.parent)
	}
}

// set opens or shuts. While it is shut, enter blocks, and the waits that ran
// have ended.
func (w *waits) set(open bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case open == (w.opened == nil):
	case open:
		w.ctx, w.cancel = context.WithCancel(w.parent)
		close(w.opened)
		w.opened = nil
	default:
		w.cancel()
		w.opened = make(chan struct{})
	}
}

// enter returns the context to wait with, as soon as it is open. The context
// has ended when the torrent is being dropped.
func (w *waits) enter() context.Context {
	for {
		w.mu.Lock()
		ctx, opened := w.ctx, w.opened
		w.mu.Unlock()
		if opened == nil {
			return ctx
		}
		select {
		case <-opened:
		case <-w.parent.Done():
			return w.parent
		}
	}
}
