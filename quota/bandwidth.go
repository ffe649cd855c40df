package quota

import (
	"context"
	"time"

	"seeder/internal/clock"
	"seeder/message"
)

// Bandwidth holds the transfers of all communities to their limits and to that
// of the node, for each direction on its own. It is safe for concurrent use.
//
// A transfer of n bytes passes when both the bucket of its community and that
// of the node let it, and is taken out of both at that moment and not before:
// a community that waits for its own limit holds nothing of the node's, and a
// wait that is given up has nothing to give back. Within a community the first
// to come is the first to pass. At the node's bucket communities take turns by
// the bytes that each was given, however many peers each has, and one that had
// no use for its turns keeps those of the last tenth of a second and no more.
//
// The buckets are our own. The reservations of golang.org/x/time/rate keep the
// time that they were given though the limit changes, and refuse what is larger
// than a burst; here every wait is worked out anew when anything changes, and a
// bucket may be in debt. A bucket that nobody uses saves up a tenth of a second
// and no more. One that somebody waits for saves up nearly twice that, so that a
// late wake-up costs nothing, and nearly three times that for a transfer larger than
// a tenth of a second, before which those of others may pass. Over any time t at
// most rate*(t + 0.2 s) passes, and one transfer more where transfers are larger
// than rate*0.1 s.
type Bandwidth struct {
	up, down pipe
}

// Traffic is what passed in both directions.
type Traffic struct {
	Up   Flow `json:"up"`
	Down Flow `json:"down"`
}

// Flow is what passed in one direction.
type Flow struct {
	// Bytes passed since the start, or since [Bandwidth.Forget].
	Bytes int64 `json:"bytes"`
	// Rate is the mean of the last three seconds, in bytes a second.
	Rate float64 `json:"rate"`
	// Limit is the one in force, that of the node not taken into account for a
	// community.
	Limit Rate `json:"limit"`
	// Waiting counts the transfers that wait now.
	Waiting int `json:"waiting"`
	// Waited is how long transfers have waited, all of them added up.
	Waited time.Duration `json:"waited"`
}

// NewBandwidth returns a limiter without limits.
func NewBandwidth(c clock.Clock) *Bandwidth {
	b := &Bandwidth{}
	b.up.init(c)
	b.down.init(c)
	return b
}

// SetNode sets the limits of all communities together. Transfers that wait
// feel it at once.
func (b *Bandwidth) SetNode(r Rates) {
	b.up.setNode(r.Up)
	b.down.setNode(r.Down)
}

// SetCommunity sets the limits of a community. Transfers that wait feel it at
// once.
func (b *Bandwidth) SetCommunity(c message.CommunityID, r Rates) {
	b.up.setCommunity(c, r.Up)
	b.down.setCommunity(c, r.Down)
}

// Upload waits until n bytes of a community may be sent. When ctx ends first,
// nothing was taken and the error is its cause.
func (b *Bandwidth) Upload(ctx context.Context, c message.CommunityID, n int) error {
	return b.up.take(ctx, c, n)
}

// Download waits until n bytes of a community may be received. When ctx ends
// first, nothing was taken and the error is its cause.
func (b *Bandwidth) Download(ctx context.Context, c message.CommunityID, n int) error {
	return b.down.take(ctx, c, n)
}

// DownloadShare returns how much a community may receive at most, in bytes a second:
// its own limit or, where that is less, its part of the node's beside those
// that wait now; 0 for no limit.
func (b *Bandwidth) DownloadShare(c message.CommunityID) int64 { return int64(b.down.share(c)) }

// Usage returns what passed for a community.
func (b *Bandwidth) Usage(c message.CommunityID) Traffic {
	return Traffic{Up: b.up.usage(c), Down: b.down.usage(c)}
}

// NodeUsage returns what passed for all communities, those that were forgotten
// included.
func (b *Bandwidth) NodeUsage() Traffic {
	return Traffic{Up: b.up.nodeUsage(), Down: b.down.nodeUsage()}
}

// Forget drops the limits and the counters of a community. Transfers of it that
// wait go on waiting for the node's limit only.
func (b *Bandwidth) Forget(c message.CommunityID) {
	b.up.forget(c)
	b.down.forget(c)
}
