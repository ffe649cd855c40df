package main

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"seeder/config"
	"seeder/daemon"
	"seeder/internal/clock"
	"seeder/internal/synth"
	"seeder/message"
	"seeder/owner"
	"seeder/signer"
	"seeder/store"
	"seeder/swarm/bittorrent"
)

// archived makes a data folder whose community Garden has a generation of
// several archives, and returns its configuration and the community.
func archived(t *testing.T) (config.Config, message.CommunityID) {
	t.Helper()
	isolated(t)
	t.Setenv("SEEDER_DATA_DIR", t.TempDir())
	loaded, err := config.Load("", nil)
	if err != nil {
		t.Fatal(err)
	}
	cfg := loaded.Config
	key, err := signer.ParseKey(strings.Repeat("1", 64))
	if err != nil {
		t.Fatal(err)
	}
	id := key.Community()
	const end = 1704067200
	err = withStore(t.Context(), cfg, func(db store.DB) error {
		history := synth.Default(id, 1, end)
		history.Messages, history.Weeks, history.ImageBytes = 300, 4, 500
		err := db.Update(t.Context(), func(tx store.Tx) error {
			if err := tx.PutCommunity(store.Community{ID: id, Role: store.RoleOwner, Name: "Garden"}); err != nil {
				return err
			}
			_, err := tx.AddMessages(id, synth.Messages(history))
			return err
		})
		if err != nil {
			return err
		}
		return sealAndSeed(t.Context(), cfg, db, key, time.Unix(end, 0))
	})
	if err != nil {
		t.Fatal(err)
	}
	return cfg, id
}

func sealAndSeed(ctx context.Context, cfg config.Config, db store.DB, key *signer.Key, now time.Time) error {
	at := clock.NewFixed(now)
	log := slog.New(slog.DiscardHandler)
	files := daemon.OpenFiles(cfg)
	sw, err := bittorrent.New(bittorrent.Options{Files: files, Listen: "127.0.0.1:0", Clock: at, Logger: log})
	if err != nil {
		return err
	}
	o := owner.New(owner.Options{
		Key: key, DB: db, Files: files, Swarm: sw, Clock: at, Logger: log,
		MinAge: cfg.Owner.MinAge, MaxArchiveBytes: cfg.Owner.MaxArchiveBytes, Grace: cfg.Owner.Grace,
	})
	_, err = o.Round(ctx)
	return errors.Join(err, sw.Close())
}

// mustRun runs a command that has to end with the exit code, and returns its output.
func mustRun(t *testing.T, code int, args ...string) (out, errs string) {
	t.Helper()
	var o, e buffer
	if got := <-command(t.Context(), &o, &e, args...); got != code {
		t.Fatalf("%v: exit code %d, want %d:\n%s", args, got, code, &e)
	}
	return o.String(), e.String()
}

func names(t *testing.T, dir string) []string {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	var out []string
	for _, f := range list {
		out = append(out, f.Name())
	}
	return out
}

func TestExportIsVerified(t *testing.T) {
	_, id := archived(t)
	dir := filepath.Join(t.TempDir(), "new", "folder")
	out, _ := mustRun(t, exitDone, "export", "Garden", dir)
	if want := []string{id.String() + ".torrent", "data", "index"}; !slices.Equal(names(t, dir), want) {
		t.Errorf("exported %v, want %v", names(t, dir), want)
	}
	if !strings.Contains(out, filepath.Join(dir, "data")) {
		t.Errorf("output names no files:\n%s", out)
	}
	report, _ := mustRun(t, exitDone, "verify", dir, "--community", id.String())
	if n := strings.Count(report, id.String()) - 1; n < 3 { // the first is the heading
		t.Errorf("%d sealed archives in the export, want at least 3:\n%s", n, report)
	}
}

