package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"seeder/catalog"
	"seeder/config"
	"seeder/daemon"
	"seeder/inspect"
	"seeder/internal/atomicfile"
	"seeder/message"
	"seeder/store"
	"seeder/swarm"
)

// exportResult says what was written.
type exportResult struct {
	Community message.CommunityID `json:"community"`
	InfoHash  string              `json:"infohash"`
	Magnet    string              `json:"magnet"`
	Archives  int                 `json:"archives"`
	Bytes     int64               `json:"bytes"`
	Files     []string            `json:"files"`
}

func (a *app) exportCommand() *cobra.Command {
	var force bool
	cmd := &cobra.Command{
		Use:   "export COMMUNITY DIR",
		Short: "Write data, index and torrent of the newest generation as ordinary files",
		Long: "DIR is made where it does not exist. Any BitTorrent client can seed what is written there.\n" +
			"Files that stand there already are replaced only with --force. All is verified before it is\n" +
			"put in place: what is damaged on the disk is refused with exit code 4, and nothing is exported.",
		Example: "  seeder export \"Garden Club\" ./archive",
		Args:    exactly("COMMUNITY", "DIR"),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := a.load(cmd)
			if err != nil {
				return err
			}
			var gen store.Generation
			err = withCommunity(cmd.Context(), cfg, args[0], func(db store.DB, c store.Community) error {
				gen, err = newestGeneration(cmd.Context(), db, c.ID)
				return err
			})
			if err != nil {
				return err
			}
			r, err := a.export(cmd.Context(), cfg, gen, args[1], force)
			if err != nil {
				return err
			}
			return a.print(r, func(w io.Writer) {
				fmt.Fprintf(w, "torrent\t%s\narchives\t%d\nbytes\t%s\n", r.InfoHash, r.Archives, bytesText(uint64(r.Bytes)))
				for _, f := range r.Files {
					fmt.Fprintf(w, "file\t%s\n", f)
				}
			})
		},
		ValidArgsFunction: then(a.communities, folders),
	}
	cmd.Flags().BoolVar(&force, "force", false, "replace files that are there")
	return cmd
}

// newestGeneration returns the newest generation whose index is known.
func newestGeneration(ctx context.Context, db store.DB, id message.CommunityID) (gen store.Generation, err error) {
	err = db.View(ctx, func(tx store.Tx) error {
		all, err := tx.Generations(id)
		if err != nil {
			return err
		}
		for _, g := range all {
			if len(g.Index) > 0 {
				gen = g
				return nil
			}
		}
		return fail(exitNotFound, "`seeder archive --once` makes one of what is old enough; a member has to fetch one with `seeder run`",
			"nothing of %s to export yet", id)
	})
	return gen, err
}

// export writes the three files to a folder beside their places and verifies
// them there. Then they are published, the torrent last, so that what it names
// is there.
func (a *app) export(ctx context.Context, cfg config.Config, gen store.Generation, dir string, force bool) (exportResult, error) {
	files, err := catalog.ParseIndex(gen.Index)
	if err != nil {
		return exportResult{}, fmt.Errorf("read index: %w", err)
	}
	torrentName := gen.Community.String() + ".torrent"
	paths := []string{filepath.Join(dir, "data"), filepath.Join(dir, "index"), filepath.Join(dir, torrentName)}
	if err := prepareExport(dir, paths, force); err != nil {
		return exportResult{}, err
	}
	folder := daemon.OpenFiles(cfg)
	torrent, err := os.ReadFile(folder.TorrentPath(gen.Community, swarm.InfoHash(gen.InfoHash)))
	if errors.Is(err, fs.ErrNotExist) {
		return exportResult{}, fail(exitNotFound, "`seeder run` seeds it, and makes the file", "torrent %s is not seeded yet", gen.InfoHash)
	}
	if err != nil {
		return exportResult{}, fmt.Errorf("read torrent: %w", err)
	}
	staging, err := os.MkdirTemp(dir, ".export-")
	if err != nil {
		return exportResult{}, fmt.Errorf("create folder: %w", err)
	}
	defer os.RemoveAll(staging) // what stays is only in the way
	size, err := a.stageData(ctx, folder, gen.Community, files, staging)
	if err != nil {
		return exportResult{}, err
	}
	for name, content := range map[string][]byte{"index": gen.Index, torrentName: torrent} {
		if err := atomicfile.Write(filepath.Join(staging, name), content, 0o644); err != nil {
			return exportResult{}, err
		}
	}
	if err := a.checkExport(ctx, gen, staging); err != nil {
		return exportResult{}, err
	}
	for _, path := range paths {
		if err := os.Rename(filepath.Join(staging, filepath.Base(path)), path); err != nil {
			return exportResult{}, fmt.Errorf("publish export: %w", err)
		}
	}
	if err := atomicfile.SyncDir(dir); err != nil {
		return exportResult{}, err
	}
	return exportResult{
		Community: gen.Community, InfoHash: gen.InfoHash.String(), Magnet: gen.Magnet,
		Archives: len(files), Bytes: size, Files: paths,
	}, nil
}

// checkExport verifies what was written as whoever receives it would: files
// may have been damaged on the disk, and that is not handed on.
func (*app) checkExport(ctx context.Context, gen store.Generation, staging string) error {
	report, err := inspect.Path(ctx, staging, inspect.Options{Community: gen.Community})
	var refused *inspect.Refusal
	switch {
	case errors.As(err, &refused):
		what := "the torrent"
		if refused.Archive != nil {
			what = "archive " + refused.Archive.String()
		}
		return fail(exitRefused, "nothing was exported; `seeder run` finds damaged archives and gets them anew, then try again",
			"%s is damaged on the disk: %w", what, refused.Err)
	case err != nil:
		return fmt.Errorf("verify export: %w", err)
	case report.InfoHash != gen.InfoHash.String():
		return fail(exitRefused, "nothing was exported; `seeder run` makes the torrent anew",
			"the torrent file is of %s, want %s", report.InfoHash, gen.InfoHash)
	}
	return nil
}

func prepareExport(dir string, paths []string, force bool) error {
	if dir == "" {
		return usage("name the folder to write to", "the folder's name is empty")
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fail(exitFailed, "name a folder, or a place where one can be made", "create folder: %w", err)
	}
	for _, path := range paths {
		if _, err := os.Lstat(path); err == nil && !force {
			return usage("use another folder, or --force to replace it", "%s is there already", path)
		}
	}
	return nil
}

// stageData writes the data into dir and returns its size.
func (a *app) stageData(ctx context.Context, folder *swarm.Files, c message.CommunityID, files []swarm.File, dir string) (int64, error) {
	var size int64
	for _, f := range files {
		size += int64(f.Size)
	}
	data, err := atomicfile.Create(dir, 0o644)
	if err != nil {
		return 0, err
	}
	defer data.Abort()
	p := newProgress(a.err, "export", size)
	defer p.Done()
	w := bufio.NewWriterSize(progressWriter{data, p}, 1<<20)
	err = folder.WriteData(ctx, w, c, files)
	if err == nil {
		err = w.Flush()
	}
	if errors.Is(err, swarm.ErrMissing) {
		return 0, fail(exitNotFound, "`seeder status` shows which archives are here; `seeder run` gets the others, as far as storage caps allow", "%w", err)
	}
	if err != nil {
		return 0, fmt.Errorf("write data: %w", err)
	}
	return size, data.Commit(filepath.Join(dir, "data"))
}
