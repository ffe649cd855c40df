package node

import (
	"context"

	"seeder/message"
)

// LeaveOptions say what goes with a community that is left. Its archives always do,
// its key never does.
type LeaveOptions struct {
	// DeleteMessages removes its messages from the database, too.
	DeleteMessages bool
}

// LeaveResult is what became of leaving a community.
type LeaveResult struct {
	ID   message.CommunityID `json:"id"`
	Name string              `json:"name"`
	// FreedBytes is what its archives took on the disk, DeletedMessages how many
	// messages were removed from the database.
	FreedBytes      int64  `json:"freed_bytes"`
	DeletedMessages uint64 `json:"deleted_messages"`
}

// Leave forgets a community and removes its archives from the disk.
func (n *Node) Leave(_ context.Context, id message.CommunityID, _ LeaveOptions) (LeaveResult, error) {
	return LeaveResult{}, fail(Unavailable, "", "leaving %s is not possible yet", id)
}
