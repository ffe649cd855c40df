package limits

import (
	"seeder/archive"
	"seeder/store"
)

// What storing messages takes in SQLite, measured with weeks of 40,000 messages of
// 48 bytes to 133 of 60 kB, and rounded up: their encoded size and a sixteenth, and
// 115 to 150 bytes a message for its row and its places in two indexes.
const (
	rowBytes = 200
	// smallestMessage is what a message has at least in an archive, whose count is
	// taken from its size where no seal tells it.
	smallestMessage = 48
	usualMessage    = 128
	// logPage is what a changed page takes in the write-ahead log.
	logPage = 4096 + 24
	// logRest is the state of work that is written meanwhile.
	logRest = 256 << 10
)

// Beside returns the most that storing the messages of an archive takes in an
// SQLite database that has so many bytes. All is there twice at first, in the
// write-ahead log and in the file, and each message changes a page of the index of
// keys, anywhere in the database.
func Beside(row store.Archive, database int64) int64 {
	size := int64(min(row.Size-min(row.Padding, row.Size), 1<<40))
	messages := size / usualMessage
	if e, err := archive.ParseEntry(row.Entry); err == nil && e.Seal != nil {
		messages = int64(min(e.Seal.MessageCount, uint64(size/smallestMessage)))
	}
	grows := size + size/16 + messages*rowBytes
	return 2*grows + min(messages*logPage, database) + logRest
}
