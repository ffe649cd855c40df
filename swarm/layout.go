package swarm

import (
	"context"
	"fmt"
	"io"

	"seeder/message"
)

// MaxIndexSize is the largest index a generation may have, in bytes.
const MaxIndexSize = 16 << 20

// CheckLayout verifies that the files are in order of offset, fill dataSize
// bytes without gaps, are padded by the rule of [Place] and are named once
// each. The error wraps [ErrLayout].
func CheckLayout(files []File, dataSize uint64) error {
	if len(files) == 0 {
		return fmt.Errorf("%w: no archives", ErrLayout)
	}
	seen := make(map[message.ArchiveID]struct{}, len(files))
	var end uint64
	for i, f := range files {
		if f.Offset != end {
			return fmt.Errorf("%w: archive %d begins at %d, want %d", ErrLayout, i, f.Offset, end)
		}
		if f.Padding > f.Size || f.Size > dataSize-end {
			return fmt.Errorf("%w: archive %d has size %d and padding %d", ErrLayout, i, f.Size, f.Padding)
		}
		if size, _ := Place(f.Size - f.Padding); size != f.Size {
			return fmt.Errorf("%w: archive %d takes %d bytes, want %d", ErrLayout, i, f.Size, size)
		}
		if _, twice := seen[f.ID]; twice {
			return fmt.Errorf("%w: archive %s stands twice", ErrLayout, f.ID)
		}
		seen[f.ID] = struct{}{}
		end += f.Size
	}
	if end != dataSize {
		return fmt.Errorf("%w: archives end at %d, data at %d", ErrLayout, end, dataSize)
	}
	return nil
}

// Check reports a reference that cannot be fetched: without an infohash
// ([ErrMagnet]) or a community ([ErrTorrent]).
func (r Ref) Check() error {
	if r.InfoHash == (InfoHash{}) {
		return fmt.Errorf("%w: no infohash", ErrMagnet)
	}
	if r.Community.IsZero() {
		return fmt.Errorf("%w: no community", ErrTorrent)
	}
	return nil
}

// Select returns the positions in files of the archives in want, in the order
// of want. An archive that is not there or wanted twice is an [ErrLayout].
func Select(files []File, want []message.ArchiveID) ([]int, error) {
	at := make(map[message.ArchiveID]int, len(files))
	for i, f := range files {
		at[f.ID] = i
	}
	order := make([]int, 0, len(want))
	for _, id := range want {
		i, ok := at[id]
		if !ok {
			return nil, fmt.Errorf("%w: wanted archive %s is not in it once", ErrLayout, id)
		}
		delete(at, id)
		order = append(order, i)
	}
	return order, nil
}

// WriteData writes the data of a generation to w: every archive, padded. The
// error wraps [ErrMissing] or [ErrLayout] when an archive is not in the folder
// or has another length.
func (f *Files) WriteData(ctx context.Context, w io.Writer, c message.CommunityID, files []File) error {
	var size uint64
	for _, file := range files {
		size += file.Size
	}
	if err := CheckLayout(files, size); err != nil {
		return err
	}
	for _, file := range files {
		if err := f.writeArchive(ctx, w, c, file); err != nil {
			return err
		}
	}
	return nil
}

func (f *Files) writeArchive(ctx context.Context, w io.Writer, c message.CommunityID, file File) error {
	r, err := f.Open(c, file.ID)
	if err != nil {
		return err
	}
	defer r.Close()
	n, err := io.Copy(w, contextReader{ctx, r})
	if err != nil {
		return fmt.Errorf("write archive %s: %w", file.ID, err)
	}
	if uint64(n) != file.Size-file.Padding {
		return fmt.Errorf("%w: archive %s has %d bytes, want %d", ErrLayout, file.ID, n, file.Size-file.Padding)
	}
	if _, err := io.CopyN(w, zeros{}, int64(file.Padding)); err != nil {
		return fmt.Errorf("write padding: %w", err)
	}
	return nil
}

// zeros is an endless reader of zero bytes.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}
