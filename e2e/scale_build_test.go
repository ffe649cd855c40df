package e2e

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"seeder/config"
	"seeder/daemon"
	"seeder/importer"
	"seeder/internal/clock"
	"seeder/internal/synth"
	"seeder/message"
	"seeder/owner"
	"seeder/signer"
	"seeder/store"
	"seeder/swarm"
	"seeder/swarm/bittorrent"
)

// scaleMessages is how many messages a week of the benchmark has.
const scaleMessages = 3

// scaled is a data folder with many communities.
type scaled struct {
	data string
	role store.Role
	keys []*signer.Key
	// hashes are the generations of all communities, two each.
	hashes []swarm.InfoHash
}

// buildScaled makes a data folder with communities of as many weekly archives,
// by the code that makes archives always: each is sealed, seeded and seeded
// again after one more week, so that it has two generations. With the role of a
// member the archives are then imported into another database. A folder that is
// there already is taken as it is.
func buildScaled(b *testing.B, dir string, role store.Role, communities, weeks int) *scaled {
	b.Helper()
	s := &scaled{data: filepath.Join(dir, fmt.Sprintf("%s-%dx%d", role, communities, weeks)), role: role}
	for i := range communities {
		seed := binary.BigEndian.AppendUint64(nil, uint64(i))
		key, err := signer.GenerateKey(bytes.NewReader(append(seed, bytes.Repeat([]byte{0x5e}, 56)...)))
		if err != nil {
			b.Fatal(err)
		}
		s.keys = append(s.keys, key)
	}
	whole := filepath.Join(s.data, "whole")
	if _, err := os.Stat(whole); err != nil {
		began := time.Now()
		s.build(b, dir, weeks)
		if err := os.WriteFile(whole, nil, 0o600); err != nil {
			b.Fatal(err)
		}
		b.Logf("made %s in %s", s.data, time.Since(began).Round(time.Second))
	}
	withStore(b, s.config(), func(db store.DB) error {
		return db.View(b.Context(), func(tx store.Tx) error {
			for _, key := range s.keys {
				gens, err := tx.Generations(key.Community())
				if err != nil || len(gens) != 2 {
					return errors.Join(err, fmt.Errorf("%s has %d generations", key.Community(), len(gens)))
				}
				for _, g := range gens {
					s.hashes = append(s.hashes, g.InfoHash)
				}
			}
			return nil
		})
	})
	return s
}

func (s *scaled) config() config.Config {
	cfg := config.Default()
	cfg.DataDir = s.data
	return cfg
}

func (s *scaled) build(b *testing.B, dir string, weeks int) {
	b.Helper()
	if err := os.RemoveAll(s.data); err != nil {
		b.Fatal(err)
	}
	if s.role == store.RoleOwner {
		s.archive(b, weeks)
		return
	}
	source := buildScaled(b, dir, store.RoleOwner, len(s.keys), weeks)
	linkFolder(b, filepath.Join(s.data, "communities"), filepath.Join(source.data, "communities"))
	s.follow(b, source)
}

// archive makes the folder of an owner.
func (s *scaled) archive(b *testing.B, weeks int) {
	b.Helper()
	cfg := s.config()
	keys := daemon.Keystore(cfg)
	for i, key := range s.keys {
		if err := keys.Add(key, fmt.Sprintf("community %d", i)); err != nil {
			b.Fatal(err)
		}
	}
	seeds, err := bittorrent.New(bittorrent.Options{Files: daemon.OpenFiles(cfg), Listen: "127.0.0.1:0"})
	if err != nil {
		b.Fatal(err)
	}
	withStore(b, cfg, func(db store.DB) error {
		g, ctx := errgroup.WithContext(b.Context())
		g.SetLimit(4)
		for i, key := range s.keys {
			g.Go(func() error { return archiveOne(ctx, db, cfg, seeds, key, i, weeks) })
		}
		return g.Wait()
	})
	if err := seeds.Close(); err != nil {
		b.Fatal(err)
	}
}

