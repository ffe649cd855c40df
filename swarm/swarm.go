// Package swarm is the contract of a file-sharing network that carries
// generations (torrents) of archives, and the folder the archives live in.
//
// # Archives as files, generations as views
//
// Each archive is one file of plain encoded bytes in the folder [Files]. The
// `data` file of a generation is a view over those files: archive by archive
// at the offsets of its [File] list, zero-padded to the next piece. A weekly
// append therefore reads and hashes only the new archive, and any number of
// generations share the same files.
//
// A driver (swarm/bittorrent, and swarmtest's in-memory swarm) passes the
// suite of swarm/swarmtest.
package swarm

import (
	"context"
	"errors"

	"seeder/message"
)

// PieceLength is the piece length of every generation, in bytes.
const PieceLength = 102400

var (
	// ErrClosed reports a call on a swarm that was closed.
	ErrClosed = errors.New("swarm is closed")
	// ErrTorrent reports a torrent of another shape than a community's: wrong
	// name, files, order, piece length or size.
	ErrTorrent = errors.New("not a community torrent")
	// ErrLayout reports a file list that does not fit the data it describes.
	ErrLayout = errors.New("archives do not fit the torrent")
	// ErrMissing reports an archive file that is not in the folder.
	ErrMissing = errors.New("archive file is missing")
	// ErrDamaged reports an archive in the folder whose bytes are no longer those
	// that were verified when it was put there.
	ErrDamaged = errors.New("archive in the folder is damaged")
	// ErrNoSpace reports that the disk has no room for what is to be fetched. What
	// is here goes on being served.
	ErrNoSpace = errors.New("no space left for archives")
	// ErrConflict reports an archive in the folder whose content is not what the
	// torrent has under the same id. (Ids commit to the content of sealed
	// archives only.) Neither is served in that generation; remove the file to
	// fetch the torrent's.
	ErrConflict = errors.New("archive in the folder has other content than the torrent's")
	// ErrMagnet reports a magnet link that names no BitTorrent v1 torrent.
	ErrMagnet = errors.New("malformed magnet link")
)

// InfoHash is the BitTorrent v1 infohash of a generation (BEP 3).
type InfoHash = [20]byte

// File places one archive in the data of a generation.
type File struct {
	ID message.ArchiveID
	// Offset and Size are multiples of [PieceLength], in bytes. Size includes
	// Padding, the zero bytes at the end.
	Offset, Size, Padding uint64
}

// Ref names a generation and where to look for it.
type Ref struct {
	Community message.CommunityID
	InfoHash  InfoHash
	// Trackers are announce URLs; used only when the swarm is configured to.
	Trackers []string
	// Peers are addresses host:port known to have it (x.pe of the magnet link).
	Peers []string
}

// Generation is a generation that is complete in the folder, but for Absent.
type Generation struct {
	Community message.CommunityID
	// Index is the content of the file `index`.
	Index []byte
	// Files are the archives in order of offset, without gaps.
	Files []File
	// Absent are those whose files need not be in the folder, because they were
	// evicted: others have them. A generation that is kept lists each.
	Absent []message.ArchiveID
}

// Torrent is what Seed made of a generation.
type Torrent struct {
	InfoHash InfoHash
	// Magnet is the link members need, with this node's trackers and external
	// addresses.
	Magnet string
	// HashedBytes is how many bytes had to be hashed for it (the index; the
	// archives' hashes are kept beside the files).
	HashedBytes int64
}

// Receiver is told how a fetch goes. The calls come one at a time from the
// goroutine that called Fetch, but for those of Room.
type Receiver interface {
	// Index is called once, when the index is complete, with its content. It
	// returns the archives of the generation in order of offset and those
	// wanted, in the order they should come. An error ends the fetch.
	Index(data []byte) (files []File, want []message.ArchiveID, err error)
	// Room is called before the first byte of a wanted archive is asked for, in
	// the order wanted and only when its turn is near; not for an archive of
	// which nothing is missing. The calls come one at a time from a goroutine of
	// their own, beside Index and Archive. They may block: what was admitted
	// before goes on. An error that wraps [ErrNoSpace] leaves this archive and
	// those behind it out, of which something is missing, and Fetch returns it
	// when the others have come. Any other error ends the fetch.
	Room(message.ArchiveID) error
	// Archive is called when a wanted archive is complete and in place, synced.
	// An error ends the fetch.
	Archive(message.ArchiveID) error
}

