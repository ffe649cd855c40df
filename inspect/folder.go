package inspect

import (
	"bytes"
	"context"
	"crypto/sha1" //nolint:gosec // BEP 3 hashes are SHA-1
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"seeder/archive"
	"seeder/message"
	"seeder/swarm"
)

// folderFiles are the opened parts of a torrent folder.
type folderFiles struct {
	path    string // absolute
	data    *os.File
	size    uint64
	index   []byte
	torrent *swarm.Metainfo // nil when there is no .torrent
}

func folder(ctx context.Context, path string, opts Options) (Report, error) {
	f, err := openFolder(path)
	if err != nil {
		return Report{}, err
	}
	defer f.data.Close()
	report := Report{Path: path, Kind: KindTorrent, Archives: []Archive{}}
	community, err := f.community(opts.Community)
	if err != nil {
		return Report{}, refuse(path, nil, err)
	}
	if f.torrent != nil {
		report.InfoHash = fmt.Sprintf("%x", f.torrent.InfoHash)
		if err := f.checkTorrent(); err != nil {
			return Report{}, refuse(path, nil, err)
		}
	}
	entries, err := archive.DecodeIndex(f.index, f.size)
	if err != nil {
		return Report{}, refuse(filepath.Join(path, "index"), nil, err)
	}
	if community.IsZero() {
		community = signedBy(entries, opts.Candidates)
	}
	if !community.IsZero() {
		report.Community = &community
	}
	if err := opts.begin(&report); err != nil {
		return Report{}, err
	}
	for i := range entries {
		a, err := f.archive(ctx, &entries[i], report.Community, opts.Read)
		if err != nil {
			return Report{}, refuse(f.data.Name(), &entries[i], err)
		}
		if err := report.add(ctx, a, f.body(&entries[i]), opts); err != nil {
			return Report{}, err
		}
	}
	return report, nil
}

// signedBy returns which of the candidates has signed the first sealed entry;
// zero when none has.
func signedBy(entries []archive.Entry, candidates func() []message.CommunityID) message.CommunityID {
	at := slices.IndexFunc(entries, func(e archive.Entry) bool { return e.Sealed() })
	if candidates == nil || at < 0 {
		return message.CommunityID{}
	}
	for _, c := range candidates() {
		if archive.VerifySeal(c, &entries[at]) == nil {
			return c
		}
	}
	return message.CommunityID{}
}

// body is an archive without its padding.
func (f *folderFiles) body(e *archive.Entry) *io.SectionReader {
	return io.NewSectionReader(f.data, int64(e.Offset), int64(e.Raw()))
}

func openFolder(path string) (*folderFiles, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("find folder: %w", err)
	}
	indexPath, dataPath := filepath.Join(path, "index"), filepath.Join(path, "data")
	index, err := readLimited(indexPath, archive.MaxIndexBytes)
	if err != nil {
		return nil, err
	}
	torrent, err := findTorrent(path)
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(dataPath)
	if err != nil {
		return nil, missing(dataPath, err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%w: %s is not a file", ErrPath, dataPath)
	}
	data, err := os.Open(dataPath)
	if err != nil {
		return nil, missing(dataPath, err)
	}
	return &folderFiles{path: path, data: data, size: uint64(info.Size()), index: index, torrent: torrent}, nil
}

// readLimited reads a regular file, refusing one above the limit unread.
func readLimited(path string, limit int64) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, missing(path, err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%w: %s is not a file", ErrPath, path)
	}
	if info.Size() > limit {
		return nil, refuse(path, nil, fmt.Errorf("file of %d bytes is %w, the limit is %d", info.Size(), archive.ErrTooLarge, limit))
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	return b, nil
}

// findTorrent reads the .torrent inside the folder or, named like it, beside
// it; nil when there is none.
func findTorrent(folder string) (*swarm.Metainfo, error) {
	inside, err := filepath.Glob(filepath.Join(escape(folder), "*.torrent"))
	if err != nil {
		return nil, fmt.Errorf("look for a .torrent: %w", err)
	}
	if len(inside) > 1 {
		return nil, fmt.Errorf("%w: %s has %d .torrent files, leave one", ErrPath, folder, len(inside))
	}
	file := folder + ".torrent"
	if len(inside) == 1 {
		file = inside[0]
	} else if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
		return nil, nil //nolint:nilnil // no torrent is no error
	}
	b, err := readLimited(file, swarm.MaxTorrentSize)
	if err != nil {
		return nil, err
	}
	torrent, err := swarm.ParseTorrent(b)
	return torrent, refuse(file, nil, err)
}

