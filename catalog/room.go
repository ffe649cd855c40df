package catalog

import (
	"encoding/json"
	"fmt"

	"seeder/message"
	"seeder/quota"
	"seeder/swarm"
)

// OverheadSpare is counted for a community beside the files that are there, in
// bytes: for temporary files, and for what peer book and folders grow by.
const OverheadSpare = 32 << 10

// Overhead returns what the folder of a community takes beside its archives, in
// bytes, with a spare of 32 KiB; 0 while there is no folder.
func Overhead(files *swarm.Files, c message.CommunityID) (int64, error) {
	u, err := files.Usage(c)
	return OverheadOf(u), err
}

// OverheadOf is [Overhead] where the usage is known.
func OverheadOf(u swarm.Usage) int64 {
	if u.Overhead == 0 && len(u.Archives) == 0 {
		return 0
	}
	return u.Overhead + OverheadSpare
}

// KeepBytes returns the most that keeping a generation takes on disk, in bytes.
func KeepBytes(index []byte, files []swarm.File) (int64, error) {
	layout, err := json.MarshalIndent(files, "", " ")
	if err != nil {
		return 0, fmt.Errorf("encode layout: %w", err)
	}
	pieces := int64(len(index))/swarm.PieceLength + 1
	for i := range files {
		pieces += int64(files[i].Size / swarm.PieceLength)
	}
	const rest = 16 << 10 // names, sizes and trackers of the torrent
	return quota.Block + quota.OnDisk(int64(len(index))) + quota.OnDisk(int64(len(layout))) +
		quota.OnDisk(pieces*swarm.HashSize+rest), nil
}