// archiveOne archives all weeks of a community but one, and then that.
func archiveOne(ctx context.Context, db store.DB, cfg config.Config, seeds swarm.Swarm, key *signer.Key, n, weeks int) error {
	c := key.Community()
	err := db.Update(ctx, func(tx store.Tx) error {
		return tx.PutCommunity(store.Community{ID: c, Role: store.RoleOwner, Name: fmt.Sprintf("community %d", n)})
	})
	if err != nil {
		return err
	}
	o := owner.New(owner.Options{
		Key: key, DB: db, Files: daemon.OpenFiles(cfg), Swarm: seeds, Clock: clock.System{}, Logger: slog.New(slog.DiscardHandler),
		MinAge: cfg.Owner.MinAge, MaxArchiveBytes: cfg.Owner.MaxArchiveBytes, Interval: cfg.Owner.Interval, Poll: time.Second,
		Grace: cfg.Owner.Grace, Republish: cfg.Owner.Republish, RetryMin: time.Second, RetryMax: time.Minute,
	})
	for _, part := range [][2]int{{1, weeks}, {0, 1}} { // weeks back from the end
		err := db.Update(ctx, func(tx store.Tx) error {
			for w := part[0]; w < part[1]; w++ {
				week := synth.Default(c, uint64(w), longAgo()-uint64(w)*message.PartitionSeconds)
				week.Weeks, week.Messages, week.ImageShare = 1, scaleMessages, 0
				if _, err := tx.AddMessages(c, synth.Messages(week)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		if _, err := o.Round(ctx); err != nil {
			return err
		}
		if err := sent(ctx, db, c); err != nil {
			return err
		}
	}
	return nil
}

// sent notes that the newest announcement was taken, as it is after a while.
func sent(ctx context.Context, db store.DB, c message.CommunityID) error {
	return db.Update(ctx, func(tx store.Tx) error {
		a, err := tx.LatestAnnouncement(c)
		if err != nil {
			return err
		}
		return tx.MarkSent(c, a.Clock, time.Now().UnixMilli(), 1, []byte("envelope"))
	})
}

// follow makes the database of a member that has all that an owner has.
func (s *scaled) follow(b *testing.B, source *scaled) {
	b.Helper()
	files := daemon.OpenFiles(s.config())
	withStore(b, source.config(), func(from store.DB) error {
		withStore(b, s.config(), func(to store.DB) error {
			for i, key := range s.keys {
				if err := followOne(b.Context(), to, from, files, key.Community(), i); err != nil {
					return err
				}
			}
			return nil
		})
		return nil
	})
}

func followOne(ctx context.Context, to, from store.DB, files *swarm.Files, c message.CommunityID, n int) error {
	var rows []store.Archive
	var gens []store.Generation
	var announced []store.Announcement
	err := from.View(ctx, func(tx store.Tx) (err error) {
		rows, err = tx.Archives(c)
		if err == nil {
			gens, err = tx.Generations(c)
		}
		if err == nil {
			announced, err = tx.Announcements(c, 0)
		}
		return err
	})
	if err != nil {
		return err
	}
	err = to.Update(ctx, func(tx store.Tx) error {
		errs := []error{tx.PutCommunity(store.Community{ID: c, Role: store.RoleMember, Name: fmt.Sprintf("community %d", n)})}
		for _, g := range gens {
			errs = append(errs, tx.PutGeneration(g))
		}
		for i := len(announced) - 1; i >= 0; i-- { // clocks go up
			announced[i].Own, announced[i].SentAt, announced[i].SentPeers = false, 0, 0
			errs = append(errs, tx.PutAnnouncement(announced[i]))
		}
		return errors.Join(errs...)
	})
	if err != nil {
		return err
	}
	im := importer.New(to, clock.System{}, importer.Options{Workers: -1})
	for _, row := range rows {
		row.State = store.Downloading
		_, err := im.Import(ctx, row, func() (io.ReadCloser, error) { return files.Open(c, row.ID) })
		if err != nil {
			return err
		}
	}
	return nil
}

// linkFolder makes a folder with the files of another: archives never change.
func linkFolder(b *testing.B, to, from string) {
	b.Helper()
	err := filepath.WalkDir(from, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		if e.IsDir() {
			return os.MkdirAll(filepath.Join(to, rel), 0o755)
		}
		return os.Link(path, filepath.Join(to, rel))
	})
	if err != nil {
		b.Fatal(err)
	}
}
