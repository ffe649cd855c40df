package bittorrent

import "time"

// handover puts results in the order wanted. It is used by one goroutine.
type handover struct {
	holdBack time.Duration  // see Options
	position map[int]int    // of a slot in the order wanted
	ready    map[int]result // by position, waiting for their turn
	released map[int]bool   // those of ready that have waited long enough
	given    []bool         // by position
	next     int            // the first position not given
	timer    *time.Timer    // runs while ready holds something not released
	running  bool
}

func newHandover(order []int, holdBack time.Duration) *handover {
	h := &handover{holdBack: holdBack, position: make(map[int]int, len(order)), ready: make(map[int]result), released: make(map[int]bool),
		given: make([]bool, len(order)), timer: time.NewTimer(holdBack)}
	h.timer.Stop()
	for at, slot := range order {
		h.position[slot] = at
	}
	return h
}

// over reports whether everything was given.
func (h *handover) over() bool { return h.next == len(h.given) }

// add takes a result; only the first of each slot counts.
func (h *handover) add(r result) {
	at := h.position[r.slot]
	if _, twice := h.ready[at]; !twice && !h.given[at] {
		h.ready[at] = r
	}
}

// pop returns the result whose turn it is: the next in order, or the first of
// those that have waited long enough.
func (h *handover) pop() (result, bool) {
	at := h.next
	if _, ok := h.ready[at]; !ok {
		at = len(h.given)
		for p := range h.released {
			at = min(at, p)
		}
	}
	r, ok := h.ready[at]
	if !ok {
		return result{}, false
	}
	delete(h.ready, at)
	delete(h.released, at)
	h.given[at] = true
	for !h.over() && h.given[h.next] {
		h.next++
	}
	return r, true
}

// wait returns the channel that tells when what is ready has waited long
// enough; release comes after it.
func (h *handover) wait() <-chan time.Time {
	held := len(h.ready) > len(h.released)
	if held != h.running {
		h.running = held
		h.timer.Stop()
		if held {
			h.timer.Reset(h.holdBack)
		}
	}
	return h.timer.C
}

// release lets everything that is ready out of its order.
func (h *handover) release() {
	h.running = false
	for at := range h.ready {
		h.released[at] = true
	}
}
