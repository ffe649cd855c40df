// Package store is the contract of the database that holds everything a node
// knows: communities, messages, archives, generations and announcements.
//
// The database is the truth and files follow it. All access is inside a
// transaction, see [DB]; a driver (store/sqlite) passes the suite of
// store/storetest.
//
// # Canonical and late messages
//
// History is covered span by span: the owner covers a span by sealing it, a
// member by importing an archive of it. Inside covered spans a message is
// canonical when an archive holds it and late when none does; outside them it
// is pending. A message is never deleted by covering a span.
package store

import (
	"context"
	"errors"
	"iter"

	"seeder/message"
)

var (
	// ErrNotFound reports that the row asked for does not exist.
	ErrNotFound = errors.New("not found")
	// ErrChanged reports that the rows a step was computed from have changed
	// since; the step is computed again.
	ErrChanged = errors.New("rows changed meanwhile")
	// ErrStale reports an announcement that is not newer than the one stored.
	ErrStale = errors.New("announcement is not newer")
	// ErrClaimed reports an unsealed archive whose id and bytes another
	// community's history already holds.
	ErrClaimed = errors.New("archive belongs to another community")
	// ErrNewerSchema reports a database written by a newer version.
	ErrNewerSchema = errors.New("database was written by a newer version")
	// ErrRange reports a timestamp or clock above [MaxTimestamp].
	ErrRange = errors.New("number beyond what the database holds")
	// ErrReadOnly reports a write inside View.
	ErrReadOnly = errors.New("write in a read transaction")
	// ErrNoSpace reports that the disk is full; the transaction changed nothing.
	ErrNoSpace = errors.New("no space left for the database")
	// ErrUnavailable reports that the database cannot be reached now: its server
	// is stopped or starting, or the connection was lost. When that happened
	// while a transaction ended, it may have been committed. Trying again later
	// helps, and nothing has to be opened anew.
	ErrUnavailable = errors.New("database is not available")
	// ErrClosed reports a transaction asked for after Close.
	ErrClosed = errors.New("database is closed")
)

// MaxTimestamp is the highest timestamp of a message, and the highest clock,
// that a database takes. Spans may end anywhere above it.
const MaxTimestamp = 1<<63 - 2

// DB is a database. It is safe for concurrent use by several processes.
type DB interface {
	// View runs fn in a read transaction that sees one snapshot.
	View(ctx context.Context, fn func(Tx) error) error
	// Update runs fn in a write transaction: committed when fn returns nil,
	// rolled back otherwise. fn may run again after a serialisation failure,
	// so it has no other effects. An Update inside fn may wait for this one for
	// ever, and View inside fn does not see what this one has written.
	Update(ctx context.Context, fn func(Tx) error) error
	// Check returns the version of the schema, and an error when the database
	// cannot be read or is damaged, as far as it can tell by itself. It may read all
	// of it, beside other transactions.
	Check(ctx context.Context) (schema int64, err error)
	// Close waits for running transactions; those that begin later get
	// [ErrClosed].
	Close() error
}

// Tx is what a transaction can do. It is used by one goroutine and not after
// fn has returned. A write in View returns [ErrReadOnly]; a write for a
// community without a row [ErrNotFound], a read for one finds nothing. After
// any other error of a write, fn returns it; when it does not, Update does.
type Tx interface {
	Communities
	Messages
	Coverage
	Archives
	Generations
	Announcements
	Works
	Operations
	Forks
	Settings
	Revisions
	Departures
}

// Communities holds the communities a node owns or follows.
type Communities interface {
	// PutCommunity adds a community or replaces its row.
	PutCommunity(Community) error
	// Community returns [ErrNotFound] when there is no such row.
	Community(message.CommunityID) (Community, error)
	// Communities returns all, in order of id.
	Communities() ([]Community, error)
}

