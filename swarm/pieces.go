package swarm

import (
	"bytes"
	"context"
	"crypto/sha1" // BEP 3 piece hashes are SHA-1
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"

	"seeder/internal/atomicfile"
	"seeder/internal/fault"
	"seeder/internal/meter"
	"seeder/message"
)

// HashSize is the length of a piece hash in bytes (SHA-1, BEP 3).
const HashSize = sha1.Size

// ErrStale reports kept piece hashes that are not those of the archive beside
// them (or a file that cannot be read as such). The archive has to be hashed.
var ErrStale = errors.New("kept piece hashes do not fit the archive")

// piecesMagic begins a file of piece hashes:
//
//	magic     8 bytes
//	raw       8 bytes, big endian: length of the archive
//	modified  8 bytes, big endian: its modification time, Unix nanoseconds
//	hashes    20 bytes a piece, the last piece zero-padded
//	check     32 bytes: SHA-256 of all the above
const (
	piecesMagic  = "seedpcs1"
	piecesHeader = len(piecesMagic) + 8 + 8
)

// Place returns the size an archive of raw bytes takes in the data of a
// generation, and how much of it is zero padding. A raw length of several
// whole pieces takes one more piece of zeros; of one piece it does not.
func Place(raw uint64) (size, padding uint64) {
	if raw <= PieceLength {
		return PieceLength, PieceLength - raw
	}
	size = raw - raw%PieceLength + PieceLength
	return size, size - raw
}

// Pieces is what is kept beside an archive so that it need not be read again.
type Pieces struct {
	// Raw is the length of the archive in bytes.
	Raw uint64
	// Hashes are the SHA-1 hashes of its padded pieces, [HashSize] each.
	Hashes []byte
}

// hasher hashes an archive piece by piece as it is written.
type hasher struct {
	piece  hash.Hash
	in     int // bytes in the piece begun
	raw    uint64
	hashes []byte
}

func newHasher() *hasher {
	return &hasher{piece: sha1.New()} // BEP 3
}

func (h *hasher) Write(p []byte) (int, error) {
	n := len(p)
	h.raw += uint64(n)
	for len(p) > 0 {
		k := min(len(p), PieceLength-h.in)
		h.piece.Write(p[:k])
		h.in += k
		p = p[k:]
		if h.in == PieceLength {
			h.cut()
		}
	}
	return n, nil
}

func (h *hasher) cut() {
	h.hashes = h.piece.Sum(h.hashes)
	h.piece.Reset()
	h.in = 0
}

// pieces ends the hashing: the padding is hashed as the torrent has it.
func (h *hasher) pieces() Pieces {
	size, _ := Place(h.raw)
	hashes := h.hashes
	if uint64(len(hashes)/HashSize) < size/PieceLength {
		h.piece.Write(make([]byte, PieceLength-h.in))
		hashes = h.piece.Sum(hashes)
	}
	return Pieces{Raw: h.raw, Hashes: hashes}
}

func (p Pieces) encode(modified int64) []byte {
	b := make([]byte, 0, piecesHeader+len(p.Hashes)+sha256.Size)
	b = append(b, piecesMagic...)
	b = binary.BigEndian.AppendUint64(b, p.Raw)
	b = binary.BigEndian.AppendUint64(b, uint64(modified))
	b = append(b, p.Hashes...)
	check := sha256.Sum256(b)
	return append(b, check[:]...)
}

// decodePieces reads a file of piece hashes and the modification time in it.
func decodePieces(b []byte) (Pieces, int64, error) {
	body := len(b) - sha256.Size
	if body < piecesHeader+HashSize || !bytes.HasPrefix(b, []byte(piecesMagic)) {
		return Pieces{}, 0, fmt.Errorf("%w: not a file of piece hashes", ErrStale)
	}
	if check := sha256.Sum256(b[:body]); !bytes.Equal(check[:], b[body:]) {
		return Pieces{}, 0, fmt.Errorf("%w: file is damaged", ErrStale)
	}
	p := Pieces{
		Raw:    binary.BigEndian.Uint64(b[8:]),
		Hashes: b[piecesHeader:body],
	}
	if size, _ := Place(p.Raw); uint64(len(p.Hashes)) != size/PieceLength*HashSize {
		return Pieces{}, 0, fmt.Errorf("%w: wrong number of pieces", ErrStale)
	}
	return p, int64(binary.BigEndian.Uint64(b[16:])), nil
}

