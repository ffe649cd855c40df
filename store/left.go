package store

import "seeder/message"

// Left is a community that this node has left.
type Left struct {
	ID message.CommunityID
	// Messages says that its messages are to be deleted, too; otherwise they stay,
	// and are there again when the node comes back to it.
	Messages bool
}

// Departures holds the communities that this node has left. What they have on
// disk is removed by those who find them here, so that nothing is left over when
// a process dies in between, and no folder is removed of which the database
// merely knows nothing.
//
// A community that was left is none: no other method finds it, and writes return
// [ErrNotFound]. PutCommunity makes it one again, with the messages that were kept,
// which are all pending then.
type Departures interface {
	// LeaveCommunity deletes everything of a community but its messages, which it
	// marks to be deleted when messages is set; see PurgeMessages. Leaving one that
	// was left changes what is to become of its messages. [ErrNotFound] when it never
	// was there, or is purged.
	LeaveCommunity(c message.CommunityID, messages bool) error
	// Left returns the communities that were left, in order of id.
	Left() ([]Left, error)
	// PurgeMessages deletes messages of a community that was left with its messages,
	// limit of them at most, and returns how many it has deleted; fewer than
	// limit when those were the last. Of others it deletes none.
	PurgeMessages(c message.CommunityID, limit int) (uint64, error)
	// ForgetCommunity deletes the last trace of a community that was left with its
	// messages, once none is left and its files are gone. Of others it deletes
	// nothing.
	ForgetCommunity(message.CommunityID) error
}
