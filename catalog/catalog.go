// Package catalog translates between the three views of an archive: the entry
// of an index (package archive), the row of the database (package store) and
// the place in a torrent (package swarm). None of those packages knows the
// others.
package catalog

import (
	"fmt"

	"seeder/archive"
	"seeder/message"
	"seeder/store"
	"seeder/swarm"
)

// Row returns the database row of an entry in the given state.
func Row(c message.CommunityID, e *archive.Entry, state store.ArchiveState) store.Archive {
	row := store.Archive{
		Community: c,
		ID:        e.ID,
		Span:      e.Span,
		Offset:    e.Offset,
		Size:      e.Size,
		Padding:   e.Padding,
		Entry:     e.Encode(),
		State:     state,
	}
	if e.Seal != nil {
		row.Sealed = true
		row.SHA256 = e.Seal.SHA256
		row.Messages = e.Seal.MessageCount
		row.Amends = e.Seal.Amends
	}
	return row
}

// Entries returns the index entries of rows, in the order of the rows.
func Entries(rows []store.Archive) ([]archive.Entry, error) {
	entries := make([]archive.Entry, 0, len(rows))
	for i := range rows {
		e, err := archive.ParseEntry(rows[i].Entry)
		if err != nil {
			return nil, fmt.Errorf("read entry of archive %s: %w", rows[i].ID, err)
		}
		entries = append(entries, e)
	}
	return entries, nil
}

// Files returns the places of entries in the data of a torrent.
func Files(entries []archive.Entry) []swarm.File {
	files := make([]swarm.File, len(entries))
	for i := range entries {
		e := &entries[i]
		files[i] = swarm.File{ID: e.ID, Offset: e.Offset, Size: e.Size, Padding: e.Padding}
	}
	return files
}

// DataSize returns the size of the `data` file that entries, in order of
// offset, describe; in bytes.
func DataSize(entries []archive.Entry) uint64 {
	if len(entries) == 0 {
		return 0
	}
	return entries[len(entries)-1].End()
}

// ParseIndex returns the file list of an index that was checked before.
func ParseIndex(index []byte) ([]swarm.File, error) {
	entries, err := archive.DecodeIndex(index, 0)
	if err != nil {
		return nil, fmt.Errorf("decode index: %w", err)
	}
	return Files(entries), nil
}

// InfoHash returns the infohash that a magnet link names, or "".
func InfoHash(magnet string) string {
	ref, err := swarm.ParseMagnet(magnet)
	if err != nil {
		return ""
	}
	return store.InfoHash(ref.InfoHash).String()
}
