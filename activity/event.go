package activity

// Kind says what an event is about.
type Kind string

// The kinds.
const (
	KindCommunity    Kind = "community"    // one was added, renamed or left
	KindArchive      Kind = "archive"      // archives changed their state
	KindAnnouncement Kind = "announcement" // one was received, made or sent
	KindOperation    Kind = "operation"    // what somebody asked for began, goes on or ended
	KindWork         Kind = "work"         // a part of the work failed, or succeeds again
	KindSetting      Kind = "setting"      // somebody set something
	KindFork         Kind = "fork"         // owners with one key disagree
)

// Event is something that has happened and was committed.
type Event struct {
	// ID is a number in decimal that grows from event to event, over restarts
	// too, and fits into 53 bits.
	ID string `json:"id"`
	// At is in milliseconds since the Unix epoch.
	At int64 `json:"at"`
	// Community is an id as in [message.CommunityID.String]; empty for the node.
	Community string `json:"community"`
	Kind      Kind   `json:"kind"`
	// Subject is what it is about: an archive id, infohash, operation id, part of
	// the work or key of a setting; empty for several at once.
	Subject string `json:"subject"`
	// State is the state of the subject from then on. Archives, operations and
	// works have those of package store; a community added, renamed or left; an
	// announcement received, made or sent; a setting set or taken_back; a fork seen.
	State string `json:"state"`
	// Text says it all in a sentence.
	Text string `json:"text"`
}