// keepPieces publishes the piece hashes of an archive that lies, or is about
// to be renamed, beside them.
func (f *Files) keepPieces(c message.CommunityID, id message.ArchiveID, p Pieces, info fs.FileInfo) error {
	return atomicfile.Write(f.Path(c, id)+piecesSuffix, p.encode(info.ModTime().UnixNano()), filePerm)
}

// Pieces returns the kept piece hashes of an archive. The error wraps
// [ErrMissing] when the archive is not in the folder and [ErrStale] when its
// piece hashes are not kept or it changed since (length or modification time).
func (f *Files) Pieces(c message.CommunityID, id message.ArchiveID) (Pieces, error) {
	info, err := os.Stat(f.Path(c, id))
	if errors.Is(err, fs.ErrNotExist) {
		return Pieces{}, fmt.Errorf("%w: %s", ErrMissing, id)
	}
	if err != nil {
		return Pieces{}, fmt.Errorf("look up archive: %w", err)
	}
	b, err := os.ReadFile(f.Path(c, id) + piecesSuffix)
	if errors.Is(err, fs.ErrNotExist) {
		return Pieces{}, fmt.Errorf("%w: %s has none", ErrStale, id)
	}
	if err != nil {
		return Pieces{}, fmt.Errorf("read piece hashes: %w", err)
	}
	p, modified, err := decodePieces(b)
	if err != nil {
		return Pieces{}, fmt.Errorf("read piece hashes of %s: %w", id, err)
	}
	if p.Raw != uint64(info.Size()) || modified != info.ModTime().UnixNano() {
		return Pieces{}, fmt.Errorf("%w: %s changed", ErrStale, id)
	}
	return p, nil
}

// HashPieces reads an archive, keeps its piece hashes and returns them.
func (f *Files) HashPieces(ctx context.Context, c message.CommunityID, id message.ArchiveID) (Pieces, error) {
	p, info, err := f.hashArchive(ctx, c, id)
	if err != nil {
		return Pieces{}, err
	}
	return p, f.keepPieces(c, id, p, info)
}

// hashArchive reads an archive. The information is of the file that was read.
func (f *Files) hashArchive(ctx context.Context, c message.CommunityID, id message.ArchiveID) (Pieces, fs.FileInfo, error) {
	file, err := f.Open(c, id)
	if err != nil {
		return Pieces{}, nil, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return Pieces{}, nil, fmt.Errorf("look up archive: %w", err)
	}
	defer meter.Begin(c, meter.Hash)()
	h := newHasher()
	if _, err := io.Copy(h, contextReader{ctx, file}); err != nil {
		return Pieces{}, nil, fmt.Errorf("hash archive %s: %w", id, err)
	}
	return h.pieces(), info, nil
}

// Publish makes a file that a download finished the archive id. The file lies
// at path in the archive folder, has its raw length and is synced; p are its
// piece hashes, which the caller verified.
func (f *Files) Publish(c message.CommunityID, id message.ArchiveID, path string, p Pieces) error {
	info, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("look up finished archive: %w", err)
	}
	if uint64(info.Size()) != p.Raw {
		return fmt.Errorf("%w: finished archive has %d bytes, want %d", ErrLayout, info.Size(), p.Raw)
	}
	if err := f.keepPieces(c, id, p, info); err != nil {
		return fmt.Errorf("keep piece hashes: %w", err)
	}
	if err := fault.Point(fault.ArchivePublishBefore); err != nil {
		return fmt.Errorf("publish archive: %w", err)
	}
	if err := os.Rename(path, f.Path(c, id)); err != nil {
		return fmt.Errorf("publish archive: %w", err)
	}
	if err := fault.Point(fault.ArchivePublishAfter); err != nil {
		return fmt.Errorf("publish archive: %w", err)
	}
	return atomicfile.SyncDir(f.archives(c))
}

// ReadPieces returns the kept piece hashes of an archive and hashes it where
// none fit. The count is of the bytes hashed.
func (f *Files) ReadPieces(ctx context.Context, c message.CommunityID, id message.ArchiveID) (Pieces, int64, error) {
	p, err := f.Pieces(c, id)
	if !errors.Is(err, ErrStale) {
		return p, 0, err
	}
	p, err = f.HashPieces(ctx, c, id)
	return p, int64(p.Raw), err
}

// contextReader ends a long read when its context does.
type contextReader struct {
	ctx context.Context
	r   io.Reader
}

func (r contextReader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}
