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
			"Files that stand there already are replaced only with --force.",
		Args: exactly("COMMUNITY", "DIR"),
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

// export writes the three files. They are published under their names at the
// end, the torrent last, so that what it names is there.
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
	data, size, err := a.stageData(ctx, folder, gen.Community, files, dir)
	if err != nil {
		return exportResult{}, err
	}
	defer data.Abort()
	if err := data.Commit(paths[0]); err != nil {
		return exportResult{}, err
	}
	if err := atomicfile.Write(paths[1], gen.Index, 0o644); err != nil {
		return exportResult{}, err
	}
	if err := atomicfile.Write(paths[2], torrent, 0o644); err != nil {
		return exportResult{}, err
	}
	return exportResult{
		Community: gen.Community, InfoHash: gen.InfoHash.String(), Magnet: gen.Magnet,
		Archives: len(files), Bytes: size, Files: paths,
	}, nil
}

func prepareExport(dir string, paths []string, force bool) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("create folder: %w", err)
	}
	for _, path := range paths {
		if _, err := os.Lstat(path); err == nil && !force {
			return usage("use another folder, or --force to replace it", "%s is there already", path)
		}
	}
	return nil
}

// stageData writes the data to a temporary file in dir.
func (a *app) stageData(ctx context.Context, folder *swarm.Files, c message.CommunityID, files []swarm.File, dir string) (*atomicfile.File, int64, error) {
	var size int64
	for _, f := range files {
		size += int64(f.Size)
	}
	data, err := atomicfile.Create(dir, 0o644)
	if err != nil {
		return nil, 0, err
	}
	p := newProgress(a.err, "export", size)
	defer p.Done()
	w := bufio.NewWriterSize(progressWriter{data, p}, 1<<20)
	err = folder.WriteData(ctx, w, c, files)
	if err == nil {
		err = w.Flush()
	}
	if err != nil {
		data.Abort()
		if errors.Is(err, swarm.ErrMissing) {
			return nil, 0, fail(exitNotFound, "`seeder status` shows which archives are here; `seeder run` fetches the others", "%w", err)
		}
		return nil, 0, fmt.Errorf("write data: %w", err)
	}
	return data, size, nil
}

// infoHashOf returns the infohash that a magnet link names, or "".
func infoHashOf(magnet string) string {
	ref, err := swarm.ParseMagnet(magnet)
	if err != nil {
		return ""
	}
	return store.InfoHash(ref.InfoHash).String()
}