// escape keeps the characters of a folder's name from being a pattern.
func escape(path string) string {
	if os.PathSeparator != '/' { // a backslash separates there
		return path
	}
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`).Replace(path)
}

// community returns whose archives these are: by the caller, the torrent and
// the folder's name, which must agree; zero when none of them says.
func (f *folderFiles) community(want message.CommunityID) (message.CommunityID, error) {
	var named message.CommunityID
	if c, err := message.ParseCommunityID(filepath.Base(f.path)); err == nil {
		named = c
	}
	found := want
	if found.IsZero() {
		found = named
	}
	if f.torrent == nil {
		return found, nil
	}
	if !found.IsZero() && f.torrent.Community != found {
		return found, fmt.Errorf("%w: named %s, want %s", ErrCommunity, f.torrent.Community, found)
	}
	return f.torrent.Community, nil
}

func (f *folderFiles) checkTorrent() error {
	if f.size != f.torrent.DataSize {
		return fmt.Errorf("%w: data has %d bytes, the torrent says %d", swarm.ErrTorrent, f.size, f.torrent.DataSize)
	}
	if uint64(len(f.index)) != f.torrent.IndexSize {
		return fmt.Errorf("%w: index has %d bytes, the torrent says %d", swarm.ErrTorrent, len(f.index), f.torrent.IndexSize)
	}
	if err := f.torrent.CheckIndex(f.index); err != nil {
		return fmt.Errorf("check index: %w", err)
	}
	return nil
}

// archive verifies one archive of the data: pieces, content, seal, padding.
func (f *folderFiles) archive(ctx context.Context, e *archive.Entry, c *message.CommunityID, read func(int)) (Archive, error) {
	if err := f.checkPieces(ctx, e); err != nil {
		return Archive{}, err
	}
	var community message.CommunityID
	if c != nil {
		community = *c
		if err := archive.VerifySeal(community, e); err != nil {
			return Archive{}, err
		}
	}
	a, err := content(ctx, community, e, f.body(e), read)
	if err != nil {
		return Archive{}, err
	}
	a.ID, a.Offset, a.Sealed = &e.ID, &e.Offset, e.Sealed()
	if a.Sealed {
		a.Signer = c
	}
	return a, f.checkPadding(e)
}

// checkPieces compares the pieces of an archive with the torrent.
func (f *folderFiles) checkPieces(ctx context.Context, e *archive.Entry) error {
	if f.torrent == nil {
		return nil
	}
	want := f.torrent.ArchivePieces(swarm.File{ID: e.ID, Offset: e.Offset, Size: e.Size, Padding: e.Padding})
	piece := make([]byte, swarm.PieceLength)
	for i := range e.Size / swarm.PieceLength {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("verify pieces: %w", err)
		}
		if _, err := f.data.ReadAt(piece, int64(e.Offset+i*swarm.PieceLength)); err != nil {
			return fmt.Errorf("read data: %w", err)
		}
		sum := sha1.Sum(piece) //nolint:gosec // BEP 3
		if !bytes.Equal(sum[:], want[i*sha1.Size:][:sha1.Size]) {
			return fmt.Errorf("%w: piece %d", ErrPiece, e.Offset/swarm.PieceLength+i)
		}
	}
	return nil
}

// checkPadding demands that the bytes behind an archive are zero.
func (f *folderFiles) checkPadding(e *archive.Entry) error {
	b := make([]byte, e.Padding) // at most one piece, by the rule of archive.Place
	if _, err := f.data.ReadAt(b, int64(e.Offset+e.Raw())); err != nil && len(b) > 0 {
		return fmt.Errorf("read data: %w", err)
	}
	for i, v := range b {
		if v != 0 {
			return fmt.Errorf("%w: byte %d behind the archive is not zero", archive.ErrPadding, i)
		}
	}
	return nil
}
