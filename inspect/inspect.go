// Package inspect verifies archives as files, without a database or a network,
// and says what is in them: the work behind `seeder verify`.
//
// [Path] takes a torrent folder or a single archive file. A torrent folder has
// the files data and index, and may have the .torrent inside it or beside it,
// which is then checked too: name, files, order, piece length and every piece.
// A single archive file is one plain encoded archive, with or without the zero
// bytes that pad it.
//
// Worked example, for the folder testdata/status-go/small (shortened):
//
//	{"path":"…/small","kind":"torrent",
//	 "community":"0x024c604c…","infohash":"615a3600fe3766e4660022c00dcea066d2e3d82d",
//	 "archives":[
//	  {"id":"0x0333923b…","from":1704067200,"to":1704672000,"offset":0,
//	   "size":204800,"padding":66119,"message_count":40,"sha256":"749cced9…",
//	   "sealed":false,"signer":null,"reencodes":true}, …]}
package inspect

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"seeder/archive"
	"seeder/message"
	"seeder/swarm"
)

var (
	// ErrPath reports a path that is neither a torrent folder nor a file.
	ErrPath = errors.New("neither a torrent folder nor an archive file")
	// ErrCommunity reports a torrent of another community than the folder or
	// the caller names.
	ErrCommunity = errors.New("torrent is of another community")
	// ErrUnknown reports a community asked for where nothing could show it.
	ErrUnknown = errors.New("a single archive file does not say whose it is")
	// ErrChanged reports a file that changed while it was read.
	ErrChanged = errors.New("changed while it was read")
	// ErrPiece reports a piece whose hash is not the torrent's.
	ErrPiece = errors.New("piece differs from the torrent")
)

// Kinds of what a path is.
const (
	KindTorrent = "torrent" // a folder with data and index
	KindArchive = "archive" // a single archive file
)

// Options say what to do beside verifying. The zero value is fine. The
// callbacks are called on the goroutine of the caller; the error of one ends
// the inspection and is returned as it is.
type Options struct {
	// Community is whose archives they have to be; zero takes it from the
	// torrent's name or else from the folder's. A single archive file does not
	// say whose it is: [ErrUnknown].
	Community message.CommunityID
	// Candidates is called, unless nil, when nothing says whose sealed archives
	// these are, once. The first that has signed them counts.
	Candidates func() []message.CommunityID
	// Messages keeps the messages of each archive in memory, those of one
	// archive only when Each is set. For content of others use Message.
	Messages bool
	// Read is called, unless nil, for each part of an archive that was verified,
	// with its length in bytes.
	Read func(n int)
	// Begin is called, unless nil, with what is known before the first archive.
	Begin func(*Report) error
	// Each is called, unless nil, for each archive that was verified, in order
	// of offset. The archive is then kept in the report without its messages.
	Each func(*Archive) error
	// Message is called, unless nil, for each message of an archive, in stored
	// order, after the whole archive was verified and Each was called for it. It
	// costs reading the archive twice, and no memory.
	Message func(*Message) error
}

// Report is what was found in a path where nothing was refused.
type Report struct {
	Path string `json:"path"`
	// Kind is [KindTorrent] or [KindArchive].
	Kind string `json:"kind"`
	// Community is whose archives they are; nil when nothing says so, and then
	// the signatures of sealed archives cannot be checked.
	Community *message.CommunityID `json:"community"`
	// InfoHash is of the .torrent that was checked, 40 hex digits; else empty.
	InfoHash string `json:"infohash"`
	// Archives are in order of offset.
	Archives []Archive `json:"archives"`
}

// Archive is what was found in one archive.
type Archive struct {
	// ID and Offset are nil for a single archive file, which has no entry.
	ID *message.ArchiveID `json:"id"`
	// From and To are in seconds since the Unix epoch, To excluded.
	From   uint64  `json:"from"`
	To     uint64  `json:"to"`
	Offset *uint64 `json:"offset"`
	// Size is in bytes and includes Padding.
	Size         uint64 `json:"size"`
	Padding      uint64 `json:"padding"`
	MessageCount uint64 `json:"message_count"`
	// SHA256 is of the encoded archive without padding, 64 hex digits.
	SHA256 string `json:"sha256"`
	Sealed bool   `json:"sealed"`
	// Signer is the community that sealed the archive; nil without a seal, and
	// when the community is not known.
	Signer *message.CommunityID `json:"signer"`
	// Reencodes says that encoding the messages again gives the same bytes.
	Reencodes bool `json:"reencodes"`
	// Messages are in stored order, when asked for.
	Messages []Message `json:"messages,omitempty"`
}

// Message is one message of an archive.
type Message struct {
	// Timestamp is in seconds since the Unix epoch.
	Timestamp uint64 `json:"timestamp"`
	// Topic is 8 hex digits for a topic of 4 bytes, else the text.
	Topic string `json:"topic"`
	// Hash is in hex; empty when the message has none.
	Hash string `json:"hash"`
	// PayloadLength is in bytes.
	PayloadLength int `json:"payload_length"`
	// PayloadSHA256 is in hex, 64 digits.
	PayloadSHA256 string `json:"payload_sha256"`
}

// Refusal is the error for content that broke a rule, as against content that
// could not be read.
type Refusal struct {
	// Path is the file that was refused.
	Path string
	// Archive is the refused archive; nil when it is not one archive alone.
	Archive *message.ArchiveID
	// Offset is where that archive begins in data, in bytes.
	Offset uint64
	// Message counts the messages of the archive from 1; 0 when no single one
	// was refused.
	Message uint64
	// Err says why. It wraps an error of packages archive, message or swarm, or
	// of this one.
	Err error
}

// Error implements error.
func (r *Refusal) Error() string {
	if r.Archive == nil {
		return fmt.Sprintf("%s: %v", r.Path, r.Err)
	}
	return fmt.Sprintf("%s: archive %s at offset %d: %v", r.Path, r.Archive, r.Offset, r.Err)
}

// Unwrap returns the cause.
func (r *Refusal) Unwrap() error { return r.Err }

// Path verifies a torrent folder or an archive file, reading it as a stream.
// The error is a [Refusal] for content that breaks a rule, wraps [ErrPath] or
// fs.ErrNotExist for a path that is nothing to verify, and is the disk's, the
// context's, that of a callback, [ErrUnknown] or [ErrChanged] otherwise.
func Path(ctx context.Context, path string, opts Options) (Report, error) {
	info, err := os.Stat(path)
	if err != nil {
		return Report{}, fmt.Errorf("find what to verify: %w", err)
	}
	switch {
	case info.IsDir():
		return folder(ctx, path, opts)
	case info.Mode().IsRegular():
		return single(ctx, path, opts)
	}
	return Report{}, fmt.Errorf("%w: %s", ErrPath, path)
}

// refuse makes a Refusal of an error of the format and leaves any other.
func refuse(path string, e *archive.Entry, err error) error {
	if err == nil || !refused(err) {
		return err
	}
	r := &Refusal{Path: path, Err: err}
	if e != nil {
		r.Archive, r.Offset = &e.ID, e.Offset
	}
	var at *archive.MessageError
	if errors.As(err, &at) {
		r.Message = at.Number
	}
	return r
}

func refused(err error) bool {
	for _, rule := range []error{ErrCommunity, ErrPiece, swarm.ErrTorrent, swarm.ErrLayout} {
		if errors.Is(err, rule) {
			return true
		}
	}
	return archive.Refused(err)
}

// missing reports that one of the two files of a torrent folder is not there.
func missing(path string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w: %s is missing", ErrPath, path)
	}
	return fmt.Errorf("open %s: %w", path, err)
}
