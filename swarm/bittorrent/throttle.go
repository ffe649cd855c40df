package bittorrent

import (
	"context"
	"errors"

	"github.com/anacrolix/torrent"

	"seeder/message"
)

// Throttle makes payload wait, that is pieces of archives and of indexes that
// go to peers or come from them. Hashing and reads of our own do not wait. Its
// methods are called from many goroutines.
type Throttle interface {
	// Upload and Download wait until n bytes may pass, mostly blocks of 16 KiB of
	// each connection, and return an error only when ctx has ended.
	Upload(ctx context.Context, c message.CommunityID, n int) error
	Download(ctx context.Context, c message.CommunityID, n int) error
	// DownloadShare returns how much a community may receive at most, in bytes a second;
	// 0 for no limit. It does not wait for anything.
	DownloadShare(c message.CommunityID) int64
}

var errDropped = errors.New("the generation is being dropped")

// mayUpload waits until n bytes may be sent. A read that waits when serving is
// switched off goes on waiting, and neither passes nor is charged before it is on
// again: its request stands, and a peer would be told to forget it twice if the
// read failed. It reports false when the torrent was dropped first.
func (v *view) mayUpload(n int) bool {
	for {
		ctx := v.up.enter()
		if ctx.Err() == nil && (v.throttle == nil || v.throttle.Upload(ctx, v.c, n) == nil) {
			return true
		}
		if v.ctx.Err() != nil {
			return v.awaitDrop()
		}
	}
}

// mayDownload waits until n bytes may be taken. When the wait is ended because
// nothing is fetched any more, the bytes are kept, as they are here, and the next
// write pays for them. It reports false when the torrent was dropped first.
func (v *view) mayDownload(n int) bool {
	if v.throttle == nil {
		return true
	}
	owed := v.surplus.Swap(0) + int64(n)
	if v.throttle.Download(v.down.enter(), v.c, int(owed)) == nil {
		return true
	}
	if v.ctx.Err() != nil {
		return v.awaitDrop()
	}
	v.surplus.Add(owed)
	return true
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
