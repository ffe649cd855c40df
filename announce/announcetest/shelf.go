package announcetest

import (
	"context"
	"slices"
	"sync"
	"time"

	"seeder/announce"
	"seeder/message"
)

// Shelf is an [announce.Shelf] in memory. Its zero value is empty.
type Shelf struct {
	mu   sync.Mutex
	kept map[message.CommunityID][]shelved
}

type shelved struct {
	envelope []byte
	received time.Time
}

var _ announce.Shelf = (*Shelf)(nil)

// Put keeps an envelope that was received at the given time.
func (s *Shelf) Put(c message.CommunityID, envelope []byte, received time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.kept == nil {
		s.kept = make(map[message.CommunityID][]shelved)
	}
	s.kept[c] = append(s.kept[c], shelved{slices.Clone(envelope), received})
}

// Envelopes implements [announce.Shelf].
func (s *Shelf) Envelopes(_ context.Context, c message.CommunityID, since time.Time) ([][]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list [][]byte
	for _, k := range s.kept[c] {
		if !k.received.Before(since) {
			list = append(list, slices.Clone(k.envelope))
		}
	}
	return list, nil
}
