package waku

import (
	"crypto/sha256"
	"sync"
	"sync/atomic"

	pubsub "github.com/libp2p/go-libp2p-pubsub"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/protocol"
)

// sendTracer tells to how many peers the relay has sent an envelope. The
// relay itself reports success when there was nobody to send to. Its methods
// are called on the relay's event loop, so they must be quick.
type sendTracer struct {
	active  atomic.Int32
	mu      sync.Mutex
	watches map[[32]byte]*sendWatch
}

type sendWatch struct {
	first chan struct{} // closed when the first peer was sent to
	peers map[peer.ID]struct{}
}

var _ pubsub.RawTracer = (*sendTracer)(nil)

func newSendTracer() *sendTracer { return &sendTracer{watches: make(map[[32]byte]*sendWatch)} }

// watch counts sends of the envelope with the given SHA-256 until unwatch.
func (t *sendTracer) watch(hash [32]byte) *sendWatch {
	w := &sendWatch{first: make(chan struct{}), peers: make(map[peer.ID]struct{})}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.watches[hash] = w
	t.active.Store(int32(len(t.watches)))
	return w
}

func (t *sendTracer) unwatch(hash [32]byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.watches, hash)
	t.active.Store(int32(len(t.watches)))
}

func (t *sendTracer) count(w *sendWatch) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(w.peers)
}

// SendRPC implements [pubsub.RawTracer].
func (t *sendTracer) SendRPC(rpc *pubsub.RPC, p peer.ID) {
	if t.active.Load() == 0 {
		return
	}
	for _, m := range rpc.GetPublish() {
		hash := sha256.Sum256(m.GetData())
		t.mu.Lock()
		if w, ok := t.watches[hash]; ok {
			if len(w.peers) == 0 {
				close(w.first)
			}
			w.peers[p] = struct{}{}
		}
		t.mu.Unlock()
	}
}

// The other events of [pubsub.RawTracer] are of no interest.

// AddPeer implements [pubsub.RawTracer].
func (*sendTracer) AddPeer(peer.ID, protocol.ID) {}

// RemovePeer implements [pubsub.RawTracer].
func (*sendTracer) RemovePeer(peer.ID) {}

// Join implements [pubsub.RawTracer].
func (*sendTracer) Join(string) {}

// Leave implements [pubsub.RawTracer].
func (*sendTracer) Leave(string) {}

// Graft implements [pubsub.RawTracer].
func (*sendTracer) Graft(peer.ID, string) {}

// Prune implements [pubsub.RawTracer].
func (*sendTracer) Prune(peer.ID, string) {}

// ValidateMessage implements [pubsub.RawTracer].
func (*sendTracer) ValidateMessage(*pubsub.Message) {}

// DeliverMessage implements [pubsub.RawTracer].
func (*sendTracer) DeliverMessage(*pubsub.Message) {}

// RejectMessage implements [pubsub.RawTracer].
func (*sendTracer) RejectMessage(*pubsub.Message, string) {}

// DuplicateMessage implements [pubsub.RawTracer].
func (*sendTracer) DuplicateMessage(*pubsub.Message) {}

// ThrottlePeer implements [pubsub.RawTracer].
func (*sendTracer) ThrottlePeer(peer.ID) {}

// RecvRPC implements [pubsub.RawTracer].
func (*sendTracer) RecvRPC(*pubsub.RPC) {}

// DropRPC implements [pubsub.RawTracer].
func (*sendTracer) DropRPC(*pubsub.RPC, peer.ID) {}

// UndeliverableMessage implements [pubsub.RawTracer].
func (*sendTracer) UndeliverableMessage(*pubsub.Message) {}
