package swarmtest

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"

	"seeder/message"
	"seeder/swarm"
)

// Community returns a community id made from n.
func Community(n byte) message.CommunityID {
	key := secp256k1.PrivKeyFromBytes([]byte{n + 1, 7, 7})
	return message.CommunityID(key.PubKey().SerializeCompressed())
}

// Archive is made-up content for an archive file; swarms do not look inside.
type Archive struct {
	ID      message.ArchiveID
	Content []byte
}

// NewArchive returns an archive of size bytes that depend on seed only.
func NewArchive(seed uint64, size int) Archive {
	var s [32]byte
	binary.BigEndian.PutUint64(s[:], seed)
	a := Archive{Content: make([]byte, size)}
	r := rand.NewChaCha8(s)
	_, _ = r.Read(a.ID[:]) // never fails
	_, _ = r.Read(a.Content)
	return a
}

// NewArchives returns archives of the given sizes, seeded seed, seed+1, ...
func NewArchives(seed uint64, sizes ...int) []Archive {
	list := make([]Archive, len(sizes))
	for i, size := range sizes {
		list[i] = NewArchive(seed+uint64(i), size)
	}
	return list
}

// Put writes archives to a folder as an owner or an importer does.
func Put(t testing.TB, files *swarm.Files, c message.CommunityID, archives ...Archive) {
	t.Helper()
	for _, a := range archives {
		if err := put(files, c, a); err != nil {
			t.Fatalf("put archive: %v", err)
		}
	}
}

func put(files *swarm.Files, c message.CommunityID, a Archive) error {
	d, err := files.Create(c)
	if err != nil {
		return err
	}
	defer d.Abort()
	if _, err := d.Write(a.Content); err != nil {
		return err
	}
	return d.Commit(a.ID)
}

// Generation returns a generation of archives, oldest first. The index is a
// plain list that [Receiver] reads back.
func Generation(c message.CommunityID, archives ...Archive) swarm.Generation {
	g := swarm.Generation{Community: c}
	var offset uint64
	for _, a := range archives {
		size, padding := swarm.Place(uint64(len(a.Content)))
		f := swarm.File{ID: a.ID, Offset: offset, Size: size, Padding: padding}
		g.Files = append(g.Files, f)
		g.Index = append(g.Index, f.ID[:]...)
		g.Index = binary.BigEndian.AppendUint64(g.Index, f.Offset)
		g.Index = binary.BigEndian.AppendUint64(g.Index, f.Size)
		g.Index = binary.BigEndian.AppendUint64(g.Index, f.Padding)
		offset += size
	}
	return g
}

// indexEntry is the length of an archive in the made-up index.
const indexEntry = 32 + 3*8

// DecodeIndex reads the index of [Generation].
func DecodeIndex(b []byte) ([]swarm.File, error) {
	if len(b)%indexEntry != 0 {
		return nil, errors.New("index is cut")
	}
	var files []swarm.File
	for ; len(b) > 0; b = b[indexEntry:] {
		files = append(files, swarm.File{
			ID:      message.ArchiveID(b[:32]),
			Offset:  binary.BigEndian.Uint64(b[32:]),
			Size:    binary.BigEndian.Uint64(b[40:]),
			Padding: binary.BigEndian.Uint64(b[48:]),
		})
	}
	return files, nil
}

// Receiver is a [swarm.Receiver] that notes what it is given. Want,
// OnArchive and OnRoom may be set before it is used.
type Receiver struct {
	// Want chooses the archives; nil wants all, newest first.
	Want func([]swarm.File) []message.ArchiveID
	// OnArchive is called with each archive, if set.
	OnArchive func(message.ArchiveID) error
	// OnRoom is asked for room for each archive, if set; else there is room.
	OnRoom func(message.ArchiveID) error

	mu    sync.Mutex
	index []byte
	got   []message.ArchiveID
	asked []message.ArchiveID
	calls int
}

// NewestFirst wants every archive, the last in the data first.
func NewestFirst(files []swarm.File) []message.ArchiveID {
	want := make([]message.ArchiveID, 0, len(files))
	for i := len(files) - 1; i >= 0; i-- {
		want = append(want, files[i].ID)
	}
	return want
}

// Only wants the given archives.
func Only(ids ...message.ArchiveID) func([]swarm.File) []message.ArchiveID {
	return func([]swarm.File) []message.ArchiveID { return ids }
}

// Index implements [swarm.Receiver].
func (r *Receiver) Index(data []byte) ([]swarm.File, []message.ArchiveID, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.index = append([]byte(nil), data...)
	r.calls++
	files, err := DecodeIndex(data)
	if err != nil {
		return nil, nil, err
	}
	want := r.Want
	if want == nil {
		want = NewestFirst
	}
	return files, want(files), nil
}

// Archive implements [swarm.Receiver].
func (r *Receiver) Archive(id message.ArchiveID) error {
	r.mu.Lock()
	r.got = append(r.got, id)
	f := r.OnArchive
	r.mu.Unlock()
	if f != nil {
		return f(id)
	}
	return nil
}

// Room implements [swarm.Receiver].
func (r *Receiver) Room(id message.ArchiveID) error {
	r.mu.Lock()
	r.asked = append(r.asked, id)
	f := r.OnRoom
	r.mu.Unlock()
	if f != nil {
		return f(id)
	}
	return nil
}

// Asked returns the archives for which room was asked, in that order.
func (r *Receiver) Asked() []message.ArchiveID {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]message.ArchiveID(nil), r.asked...)
}

// Got returns the archives in the order they came.
func (r *Receiver) Got() []message.ArchiveID {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]message.ArchiveID(nil), r.got...)
}

// IndexCalls returns how often Index was called and its last argument.
func (r *Receiver) IndexCalls() (int, []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.calls, r.index
}

// CheckFiles fails the test unless the folder has each archive byte for byte.
func CheckFiles(t testing.TB, files *swarm.Files, c message.CommunityID, archives ...Archive) {
	t.Helper()
	for i, a := range archives {
		if err := compareFile(files, c, a); err != nil {
			t.Errorf("archive %d: %v", i, err)
		}
	}
}

func compareFile(files *swarm.Files, c message.CommunityID, a Archive) error {
	d, err := files.Open(c, a.ID)
	if err != nil {
		return err
	}
	defer d.Close()
	b := make([]byte, len(a.Content)+1)
	n, err := d.Read(b)
	for n < len(b) && err == nil {
		var k int
		k, err = d.Read(b[n:])
		n += k
	}
	if !bytes.Equal(b[:n], a.Content) {
		return fmt.Errorf("%d bytes differ from the %d put", n, len(a.Content))
	}
	if _, err := files.Pieces(c, a.ID); err != nil {
		return err
	}
	return nil
}
