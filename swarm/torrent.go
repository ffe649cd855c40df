package swarm

import (
	"bytes"
	"crypto/sha1" // BEP 3 hashes are SHA-1
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"

	"seeder/message"
)

const (
	// MaxInfoSize is the largest info dictionary a torrent may have, in bytes.
	// At 20 bytes a piece that is 80 GiB of archives.
	MaxInfoSize = 16 << 20
	// MaxTorrentSize is the largest .torrent file read, in bytes.
	MaxTorrentSize = MaxInfoSize + 1<<16
)

// Metainfo is the torrent of a generation (BEP 3, version 1 only): the files
// `data` and `index`, in this order, in a torrent named as the community, with
// a piece length of [PieceLength].
type Metainfo struct {
	Community message.CommunityID
	InfoHash  InfoHash
	// Info is the bencoded info dictionary; InfoHash is its SHA-1.
	Info []byte
	// DataSize and IndexSize are the lengths of the two files in bytes.
	// DataSize is a multiple of [PieceLength].
	DataSize, IndexSize uint64
	// Pieces are the piece hashes, [HashSize] bytes each: those of the data,
	// then those of the index, which begins on a piece boundary. They are part
	// of Info.
	Pieces []byte
	// Trackers are the announce URLs of a .torrent file. They are no part of
	// the infohash.
	Trackers []string
}

// NewMetainfo builds the torrent of a generation whose data has the given
// piece hashes. It hashes the index. The error wraps [ErrTorrent].
func NewMetainfo(c message.CommunityID, dataPieces, index []byte) (*Metainfo, error) {
	n := len(dataPieces) / HashSize
	pieces := slices.Concat(dataPieces, IndexPieces(index))
	b := append([]byte(nil), "d5:filesld6:length"...)
	b = appendNumber(b, uint64(n)*PieceLength)
	b = append(b, "4:pathl4:dataeed6:length"...)
	b = appendNumber(b, uint64(len(index)))
	b = append(b, "4:pathl5:indexeee4:name"...)
	b = appendText(b, c.String())
	b = append(b, "12:piece length"...)
	b = appendNumber(b, PieceLength)
	b = append(b, "6:pieces"...)
	b = appendText(b, string(pieces))
	b = append(b, 'e')
	return ParseInfo(b)
}

// IndexPieces returns the piece hashes of an index; the last piece is short.
func IndexPieces(index []byte) []byte {
	var hashes []byte
	for len(index) > 0 {
		n := min(len(index), PieceLength)
		sum := sha1.Sum(index[:n]) // BEP 3
		hashes = append(hashes, sum[:]...)
		index = index[n:]
	}
	return hashes
}

// DataPieces returns how many pieces the data has.
func (m *Metainfo) DataPieces() int { return int(m.DataSize / PieceLength) }

// NumPieces returns how many pieces the torrent has.
func (m *Metainfo) NumPieces() int { return len(m.Pieces) / HashSize }

// ArchivePieces returns the piece hashes of one archive of the generation,
// which must lie within the data.
func (m *Metainfo) ArchivePieces(f File) []byte {
	return m.Pieces[f.Offset/PieceLength*HashSize : (f.Offset+f.Size)/PieceLength*HashSize]
}

// CheckIndex reports with an [ErrTorrent] an index that is not this torrent's.
func (m *Metainfo) CheckIndex(index []byte) error {
	if !bytes.Equal(IndexPieces(index), m.Pieces[m.DataPieces()*HashSize:]) {
		return fmt.Errorf("%w: the index is not the torrent's", ErrTorrent)
	}
	return nil
}

// CheckInfo parses an info dictionary that is to be the torrent of community c
// with the given infohash. The error wraps [ErrTorrent].
func CheckInfo(info []byte, c message.CommunityID, hash InfoHash) (*Metainfo, error) {
	m, err := ParseInfo(info)
	if err != nil {
		return nil, err
	}
	if m.Community != c {
		return nil, fmt.Errorf("%w: named %s, want %s", ErrTorrent, m.Community, c)
	}
	if m.InfoHash != hash {
		return nil, fmt.Errorf("%w: infohash %x, want %x", ErrTorrent, m.InfoHash, hash)
	}
	return m, nil
}

// ParseInfo reads a bencoded info dictionary and checks every rule of a
// community's torrent. The error wraps [ErrTorrent].
func ParseInfo(info []byte) (*Metainfo, error) {
	if len(info) > MaxInfoSize {
		return nil, fmt.Errorf("%w: info of %d bytes, at most %d are allowed", ErrTorrent, len(info), MaxInfoSize)
	}
	v, err := decodeBencode(info)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrTorrent, err)
	}
	m := &Metainfo{Info: info, InfoHash: sha1.Sum(info)} // BEP 3
	if err := m.read(v.dict); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrTorrent, err)
	}
	return m, nil
}

