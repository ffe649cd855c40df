package swarm

import (
	"errors"
	"fmt"

	"seeder/internal/atomicfile"
	"seeder/message"
)

// Draft is an archive being written. Its pieces are hashed on the way. End it
// with Commit or Abort; it is used by one goroutine.
type Draft struct {
	files *Files
	c     message.CommunityID
	file  *atomicfile.File
	hash  *hasher
	err   error
}

// Create begins an archive of a community in a temporary file.
func (f *Files) Create(c message.CommunityID) (*Draft, error) {
	if err := f.Prepare(c); err != nil {
		return nil, err
	}
	file, err := atomicfile.Create(f.archives(c), filePerm)
	if err != nil {
		return nil, fmt.Errorf("begin archive: %w", err)
	}
	return &Draft{files: f, c: c, file: file, hash: newHasher()}, nil
}

// Write implements [io.Writer].
func (d *Draft) Write(p []byte) (int, error) {
	if d.err != nil {
		return 0, d.err
	}
	n, err := d.file.Write(p)
	_, _ = d.hash.Write(p[:n]) // a hash takes every write
	if err != nil {
		d.err = fmt.Errorf("write archive: %w", err)
	}
	return n, d.err
}

// Size returns how many bytes were written.
func (d *Draft) Size() uint64 { return d.hash.raw }

// Commit publishes what was written as the archive id, synced, with its piece
// hashes. What stood under that id is replaced.
func (d *Draft) Commit(id message.ArchiveID) error {
	defer d.Abort()
	if d.err != nil {
		return d.err
	}
	// The piece hashes come first: an archive in place always has them, and
	// those without an archive are swept.
	info, err := d.file.Stat()
	if err != nil {
		return fmt.Errorf("look up archive: %w", err)
	}
	if err := d.files.keepPieces(d.c, id, d.hash.pieces(), info); err != nil {
		return fmt.Errorf("keep piece hashes: %w", err)
	}
	d.err = errors.New("archive was committed")
	if err := d.file.Commit(d.files.Path(d.c, id)); err != nil {
		return fmt.Errorf("commit archive: %w", err)
	}
	return nil
}

// Abort removes the temporary file. After Commit it does nothing, so it can be
// deferred.
func (d *Draft) Abort() { d.file.Abort() }
