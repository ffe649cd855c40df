package node

import (
	"seeder/limits"
	"seeder/message"
	"seeder/quota"
)

// LiveLimits are the limits in force in a daemon, and what is used of them.
type LiveLimits struct {
	Node        LiveHolder
	Communities map[message.CommunityID]LiveCommunity
	// Battery and Metered say what the system tells: yes, no or not available.
	Battery, Metered string
}

// LiveCommunity is a community in [LiveLimits].
type LiveCommunity struct {
	LiveHolder
	Mode limits.Mode
	// Peers is the number of connections for the community.
	Peers int
	// Copies is how many connected peers have all of the archive that the
	// fewest of them have, of those that are here; nil while nobody knows.
	Copies *int
	// CopiesOf returns how many connected peers have all of an archive; nil when
	// nobody is connected.
	CopiesOf func(message.ArchiveID) int
}

// LiveHolder is what a node and a community have in common.
type LiveHolder struct {
	LiveStorage

	Up, Down quota.Flow
	// Ignored are rows of the database that nobody understands, and Get the
	// value that is in force of a setting.
	Ignored []limits.Ignored
	Get     func(key string) string
}

// LiveStorage is what archives take on the disk, and what is over the cap.
type LiveStorage struct {
	quota.Usage

	Excess quota.Excess
}
