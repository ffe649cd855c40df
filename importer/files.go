package importer

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"seeder/message"
	"seeder/store"
)

// CheckFiles lists archives again whose file is gone or has another length, and
// returns how many. It is the part of an audit that a start waits for.
func (a *Auditor) CheckFiles(ctx context.Context, c message.CommunityID) (lost uint64, err error) {
	var rows []store.Archive
	err = a.DB.View(ctx, func(tx store.Tx) error {
		rows, err = tx.Archives(c)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("list archives: %w", err)
	}
	_, lost, err = a.files(ctx, rows)
	return lost, err
}

// files compares rows with files, and returns which archives are whole and how
// many are not that should be.
func (a *Auditor) files(ctx context.Context, rows []store.Archive) (whole map[message.ArchiveID]bool, lost uint64, err error) {
	whole = make(map[message.ArchiveID]bool, len(rows))
	for _, row := range rows {
		reason, err := a.look(row)
		if err != nil {
			return nil, 0, err
		}
		if row.State != store.Stored && row.State != store.Imported {
			if err := a.clear(row, reason); err != nil {
				return nil, 0, err
			}
			continue
		}
		if whole[row.ID] = reason == ""; whole[row.ID] {
			continue
		}
		lost++
		if err := a.Relist(ctx, row, reason, nil); err != nil {
			return nil, 0, err
		}
	}
	return whole, lost, nil
}

// clear removes the file of an archive that is to be fetched, when it is not
// the whole archive: it would be in the way of the one that comes.
func (a *Auditor) clear(row store.Archive, reason string) error {
	if row.State != store.Listed || reason == "" || reason == fileMissing {
		return nil
	}
	if err := a.Discard(row.Community, row.ID); err != nil {
		return fmt.Errorf("discard archive %s: %w", row.ID, err)
	}
	return nil
}

// fileMissing is the reason of archives that are fetched again.
const fileMissing = "file was missing"

// look says what is wrong with the file of an archive, from outside; "" when
// nothing is.
func (a *Auditor) look(row store.Archive) (string, error) {
	info, err := os.Stat(a.Files.Path(row.Community, row.ID))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fileMissing, nil
	case err != nil:
		return "", fmt.Errorf("look at file of archive %s: %w", row.ID, err)
	case uint64(info.Size()) != row.Size-row.Padding:
		return fmt.Sprintf("file had %d bytes instead of %d", info.Size(), row.Size-row.Padding), nil
	default:
		return "", nil
	}
}
