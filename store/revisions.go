package store

import "seeder/message"

// Revisions tells in which communities something has changed, so that nobody
// has to look for it in each.
type Revisions interface {
	// Revisions returns a number for each community, which is higher after each
	// transaction that put archives, announcements or operations of it or marked
	// an announcement sent, whoever made it. It is cheap to ask for every second.
	Revisions() (map[message.CommunityID]int64, error)
}