func TestExportReplacesOnlyOnRequest(t *testing.T) {
	_, _ = archived(t)
	dir := t.TempDir()
	mine := filepath.Join(dir, "index")
	if err := os.WriteFile(mine, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, errs := mustRun(t, exitUsage, "export", "Garden", dir); !strings.Contains(errs, mine) {
		t.Errorf("error does not name the file: %s", errs)
	}
	if b, err := os.ReadFile(mine); err != nil || string(b) != "mine" || len(names(t, dir)) != 1 {
		t.Errorf("the folder was changed: %q, %v, %v", b, names(t, dir), err)
	}
	mustRun(t, exitDone, "export", "Garden", dir, "--force")
	mustRun(t, exitDone, "verify", dir)
}

func TestExportOfMissingPartsLeavesNothing(t *testing.T) {
	t.Run("archive", func(t *testing.T) {
		cfg, id := archived(t)
		files := daemon.OpenFiles(cfg)
		ids, err := files.List(id)
		if err != nil || len(ids) == 0 {
			t.Fatal(err)
		}
		if err := files.Remove(id, ids[0]); err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		if _, errs := mustRun(t, exitNotFound, "export", "Garden", dir); !strings.Contains(errs, ids[0].String()) {
			t.Errorf("error does not name the archive: %s", errs)
		}
		if left := names(t, dir); len(left) > 0 {
			t.Errorf("%v is left", left)
		}
	})
	t.Run("torrent", func(t *testing.T) {
		cfg, id := archived(t)
		torrents, err := filepath.Glob(filepath.Join(daemon.OpenFiles(cfg).Dir(id), "generations", "*.torrent"))
		if err != nil || len(torrents) != 1 {
			t.Fatalf("torrents %v, %v", torrents, err)
		}
		if err := os.Remove(torrents[0]); err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		if _, errs := mustRun(t, exitNotFound, "export", "Garden", dir); !strings.Contains(errs, "hint: `seeder run` seeds it") {
			t.Errorf("no hint: %s", errs)
		}
		if left := names(t, dir); len(left) > 0 {
			t.Errorf("%v is left", left)
		}
	})
}

// TestDamagedArchiveIsNotExported changes a byte of an archive on the disk.
func TestDamagedArchiveIsNotExported(t *testing.T) {
	cfg, id := archived(t)
	files := daemon.OpenFiles(cfg)
	ids, err := files.List(id)
	if err != nil || len(ids) == 0 {
		t.Fatal(err)
	}
	path := files.Path(id, ids[0])
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)/2] ^= 1
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	_, errs := mustRun(t, exitRefused, "export", "Garden", dir)
	if !strings.Contains(errs, ids[0].String()+" is damaged on the disk") || !strings.Contains(errs, "hint: nothing was exported") {
		t.Errorf("errors: %s", errs)
	}
	if left := names(t, dir); len(left) > 0 {
		t.Errorf("%v is left", left)
	}
	before := filepath.Join(dir, "data")
	if err := os.WriteFile(before, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	mustRun(t, exitRefused, "export", "Garden", dir, "--force")
	if b, err := os.ReadFile(before); err != nil || string(b) != "mine" {
		t.Errorf("a refused export replaced a file: %q, %v", b, err)
	}
}

func TestExportToNoFolder(t *testing.T) {
	_, _ = archived(t)
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, errs := mustRun(t, exitFailed, "export", "Garden", file); !strings.Contains(errs, "hint: name a folder") {
		t.Errorf("errors: %s", errs)
	}
	if _, errs := mustRun(t, exitUsage, "export", "Garden", ""); !strings.Contains(errs, "hint: name the folder") {
		t.Errorf("errors: %s", errs)
	}
}

func TestInterruptedExportLeavesNothing(t *testing.T) {
	cfg, id := archived(t)
	var gen store.Generation
	err := withStore(t.Context(), cfg, func(db store.DB) (err error) {
		gen, err = newestGeneration(t.Context(), db, id)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	dir := t.TempDir()
	var errs buffer
	a := &app{err: &errs, clock: clock.System{}}
	if _, err := a.export(ctx, cfg, gen, dir, false); !errors.Is(err, context.Canceled) {
		t.Errorf("error = %v, want context.Canceled", err)
	}
	if left := names(t, dir); len(left) > 0 {
		t.Errorf("%v is left", left)
	}
}

func TestStatusShowsWhatIsWrong(t *testing.T) {
	cfg, id := archived(t)
	err := withStore(t.Context(), cfg, func(db store.DB) error {
		return db.Update(t.Context(), func(tx store.Tx) error {
			rows, err := tx.Archives(id)
			if err != nil {
				return err
			}
			bad := rows[1]
			bad.State, bad.Reason = store.Quarantined, "content differs from the seal"
			return tx.PutArchive(bad)
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	out, _ := mustRun(t, exitDone, "status", "Garden")
	for _, want := range []string{"1 quarantined", "not sent yet: no peer took it", "role          owner"} {
		if !strings.Contains(out, want) {
			t.Errorf("status does not say %q:\n%s", want, out)
		}
	}
	out, _ = mustRun(t, exitDone, "community", "show", "Garden")
	if !strings.Contains(out, "quarantined") || !strings.Contains(out, "content differs from the seal") {
		t.Errorf("the community's page does not give the reason:\n%s", out)
	}
	out, _ = mustRun(t, exitDone, "community", "show", "Garden", "--output=json")
	if !strings.Contains(out, `"reason": "content differs from the seal"`) || !strings.Contains(out, `"quarantined": 1`) {
		t.Errorf("JSON:\n%s", out)
	}
}

func TestDigestOfAnArchivedHistory(t *testing.T) {
	_, _ = archived(t)
	first, _ := mustRun(t, exitDone, "digest", "Garden", "--output=json")
	second, _ := mustRun(t, exitDone, "digest", "Garden", "--output=json")
	if first != second || strings.Contains(first, `"messages": 0`) {
		t.Errorf("digests:\n%s\n%s", first, second)
	}
}

func TestStaleNodeFileIsNotADaemon(t *testing.T) {
	cfg, _ := archived(t)
	if err := os.WriteFile(cfg.NodeFile(), []byte(`{"pid":2147483646,"version":"x","waku":[],"swarm":[]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, _ := mustRun(t, exitDone, "status"); !strings.Contains(out, "not running") {
		t.Errorf("status:\n%s", out)
	}
	if err := os.WriteFile(cfg.NodeFile(), []byte(`garbage`), 0o600); err != nil {
		t.Fatal(err)
	}
	mustRun(t, exitFailed, "status")
}
