package bittorrent

import (
	"io"

	"seeder/swarm"
)

// indexPieces is the index: in memory while it is downloaded, then a file.
type indexPieces struct {
	path    string // set when the file is in place
	buf     []byte
	have    []bool
	missing int
}

// setIndexFile says that the index is in place as a file.
func (v *view) setIndexFile(path string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.index = indexPieces{path: path}
}

// indexBytes returns the index when it is whole in memory.
func (v *view) indexBytes() ([]byte, bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.index.buf, v.index.buf != nil && v.index.missing == 0
}

func (v *view) readIndex(b []byte, off int64) (int, error) {
	v.mu.Lock()
	path, buf := v.index.path, v.index.buf
	if path == "" {
		defer v.mu.Unlock()
		return copyAll(b, buf, off)
	}
	v.mu.Unlock()
	return v.open.readAt(path, b, off)
}

func copyAll(b, from []byte, off int64) (int, error) {
	if off < 0 || off > int64(len(from)) {
		return 0, io.ErrUnexpectedEOF
	}
	n := copy(b, from[off:])
	if n < len(b) {
		return n, io.ErrUnexpectedEOF
	}
	return n, nil
}

func (v *view) writeIndex(b []byte, off int64) (int, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.index.path != "" || v.index.have[off/swarm.PieceLength] {
		return len(b), nil
	}
	if off+int64(len(b)) > int64(len(v.index.buf)) {
		return 0, io.ErrShortWrite
	}
	return copy(v.index.buf[off:], b), nil
}

func (v *view) hasIndex(i int) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.index.path != "" || v.index.have[i]
}

func (v *view) markIndex(i int, ok bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.index.path != "" || v.index.have[i] == ok {
		return
	}
	v.index.have[i] = ok
	if !ok {
		v.index.missing++
		return
	}
	v.index.missing--
	if v.index.missing == 0 {
		signal(v.whole)
	}
}
