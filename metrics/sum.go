package metrics

import (
	"encoding/hex"
	"maps"
	"time"

	"seeder/message"
)

// Other is the label of all communities beyond the limit, together.
const Other = "other"

// labelled is a community under the name that it has in labels.
type labelled struct {
	label string
	*Community
}

// shortBytes is how much of an id a label shows; the first byte of a
// compressed key says little.
const shortBytes = 6

// Label returns the label of a community: the beginning of its id, which
// commands take for the whole.
func Label(c message.CommunityID) string { return "0x" + hex.EncodeToString(c[:shortBytes]) }

// label gives communities their labels, in order, and sums up those beyond the
// limit. Somebody may have looked for a key whose id begins like another's: the
// later of the two is labelled with all of its id.
func label(all []Community, limit int) []labelled {
	list := make([]labelled, 0, min(len(all), limit)+1)
	taken := make(map[string]bool, limit)
	var rest *Community
	for i := range all {
		c := &all[i]
		if i >= limit {
			if rest == nil {
				rest = &Community{Role: Other}
			}
			rest.add(c, i == limit)
			continue
		}
		name := Label(c.ID)
		if taken[name] {
			name = c.ID.String()
		}
		taken[name] = true
		list = append(list, labelled{name, c})
	}
	if rest != nil {
		list = append(list, labelled{Other, rest})
	}
	return list
}

// add sums up. Of times the oldest stays; what is allowed to one is allowed to
// the sum.
func (c *Community) add(o *Community, first bool) {
	c.Traffic.Up.add(o.Traffic.Up, first)
	c.Traffic.Down.add(o.Traffic.Down, first)
	c.Storage.add(o.Storage, first)
	c.Peers += o.Peers
	c.Torrents += o.Torrents
	c.HashedBytes += o.HashedBytes
	c.HashedIndexBytes += o.HashedIndexBytes
	c.CheckedBytes += o.CheckedBytes
	c.DamagedPieces += o.DamagedPieces
	c.Serving = c.Serving || o.Serving
	c.Fetching = c.Fetching || o.Fetching
	c.Archiving = c.Archiving || o.Archiving
	c.GapSeconds += o.GapSeconds
	c.Outbox += o.Outbox
	c.Operations += o.Operations
	c.Archives = addMap(c.Archives, o.Archives)
	c.Attempts = addMap(c.Attempts, o.Attempts)
	c.Evictions = addMap(c.Evictions, o.Evictions)
	c.Imports.Archives = addMap(c.Imports.Archives, o.Imports.Archives)
	c.Imports.Messages = addMap(c.Imports.Messages, o.Imports.Messages)
	c.Imports.Time += o.Imports.Time
	c.Announced = older(c.Announced, o.Announced, first)
	c.Sent = older(c.Sent, o.Sent, first)
	work := maps.Clone(c.Work)
	if work == nil {
		work = make(map[string]Work)
	}
	for kind, w := range o.Work {
		work[kind] = Work{CPU: work[kind].CPU + w.CPU, Allocated: work[kind].Allocated + w.Allocated}
	}
	c.Work = work
}

func (f *Flow) add(o Flow, first bool) {
	f.Bytes += o.Bytes
	f.Rate += o.Rate
	f.Waiting += o.Waiting
	f.Waited += o.Waited
	f.Limit = addLimit(f.Limit, o.Limit, first)
}

func (s *Storage) add(o Storage, first bool) {
	s.Used += o.Used
	s.Reserved += o.Reserved
	s.Overhead += o.Overhead
	s.Pinned += o.Pinned
	s.Cap = addLimit(s.Cap, o.Cap, first)
}

// addLimit adds limits of which 0 means none.
func addLimit(a, b int64, first bool) int64 {
	if first {
		return b
	}
	if a == 0 || b == 0 {
		return 0
	}
	return a + b
}

// older returns the older of two times, the zero time included: never is older
// than anything.
func older(a, b time.Time, first bool) time.Time {
	if first || b.Before(a) {
		return b
	}
	return a
}

func addMap[N int | int64](a, b map[string]N) map[string]N {
	sum := maps.Clone(a)
	if sum == nil {
		sum = make(map[string]N, len(b))
	}
	for k, v := range b {
		sum[k] += v
	}
	return sum
}
