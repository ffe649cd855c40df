package store

import "seeder/message"

// Works holds what each part of a community's work is doing or waiting for.
type Works interface {
	// PutWork adds a row or replaces it. When state and reason are the same as
	// before, the row keeps its Since.
	PutWork(Work) error
	// Works returns the rows of a community, in order of part.
	Works(message.CommunityID) ([]Work, error)
}

// Operations holds what users have asked for, until its end and after.
type Operations interface {
	// PutOperation adds an operation or replaces its row.
	PutOperation(Operation) error
	// Operation returns [ErrNotFound] when there is no such row.
	Operation(id OperationID) (Operation, error)
	// Operations returns those of a community, oldest first; with open set only
	// those that have not ended.
	Operations(c message.CommunityID, open bool) ([]Operation, error)
	// DeleteOperations removes operations of a community that ended before the
	// given Unix time in milliseconds. Removing none is no error.
	DeleteOperations(c message.CommunityID, before int64) error
}

// Forks holds disagreements between owners that hold the same key.
type Forks interface {
	// PutFork adds a fork or replaces its row; a community has one row for
	// each refused or superseded infohash. [ErrRange] when a clock is above
	// [MaxTimestamp].
	PutFork(Fork) error
	// Forks returns those of a community, newest (losing) clock first.
	Forks(message.CommunityID) ([]Fork, error)
}

// WorkState says whether a part of the work goes on.
type WorkState string

// The states of work.
const (
	Idle    WorkState = "idle"    // nothing to do
	Working WorkState = "working" // something is being done; Reason says what
	Waiting WorkState = "waiting" // tried again at NextTry, or when Reason ends
)

// Work is what one part of a community's work is doing or waiting for.
type Work struct {
	Community message.CommunityID
	// Part names the work: announcement, fetch, import, seal, publish, send,
	// audit.
	Part  string
	State WorkState
	// Reason says in words what is being done or waited for.
	Reason string
	// Attempts counts failures since the last success.
	Attempts int
	// NextTry is when it is tried or done again, in milliseconds since the Unix epoch;
	// 0 when it waits for something to happen.
	NextTry int64
	// Since is when state and reason became what they are, UpdatedAt when the
	// row was last written, both in milliseconds since the Unix epoch.
	Since, UpdatedAt int64
}

// OperationID names an operation: 128 random bits in 32 lower-case hex digits.
type OperationID string

// OperationState is where an operation stands.
type OperationState string

// The states of an operation. The last three are its ends.
const (
	OperationPending OperationState = "pending" // not begun
	OperationRunning OperationState = "running" // begun; goes on from its cursor after a restart
	OperationDone    OperationState = "done"
	OperationFailed  OperationState = "failed"
)

// Operation is something that a user asked for. Its row outlives a restart.
type Operation struct {
	ID        OperationID
	Community message.CommunityID
	// Kind says what is to be done: archive, replay, join.
	Kind string
	// Span limits the operation to a part of the history; empty for all of it.
	Span  message.Span
	State OperationState
	// Cursor is where the operation goes on after a restart; its owner reads it.
	Cursor []byte
	// Done and Total count steps; Total is 0 while not known.
	Done, Total uint64
	// Reason says why it failed, or what it waits for.
	Reason string
	// Attempts counts failures since the last step that succeeded.
	Attempts int
	// NextTry, CreatedAt and EndedAt are in milliseconds since the Unix epoch;
	// EndedAt is 0 until it ends.
	NextTry, CreatedAt, EndedAt int64
}

// Ended reports whether the operation is over.
func (o *Operation) Ended() bool { return o.State == OperationDone || o.State == OperationFailed }

// Fork records that two announcements signed with one key name different
// histories.
type Fork struct {
	Community message.CommunityID
	// InfoHash and Clock are of the generation that lost.
	InfoHash InfoHash
	Clock    uint64
	// WinnerInfoHash and WinnerClock are of the one that is followed.
	WinnerInfoHash InfoHash
	WinnerClock    uint64
	// FirstDiffering is the first archive, in order of offset, that the loser
	// has and the winner has not; zero while an index is not known.
	FirstDiffering message.ArchiveID
	// SeenAt is in milliseconds since the Unix epoch.
	SeenAt int64
}
