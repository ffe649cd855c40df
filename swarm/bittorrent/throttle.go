package bittorrent

import (
	"context"
	"errors"

	"github.com/anacrolix/torrent"

	"seeder/message"
)

// Throttle makes payload wait, that is pieces of archives and of indexes that
// go to peers or come from them. Hashing and reads of our own do not wait. Both
// methods are called from many goroutines, one for each connection, with blocks of
// mostly 16 KiB, and return an error only when ctx has ended.
type Throttle interface {
	Upload(ctx context.Context, c message.CommunityID, n int) error
	Download(ctx context.Context, c message.CommunityID, n int) error
}

var errDropped = errors.New("the generation is being dropped")

// mayUpload waits until n bytes may be sent. It reports false when the torrent
// was dropped first.
func (v *view) mayUpload(n int) bool {
	return v.throttle == nil || v.throttle.Upload(v.ctx, v.c, n) == nil || v.awaitDrop()
}

// mayDownload waits until n bytes may be taken. It reports false when the
// torrent was dropped first.
func (v *view) mayDownload(n int) bool {
	if v.throttle == nil {
		return true
	}
	n += int(v.surplus.Swap(0))
	return v.throttle.Download(v.ctx, v.c, n) == nil || v.awaitDrop()
}

// useful is called for payload that will be written, after read was called for
// it and under the same lock.
func (n *connections) useful(e torrent.ReceivedUsefulDataEvent) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if v := n.torrents[e.Peer.Torrent()].view; v != nil {
		v.surplus.Add(-int64(len(e.Message.Piece)))
	}
}

// awaitDrop returns false when the library has closed the torrent whose waits
// have ended. What is read or written before would still reach a peer or be
// hashed.
func (v *view) awaitDrop() bool {
	if t := v.torrent.Load(); t != nil {
		<-t.Closed()
	}
	return false
}

// drop takes a torrent out of the client. The waits of its payload end first:
// the library would wait for some of them with its lock held.
func (v *view) drop(t *torrent.Torrent) {
	v.cancel(errDropped)
	t.Drop()
}
