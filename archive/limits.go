package archive

import "seeder/message"

// The limits of the format. A reader refuses what passes them before it
// allocates for it; a writer refuses to produce it.
const (
	// PieceLength is the piece length of every torrent in bytes, and what each
	// archive is padded to a multiple of.
	PieceLength = 102400
	// Version is the version of archives, headers and entries.
	Version = 0
	// MaxMessageBytes is the longest encoded message: 256 MiB. A message above
	// the size at which archives are split (30,000,000 bytes) is an archive of
	// its own, so this is far above that size.
	MaxMessageBytes = 256 << 20
	// MaxArchiveBytes is the longest encoded archive without padding: 512 MiB.
	MaxArchiveBytes = 512 << 20
	// MaxIndexBytes is the longest encoded index: 16 MiB.
	MaxIndexBytes = 16 << 20
	// MaxEntries is how many archives an index lists at most: 65,536, which is
	// 1,250 years of weeks.
	MaxEntries = 1 << 16
	// MaxTopics is how many topics an archive names at most.
	MaxTopics = 4096
	// MaxHeaderBytes is the longest encoded header: [MaxTopics] topics of
	// [message.MaxTopicLen] bytes with their tags and lengths, and the span.
	MaxHeaderBytes = MaxTopics*(message.MaxTopicLen+3) + 64
	// MaxTime is the latest end of a span in seconds since the Unix epoch: the
	// beginning of the year 10000. Later ones are milliseconds by mistake.
	MaxTime = 253402300800
)

// Encodings of an archive, see [Seal].
const (
	EncodingPlain     uint32 = 0 // the only one read and written so far
	EncodingZstd      uint32 = 1
	EncodingEncrypted uint32 = 2
)
