package store

import (
	"encoding/hex"

	"seeder/message"
)

// Role is what a node is to a community.
type Role string

// The roles.
const (
	RoleOwner  Role = "owner"  // holds the community's key and archives
	RoleMember Role = "member" // follows announcements
)

// Community is a community that this node owns or follows.
type Community struct {
	ID   message.CommunityID
	Role Role
	// Name is for people; the network does not know it.
	Name string
	// CreatedAt is in milliseconds since the Unix epoch, on this node.
	CreatedAt int64
}

// Class says how messages stand to the archives; see the package comment.
type Class int

// The classes of messages.
const (
	All       Class = iota // every message
	Pending                // in no covered span
	Canonical              // in a covered span, held by an archive
	Late                   // in a covered span, held by no archive
)

// Added counts the outcome of storing messages, each message once.
type Added struct {
	New      uint64 `json:"new"`      // stored
	Known    uint64 `json:"known"`    // were there already, unchanged
	Promoted uint64 `json:"promoted"` // were late, canonical now
	Restored uint64 `json:"restored"` // were there with other content, replaced; see RestoreMessages
}

// ArchiveState is where an archive stands on this node.
type ArchiveState string

// The states: listed -> downloading -> stored -> imported -> evicted -> listed,
// and any of them -> quarantined.
const (
	Listed      ArchiveState = "listed"      // in the index; nothing fetched
	Downloading ArchiveState = "downloading" // being fetched
	Stored      ArchiveState = "stored"      // file in place and verified
	Imported    ArchiveState = "imported"    // stored, and its messages are in the database
	Evicted     ArchiveState = "evicted"     // given up, file removed; see Reason
	Quarantined ArchiveState = "quarantined" // refused; see Reason
)

// The reasons of evicted archives.
const (
	// OverCap: there was no room for it under a storage cap. It is fetched again
	// when there is.
	OverCap = "over the storage cap"
	// Unlisted: the generation that is followed does not have it any more.
	Unlisted = "no longer in the index"
)

// BeyondCap is the reason of listed archives for which there is no room under a
// storage cap.
const BeyondCap = "beyond the storage cap"

// Archive is the row of one archive of a community.
type Archive struct {
	Community message.CommunityID
	ID        message.ArchiveID
	Span      message.Span
	// Offset, Size and Padding place the archive in the data of a torrent, in
	// bytes; Size includes Padding.
	Offset, Size, Padding uint64
	// Entry is the encoded index entry, with seal and signature if it has them.
	Entry []byte
	// Sealed says whether the entry carries the owner's seal and signature.
	Sealed bool
	// SHA256 is of the plain encoded archive; zero while not known.
	SHA256 [32]byte
	// Messages is how many messages it holds; 0 while not known.
	Messages uint64
	// Amends is 0, or n for the n-th amendment of the span.
	Amends uint32
	State  ArchiveState
	// Reason says in words why the archive is quarantined or evicted, or what a
	// listed one waits for.
	Reason string
	// Attempts counts failures since the last success.
	Attempts int
	// NextTry is when a quarantined archive is tried again, in milliseconds
	// since the Unix epoch.
	NextTry int64
	// UpdatedAt is when the row last changed, in milliseconds since the Unix epoch.
	UpdatedAt int64
}

// InfoHash is the BitTorrent v1 infohash of a generation (BEP 3).
type InfoHash [20]byte

// String returns 40 lower-case hex digits.
func (h InfoHash) String() string { return hex.EncodeToString(h[:]) }

// Generation is one torrent: data and index as of one announcement.
type Generation struct {
	Community message.CommunityID
	InfoHash  InfoHash
	// Clock is the announcement's clock in milliseconds.
	Clock uint64
	// Index is the torrent's index file; empty while not fetched.
	Index []byte
	// Magnet is the magnet link.
	Magnet string
	// RetireAt is when seeding ends, in milliseconds since the Unix epoch; 0
	// for the current generation.
	RetireAt int64
}

// Announcement is a signed announcement as it is stored and sent.
type Announcement struct {
	Community message.CommunityID
	// Clock is in milliseconds; the highest wins.
	Clock uint64
	// Signed is the application metadata message: signature, payload, type.
	Signed []byte
	// Magnet is the magnet link it announces.
	Magnet string
	// Envelope is the encoded Waku message it last travelled in; empty while
	// it was never sent or received.
	Envelope []byte
	// ReceivedAt is when this node made or received it, in milliseconds since
	// the Unix epoch.
	ReceivedAt int64
	// Own says that this node made it and has to send it.
	Own bool
	// SentAt is when a peer last took it from this node, in milliseconds since
	// the Unix epoch; 0 never.
	SentAt int64
	// SentPeers is how many peers took it then.
	SentPeers int
}
