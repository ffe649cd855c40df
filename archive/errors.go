package archive

import (
	"errors"
	"fmt"

	"seeder/message"
)

// Errors of an index and its entries. Each of them refuses the whole index.
var (
	// ErrIndex reports bytes that are no index or no index entry.
	ErrIndex = errors.New("malformed index")
	// ErrCanonical reports an entry that is not encoded the one way that its
	// id could be recomputed from.
	ErrCanonical = errors.New("entry is not in canonical form")
	// ErrNoMetadata reports an entry that does not say what it covers.
	ErrNoMetadata = errors.New("entry has no metadata")
	// ErrVersion reports an archive, header or entry of another version.
	ErrVersion = errors.New("unsupported version")
	// ErrSpan reports an entry whose span is empty, reversed or beyond [MaxTime].
	ErrSpan = errors.New("bad span")
	// ErrSize reports an entry whose size is 0 or no multiple of [PieceLength].
	ErrSize = errors.New("bad size")
	// ErrOffset reports an entry that does not begin on a piece boundary.
	ErrOffset = errors.New("bad offset")
	// ErrPadding reports padding that does not follow from [Place], or that is
	// not zero bytes.
	ErrPadding = errors.New("bad padding")
	// ErrOutside reports an entry that reaches beyond the end of the data.
	ErrOutside = errors.New("entry is outside the data")
	// ErrOverlap reports entries that share bytes of the data.
	ErrOverlap = errors.New("entries overlap")
	// ErrGap reports data that no entry covers.
	ErrGap = errors.New("gap between entries")
	// ErrID reports an id that is not the hash of its entry.
	ErrID = errors.New("id is not the hash of its entry")
	// ErrTooMany reports more entries or topics than [MaxEntries] or [MaxTopics].
	ErrTooMany = errors.New("too many")
	// ErrTooLarge reports a message, header, archive or index above its limit.
	ErrTooLarge = errors.New("too large")
	// ErrSeal reports a malformed seal, a seal without a signature, or a
	// signature without a seal.
	ErrSeal = errors.New("malformed seal")
	// ErrForeign reports a seal whose signature is not the community's.
	ErrForeign = errors.New("seal is not signed by the community")
	// ErrChain reports a seal that does not name the archive sealed before it.
	ErrChain = errors.New("broken chain of seals")
)

// Errors of an archive. Each of them refuses that archive only.
var (
	// ErrArchive reports bytes that are no encoded archive.
	ErrArchive = errors.New("malformed archive")
	// ErrEncoding reports an archive in an encoding that this version does not
	// read.
	ErrEncoding = errors.New("unsupported encoding")
	// ErrHeader reports an archive whose header differs from its entry.
	ErrHeader = errors.New("header differs from the index entry")
	// ErrLength reports an archive that is shorter or longer than its entry says.
	ErrLength = errors.New("wrong length")
	// ErrTime reports a message whose timestamp is outside the archive's span.
	ErrTime = errors.New("message is outside the span")
	// ErrUnlisted reports a message of a sealed archive on a topic that its
	// entry does not list.
	ErrUnlisted = errors.New("topic is not listed")
	// ErrOrder reports messages of a sealed archive that are not in strictly
	// ascending order of (timestamp, key).
	ErrOrder = errors.New("messages are out of order")
	// ErrAuthor reports a message whose sig names an author that did not sign
	// its payload.
	ErrAuthor = errors.New("author did not sign the payload")
	// ErrCount reports a number of messages other than the sealed one.
	ErrCount = errors.New("message count differs from the seal")
	// ErrContent reports bytes whose SHA-256 is not the sealed one.
	ErrContent = errors.New("content differs from the seal")
)

// ErrChanged reports an archive that is not the one that was checked before, see
// [CheckAgain]. It says nothing against either.
var ErrChanged = errors.New("archive has changed since it was checked")

// MessageError says which message of an archive was refused.
type MessageError struct {
	// Number counts the messages of the archive from 1.
	Number uint64
	// Offset is where the message begins in the archive, in bytes.
	Offset uint64
	// Err says why; it wraps an error of this package or of package message, or
	// the reader's.
	Err error
}

// Error implements error.
func (e *MessageError) Error() string {
	return fmt.Sprintf("message %d at byte %d: %v", e.Number, e.Offset, e.Err)
}

// Unwrap returns the cause.
func (e *MessageError) Unwrap() error { return e.Err }

// Refused reports whether err means that bytes broke a rule of the format, as
// against a failure to read them.
func Refused(err error) bool {
	for _, rule := range []error{
		ErrIndex, ErrCanonical, ErrNoMetadata, ErrVersion, ErrSpan, ErrSize, ErrOffset, ErrPadding, ErrOutside,
		ErrOverlap, ErrGap, ErrID, ErrTooMany, ErrTooLarge, ErrSeal, ErrForeign, ErrChain, ErrArchive, ErrEncoding,
		ErrHeader, ErrLength, ErrTime, ErrUnlisted, ErrOrder, ErrAuthor, ErrCount, ErrContent,
		message.ErrTopic, message.ErrWire,
	} {
		if errors.Is(err, rule) {
			return true
		}
	}
	return false
}