// read takes the fields of an info dictionary.
func (m *Metainfo) read(info map[string]value) (err error) {
	// Keys by which other clients would see other files or another name than
	// the ones checked here.
	for _, key := range []string{"file tree", "length", "meta version", "name.utf-8"} {
		if _, ok := info[key]; ok {
			return fmt.Errorf("info has the key %q", key)
		}
	}
	if m.Community, err = message.ParseCommunityID(info["name"].text); err != nil {
		return fmt.Errorf("read name: %w", err)
	}
	if m.Community.String() != info["name"].text {
		return errors.New("name is not in lower case")
	}
	if n := info["piece length"].int; n != PieceLength {
		return fmt.Errorf("piece length is %d, want %d", n, PieceLength)
	}
	files := info["files"].list
	if len(files) != 2 {
		return fmt.Errorf("%d files, want data and index", len(files))
	}
	if m.DataSize, err = fileSize(files[0], "data"); err != nil {
		return err
	}
	if m.IndexSize, err = fileSize(files[1], "index"); err != nil {
		return err
	}
	// Not a copy: a history of many pieces is held once.
	pieces := info["pieces"]
	m.Pieces = pieces.raw[len(pieces.raw)-len(pieces.text):]
	return m.checkSizes()
}

func (m *Metainfo) checkSizes() error {
	if m.DataSize == 0 || m.DataSize%PieceLength != 0 {
		return fmt.Errorf("data has %d bytes, want whole pieces", m.DataSize)
	}
	if m.IndexSize == 0 || m.IndexSize > MaxIndexSize {
		return fmt.Errorf("index has %d bytes, want 1 to %d", m.IndexSize, MaxIndexSize)
	}
	want := m.DataSize/PieceLength + (m.IndexSize+PieceLength-1)/PieceLength
	if uint64(len(m.Pieces))%HashSize != 0 || uint64(len(m.Pieces))/HashSize != want {
		return fmt.Errorf("%d bytes of piece hashes, want %d pieces", len(m.Pieces), want)
	}
	return nil
}

// fileSize reads one entry of the file list, which must have the given name
// and no attributes.
func fileSize(file value, name string) (uint64, error) {
	path := file.dict["path"].list
	size := file.dict["length"]
	if len(file.dict) != 2 || len(path) != 1 || path[0].text != name {
		return 0, fmt.Errorf("a file is not %q alone", name)
	}
	if size.kind != 'i' || size.int < 0 {
		return 0, fmt.Errorf("file %q has no length", name)
	}
	return uint64(size.int), nil
}

// ParseTorrent reads a .torrent file and checks every rule of a community's
// torrent. The error wraps [ErrTorrent].
func ParseTorrent(b []byte) (*Metainfo, error) {
	if len(b) > MaxTorrentSize {
		return nil, fmt.Errorf("%w: file of %d bytes, at most %d are allowed", ErrTorrent, len(b), MaxTorrentSize)
	}
	v, err := decodeBencode(b)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrTorrent, err)
	}
	m, err := ParseInfo(v.dict["info"].raw)
	if err != nil {
		return nil, err
	}
	tiers := v.dict["announce-list"].list
	if len(tiers) == 0 {
		tiers = []value{{list: []value{v.dict["announce"]}}}
	}
	for _, tier := range tiers {
		for _, t := range tier.list {
			if usableTracker(t.text) && len(m.Trackers) < MaxTrackers {
				m.Trackers = append(m.Trackers, t.text)
			}
		}
	}
	return m, nil
}

// WriteTorrent writes the .torrent file with one tier a tracker (BEP 12).
func (m *Metainfo) WriteTorrent(w io.Writer) error {
	b := []byte{'d'}
	if len(m.Trackers) > 0 {
		b = append(b, "8:announce"...)
		b = appendText(b, m.Trackers[0])
		b = append(b, "13:announce-listl"...)
		for _, t := range m.Trackers {
			b = append(b, 'l')
			b = appendText(b, t)
			b = append(b, 'e')
		}
		b = append(b, 'e')
	}
	b = append(b, "4:info"...)
	b = append(b, m.Info...)
	b = append(b, 'e')
	if _, err := w.Write(b); err != nil {
		return fmt.Errorf("write torrent: %w", err)
	}
	return nil
}

// usableTracker reports an announce URL of a kind that clients know.
func usableTracker(s string) bool {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" {
		return false
	}
	switch u.Scheme {
	case "udp", "http", "https", "ws", "wss":
		return true
	}
	return false
}
