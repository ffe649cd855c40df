package limits

import (
	"seeder/message"
	"seeder/quota"
	"seeder/store"
	"seeder/swarm"
)

// Item is the archive of a row as the ledger counts it, by what it will take. An
// owner's archives are originals.
func Item(row store.Archive, role store.Role) quota.Item {
	whole, peak := swarm.Takes(swarm.File{ID: row.ID, Offset: row.Offset, Size: row.Size, Padding: row.Padding})
	return quota.Item{
		Community: row.Community,
		ID:        row.ID,
		Span:      row.Span,
		Offset:    row.Offset,
		Bytes:     whole,
		Peak:      peak,
		Original:  role == store.RoleOwner,
		Evicted:   row.State == store.Evicted && row.Reason == store.OverCap,
	}
}

// Held is what is on the disk of a community, measured, for [quota.Ledger.Load].
// Files that no row is of count as the oldest.
func Held(c message.CommunityID, rows []store.Archive, u swarm.Usage, role store.Role) []quota.Item {
	items := make([]quota.Item, 0, len(u.Archives))
	known := make(map[message.ArchiveID]bool, len(rows))
	add := func(i quota.Item, a swarm.ArchiveUsage) {
		i.Bytes, i.Unfinished = a.Bytes, !a.Whole
		items = append(items, i)
	}
	for i := range rows {
		known[rows[i].ID] = true
		if a, ok := u.Archives[rows[i].ID]; ok {
			add(Item(rows[i], role), a)
		}
	}
	for id, a := range u.Archives {
		if !known[id] {
			add(quota.Item{Community: c, ID: id}, a)
		}
	}
	return items
}
