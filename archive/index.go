package archive

import (
	"cmp"
	"fmt"
	"slices"

	"google.golang.org/protobuf/encoding/protowire"

	"seeder/message"
)

// Field numbers of an index, which is a map from id to entry.
const (
	indexEntries protowire.Number = 1
	mapKey       protowire.Number = 1
	mapValue     protowire.Number = 2
)

// EncodeIndex returns the wire form of an index, its entries in order of
// offset whatever order they are given in.
func EncodeIndex(entries []Entry) []byte {
	sorted := slices.Clone(entries)
	sortByOffset(sorted)
	var b, item []byte
	for i := range sorted {
		item = protowire.AppendTag(item[:0], mapKey, protowire.BytesType)
		item = protowire.AppendString(item, sorted[i].ID.String())
		item = appendMessage(item, mapValue, sorted[i].Encode())
		b = appendMessage(b, indexEntries, item)
	}
	return b
}

// DecodeIndex reads an index whose entries are in any order and returns them
// in order of offset, after applying every rule of the package comment that
// needs no community: [VerifySeal] is left to the caller. Together the entries
// cover the dataSize bytes of the data; 0 means that the size is not known, and
// then the last entry says it. The error says which entry broke which rule.
func DecodeIndex(b []byte, dataSize uint64) ([]Entry, error) {
	if len(b) > MaxIndexBytes {
		return nil, fmt.Errorf("index of %d bytes is %w, the limit is %d", len(b), ErrTooLarge, MaxIndexBytes)
	}
	var entries []Entry
	err := eachField(b, ErrIndex, func(f field) error {
		if !f.isBytes(indexEntries) {
			return nil
		}
		if len(entries) == MaxEntries {
			return fmt.Errorf("%w: more than %d entries", ErrTooMany, MaxEntries)
		}
		e, err := parseItem(f.bytes, dataSize)
		if err != nil {
			return fmt.Errorf("read index entry %d: %w", len(entries)+1, err)
		}
		entries = append(entries, e)
		return nil
	})
	if err != nil {
		return nil, err
	}
	sortByOffset(entries)
	if err := checkCover(entries, dataSize); err != nil {
		return nil, err
	}
	return entries, checkChain(entries)
}

// parseItem reads one item of the map.
func parseItem(b []byte, dataSize uint64) (Entry, error) {
	var key, value []byte
	var hasValue bool
	err := eachField(b, ErrIndex, func(f field) error {
		switch {
		case f.isBytes(mapKey):
			key = f.bytes
		case f.isBytes(mapValue) && hasValue:
			return fmt.Errorf("%w: two entries for one id", ErrIndex)
		case f.isBytes(mapValue):
			value, hasValue = f.bytes, true
		}
		return nil
	})
	if err != nil {
		return Entry{}, err
	}
	id, err := message.ParseArchiveID(string(key))
	if err != nil {
		return Entry{}, fmt.Errorf("%w: %w", ErrID, err)
	}
	e, err := ParseEntry(value)
	if err != nil {
		return Entry{}, fmt.Errorf("archive %s: %w", id, err)
	}
	if e.ID != id {
		return Entry{}, fmt.Errorf("%w: %s, the entry hashes to %s", ErrID, id, e.ID)
	}
	if dataSize > 0 && e.End() > dataSize {
		return Entry{}, fmt.Errorf("archive %s: %w: ends at %d of %d", id, ErrOutside, e.End(), dataSize)
	}
	return e, nil
}

// checkCover demands that the entries, in order of offset, lie one behind the
// other from the beginning of the data to its end.
func checkCover(entries []Entry, dataSize uint64) error {
	var end uint64
	for i := range entries {
		e := &entries[i]
		if e.Offset < end {
			return fmt.Errorf("%w: archive %s begins at %d, before %d", ErrOverlap, e.ID, e.Offset, end)
		}
		if e.Offset > end {
			return fmt.Errorf("%w: archive %s begins at %d, want %d", ErrGap, e.ID, e.Offset, end)
		}
		end = e.End()
	}
	if dataSize > 0 && end != dataSize {
		return fmt.Errorf("%w: the entries end at %d of %d", ErrGap, end, dataSize)
	}
	return nil
}

func sortByOffset(entries []Entry) {
	slices.SortStableFunc(entries, func(a, b Entry) int { return cmp.Compare(a.Offset, b.Offset) })
}