// Messages holds the history.
type Messages interface {
	// AddMessages stores messages that did not come from an archive (live
	// capture, ingest). A known key changes nothing. New messages inside a
	// covered span become late. The sequence's error ends it. [ErrRange] when a
	// timestamp is above [MaxTimestamp].
	AddMessages(message.CommunityID, iter.Seq2[message.Message, error]) (Added, error)
	// ImportMessages stores the messages of an archive: new ones, and known
	// ones that were late, become canonical. Cover comes before it.
	ImportMessages(message.CommunityID, iter.Seq2[message.Message, error]) (Added, error)
	// RestoreMessages stores the messages of an archive like ImportMessages, and
	// replaces the row of a known key whose content differs: a row that was
	// damaged is as the archive has it again. Of two messages of the sequence
	// with one key the first counts. The keys of the sequence are held in memory.
	RestoreMessages(message.CommunityID, iter.Seq2[message.Message, error]) (Added, error)
	// ScanMessages calls fn for each message of the class in the span, in
	// order of (timestamp, key), holding one message in memory. The message is
	// valid until fn returns. An error of fn ends the scan and is returned.
	ScanMessages(message.CommunityID, message.Span, Class, func(*message.Message) error) error
	// CountMessages counts a class in a span.
	CountMessages(message.CommunityID, message.Span, Class) (uint64, error)
	// FirstMessage returns the lowest timestamp of the class in the span;
	// false when there is none.
	FirstMessage(message.CommunityID, message.Span, Class) (uint64, bool, error)
	// Topics returns the distinct topics of a class in a span, sorted.
	Topics(message.CommunityID, message.Span, Class) ([]message.Topic, error)
}

// Coverage records which spans are archived.
type Coverage interface {
	// Seal covers a span whose messages the caller has just archived. The
	// span's pending messages become canonical, its late ones too when late is
	// set. want is how many messages were archived: when the rows that would
	// become canonical are not exactly that many, [ErrChanged].
	Seal(c message.CommunityID, span message.Span, late bool, want uint64) error
	// Cover covers a span before an archive of it is imported: its pending
	// messages become late. Covering twice changes nothing.
	Cover(message.CommunityID, message.Span) error
	// Demote makes the canonical messages of a span late: an archive of it is
	// no longer part of the history. Archives of the span that still are have to
	// be imported again, in the same transaction or later. The covered spans
	// stay as they are.
	Demote(message.CommunityID, message.Span) error
	// Uncover deletes the canonical messages of a span and takes it out of the
	// covered spans: its late messages stay and are pending again. It returns how
	// many were deleted. See [DropMessages].
	Uncover(message.CommunityID, message.Span) (uint64, error)
	// Covered returns the covered spans, merged and in order.
	Covered(message.CommunityID) ([]message.Span, error)
}

// Archives holds one row an archive and community.
type Archives interface {
	// PutArchive adds an archive or replaces its row. [ErrClaimed] when it is
	// unsealed, stored or imported, and another community has an unsealed
	// archive of the same id and SHA-256 stored, imported or evicted.
	PutArchive(Archive) error
	// Archive returns [ErrNotFound] when there is no such row.
	Archive(message.CommunityID, message.ArchiveID) (Archive, error)
	// Archives returns all of a community, in order of (offset, id).
	Archives(message.CommunityID) ([]Archive, error)
}

// Generations holds the torrents of a community.
type Generations interface {
	// PutGeneration adds a generation or replaces its row.
	PutGeneration(Generation) error
	// Generations returns those of a community, newest clock first.
	Generations(message.CommunityID) ([]Generation, error)
	// DeleteGeneration removes a row; removing none is no error.
	DeleteGeneration(message.CommunityID, InfoHash) error
}

// Announcements holds announcements, ours and others', and which of ours are
// still to be sent (the outbox).
type Announcements interface {
	// PutAnnouncement stores an announcement. [ErrStale] unless its clock is
	// higher than every clock stored for the community; the same signed bytes
	// again change nothing and return nil. [ErrRange] when the clock is above
	// [MaxTimestamp].
	PutAnnouncement(Announcement) error
	// LatestAnnouncement returns the one with the highest clock, or [ErrNotFound].
	LatestAnnouncement(message.CommunityID) (Announcement, error)
	// Announcements returns those of a community received at or after the given
	// Unix time in milliseconds, newest clock first.
	Announcements(c message.CommunityID, since int64) ([]Announcement, error)
	// MarkSent notes that peers took an announcement at the given Unix time in
	// milliseconds, and the envelope it went out in. [ErrNotFound] when there
	// is no such row.
	MarkSent(c message.CommunityID, clock uint64, at int64, peers int, envelope []byte) error
	// DeleteAnnouncements removes announcements of a community received before
	// the given Unix time in milliseconds, except the one with the highest
	// clock. Removing none is no error.
	DeleteAnnouncements(c message.CommunityID, before int64) error
}