// Swarm shares generations with other nodes. It is safe for concurrent use;
// one community's Seed, Fetch and Drop are called by one goroutine at a time.
// The other calls do not wait for these.
type Swarm interface {
	// Seed serves a generation whose every file is in the folder, but for those
	// that may be absent, and returns
	// its torrent. Seeding it again changes nothing. Other generations of the
	// community go on being served until Drop. The error wraps [ErrMissing] when
	// an archive is not in the folder, or was found damaged and was set aside.
	Seed(context.Context, Generation) (Torrent, error)
	// Fetch downloads a generation's index and then the wanted archives, and
	// returns when all are in place or ctx ends. The generation is served to
	// others meanwhile and afterwards. Pieces that another generation of the
	// community or an earlier run has are not fetched again. A generation whose
	// index is known from before is served at once, without peers. An error
	// wraps [ErrTorrent], [ErrLayout], [ErrConflict], [ErrNoSpace], [ErrDamaged],
	// the Receiver's error, ctx's or that of the disk; what was fetched stays, and
	// the next Fetch goes on from there. A wanted archive that is refused ([ErrConflict],
	// [ErrLayout]) does not keep the others from coming. When ctx ends, what was
	// asked for stops coming within a second, also what waits for a limit, unless
	// another Fetch of the community begins. A generation whose
	// index was refused is not served, unless it was accepted before.
	Fetch(context.Context, Ref, Receiver) error
	// Drop stops serving a generation. Archive files stay, and so do its torrent
	// and index ([Files.Forget] deletes these). Unknown: no error.
	Drop(message.CommunityID, InfoHash) error
	// Leave stops serving a community and forgets all that is known of it, peers
	// among it, so that nothing is written to its folder any more. Its files stay.
	// It is called when no Seed, Fetch or Evict of the community runs, and waits for
	// their end; the next begins anew. Unknown: no error.
	Leave(message.CommunityID) error
	// Discard stops serving an archive in every generation of the community and
	// removes its file: it was refused after it came, and peers must not get it
	// from here. A later Fetch that wants it downloads it again.
	Discard(message.CommunityID, message.ArchiveID) error
	// Evict gives an archive of the community up, whole or unfinished, to make
	// room: connected peers are told that its pieces are going, and may fetch
	// them for a short grace time; then no generation serves it and its file is
	// removed. A Fetch that runs leaves it out, a later one that wants it
	// downloads it again. When ctx ends or the swarm is closed the grace time
	// ends too, and the file is removed at once. Unknown: no error.
	Evict(context.Context, message.CommunityID, message.ArchiveID) error
	// SetServing says whether a community's archives are uploaded. Off: no
	// payload leaves, while connections stay, and fetching goes on. It holds for
	// every generation, those that are added later too. At first it is on.
	SetServing(message.CommunityID, bool)
	// Copies returns how many peers have the whole archive, as far as they said
	// so: those that are connected, and those that were within the last few
	// minutes (peers that have everything part, and meet again). Each is counted
	// once.
	Copies(message.CommunityID, message.ArchiveID) int
	// AddPeers adds addresses host:port to a community's peer book; they are
	// dialled, and redialled with back-off, for ever.
	AddPeers(message.CommunityID, ...string)
	// Stats tells how a community's transfers stand.
	Stats(message.CommunityID) Stats
	// Transfers tells more than Stats of what is under way. It costs more, and is for
	// people who look. Rates are means of the time since it was last called for the
	// community, when that is a second or more; without a call before, of the time
	// since the peer connected.
	Transfers(message.CommunityID) Transfers
	// Addrs returns the addresses host:port it listens on.
	Addrs() []string
	// Close drops everything and waits for it.
	Close() error
}

// Stats is a reading of a community's transfers on this node.
type Stats struct {
	// Peers is the number of peers that are connected, each counted once however
	// many generations it has in common with this node.
	Peers int `json:"peers"`
	// DownloadedBytes and UploadedBytes count payload since the start.
	DownloadedBytes int64 `json:"downloaded_bytes"`
	UploadedBytes   int64 `json:"uploaded_bytes"`
	// HashedBytes counts bytes hashed since the start, for checking and seeding.
	HashedBytes int64 `json:"hashed_bytes"`
	// HashedIndexBytes counts those of them that were indexes of generations which
	// this node had; a restart hashes no others.
	HashedIndexBytes int64 `json:"hashed_index_bytes"`
	// CheckedBytes counts bytes of archives from earlier runs that were compared
	// with their hashes before they were first served, DamagedPieces what did not
	// pass.
	CheckedBytes  int64 `json:"checked_bytes"`
	DamagedPieces int64 `json:"damaged_pieces"`
	// Torrents are the generations being served or fetched, newest first.
	Torrents []TorrentStats `json:"torrents"`
}

// TorrentStats is a reading of one generation.
type TorrentStats struct {
	InfoHash string `json:"infohash"`
	// Pieces is 0 until the torrent's metadata is known.
	Pieces         int `json:"pieces"`
	PiecesComplete int `json:"pieces_complete"`
	// Peers is the number of connections for this generation.
	Peers int `json:"peers"`
}
