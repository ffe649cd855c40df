package swarm

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"seeder/internal/atomicfile"
	"seeder/internal/fault"
	"seeder/message"
)

// Kept is a generation whose torrent, index and layout are in the folder, so
// that it can be served without asking anyone.
type Kept struct {
	Meta  *Metainfo
	Index []byte
	Files []File
}

// Keep publishes the torrent, index and layout of a generation. The torrent
// file comes last: where it stands, the others do.
func (f *Files) Keep(k Kept) error {
	c, hash := k.Meta.Community, k.Meta.InfoHash
	dir := f.generationDir(c, hash)
	if err := os.MkdirAll(dir, dirPerm); err != nil {
		return fmt.Errorf("create generation folder: %w", err)
	}
	layout, err := json.MarshalIndent(k.Files, "", " ")
	if err != nil {
		return fmt.Errorf("encode layout: %w", err)
	}
	if err := atomicfile.Write(filepath.Join(dir, "index"), k.Index, filePerm); err != nil {
		return fmt.Errorf("keep index: %w", err)
	}
	if err := atomicfile.Write(filepath.Join(dir, "layout.json"), layout, filePerm); err != nil {
		return fmt.Errorf("keep layout: %w", err)
	}
	var torrent bytes.Buffer
	if err := k.Meta.WriteTorrent(&torrent); err != nil {
		return err
	}
	if err := atomicfile.Write(f.TorrentPath(c, hash), torrent.Bytes(), filePerm); err != nil {
		return fmt.Errorf("keep torrent: %w", err)
	}
	return nil
}

// Kept reads a kept generation and verifies it: the torrent by its infohash,
// the index by the torrent, the layout by its rules. The error wraps
// [ErrMissing] when it is not kept or does not verify.
func (f *Files) Kept(c message.CommunityID, hash InfoHash) (Kept, error) {
	k, err := f.readKept(c, hash)
	if err != nil {
		return Kept{}, fmt.Errorf("%w: generation %x: %w", ErrMissing, hash, err)
	}
	return k, nil
}

func (f *Files) readKept(c message.CommunityID, hash InfoHash) (k Kept, err error) {
	torrent, err := os.ReadFile(f.TorrentPath(c, hash))
	if err != nil {
		return k, err
	}
	if k.Meta, err = ParseTorrent(torrent); err != nil {
		return k, err
	}
	if k.Meta.Community != c || k.Meta.InfoHash != hash {
		return k, fmt.Errorf("%w: another torrent", ErrTorrent)
	}
	if k.Index, err = os.ReadFile(f.IndexPath(c, hash)); err != nil {
		return k, err
	}
	if err := k.Meta.CheckIndex(k.Index); err != nil {
		return k, err
	}
	layout, err := os.ReadFile(filepath.Join(f.generationDir(c, hash), "layout.json"))
	if err != nil {
		return k, err
	}
	if err := json.Unmarshal(layout, &k.Files); err != nil {
		return k, fmt.Errorf("decode layout: %w", err)
	}
	return k, CheckLayout(k.Files, k.Meta.DataSize)
}

// IndexPath returns where the index of a generation is kept.
func (f *Files) IndexPath(c message.CommunityID, hash InfoHash) string {
	return filepath.Join(f.generationDir(c, hash), "index")
}

// Generations returns the infohashes of the generations of a community of which
// anything is kept, if only what a process left that died while it kept or
// forgot one. [Files.Kept] tells whether all is there.
func (f *Files) Generations(c message.CommunityID) ([]InfoHash, error) {
	entries, err := os.ReadDir(f.generations(c))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list generations: %w", err)
	}
	var hashes []InfoHash
	for _, e := range entries {
		h, err := ParseInfoHash(strings.TrimSuffix(e.Name(), torrentSuffix))
		if err == nil && !slices.Contains(hashes, h) {
			hashes = append(hashes, h)
		}
	}
	return hashes, nil
}

// Forget deletes what [Files.Keep] kept of a generation that is no longer
// served. Archives stay. It is no error when there is nothing.
func (f *Files) Forget(c message.CommunityID, hash InfoHash) error {
	if err := fault.Point(fault.GenerationForgetBefore); err != nil {
		return fmt.Errorf("forget generation: %w", err)
	}
	err := os.Remove(f.TorrentPath(c, hash))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("forget generation: %w", err)
	}
	if err := fault.Point(fault.GenerationForgetAfter); err != nil {
		return fmt.Errorf("forget generation: %w", err)
	}
	if err := os.RemoveAll(f.generationDir(c, hash)); err != nil {
		return fmt.Errorf("forget generation: %w", err)
	}
	return nil
}
