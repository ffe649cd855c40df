package daemon_test

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io"
	"log/slog"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"seeder/config"
	"seeder/daemon"
	"seeder/store/postgres/pgtest"
)

// diagnostics returns the files of the archive that a daemon writes.
func diagnostics(t *testing.T, cfg config.Config) map[string]string {
	t.Helper()
	client, err := daemon.Control(cfg)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := client.Diagnostics(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	files := make(map[string]string)
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err := errors.Join(err, r.Close()); err != nil {
			t.Fatal(err)
		}
		name, ok := strings.CutPrefix(f.Name, "seeder-diagnostics/")
		if !ok {
			t.Errorf("%s is outside of the folder", f.Name)
		}
		files[name] = string(text)
	}
	return files
}

// Nothing secret is in the archive, not even where somebody called a community
// like it.
func TestDiagnosticsHaveNoSecrets(t *testing.T) {
	t.Parallel()
	opts := options(t)
	server, err := pgtest.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	address, err := url.Parse(server.URL())
	if err != nil {
		t.Fatal(err)
	}
	const password, written, inJSON = "open se/same <more>", "open%20se%2Fsame%20%3Cmore%3E", `open se/same \u003cmore\u003e`
	address.User = url.UserPassword(address.User.Username(), password)
	opts.Config.Database.URL = address.String()
	opts.Config.Swarm.Trackers = []string{"udp://127.0.0.1:1/announce?passkey=pass-of-mine", "udp://127.0.0.1:1/0123456789abcdef0123/announce"}
	opts.Values = []config.Value{{Key: "database.url", Value: config.HidePassword(opts.Config.Database.URL)}}
	const payload = "the walls have ears, and the corn has eyes"
	c := ownHistory(t, opts, payload)
	key, err := daemon.Keystore(opts.Config).Load(c)
	if err != nil {
		t.Fatal(err)
	}
	closeDaemon(t, start(t, opts)) // makes token and key
	secrets := map[string]string{"the password": password, "the written password": written, "the key": key.Hex(),
		"the passkey": "pass-of-mine", "the path": "0123456789abcdef0123"}
	for name, path := range map[string]string{"the token": opts.Config.TokenFile(), "the node's key": filepath.Join(opts.Config.DataDir, "node.key")} {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		secrets[name] = strings.TrimSpace(string(text))
	}
	if err := os.Mkdir(filepath.Join(opts.Config.KeysDir(), "old"), 0o700); err != nil { // it is no key
		t.Fatal(err)
	}
	log := &journal{}
	opts.Logger = slog.New(slog.NewTextHandler(log, nil))
	d := start(t, opts)
	defer run(t, d)()
	n := 10
	for _, secret := range secrets {
		n++
		if _, err := d.Node().Join(t.Context(), newKey(t, strconv.Itoa(n)).Community(), "my "+secret); err != nil {
			t.Fatal(err)
		}
	}
	eventually(t, "the message is archived, and announced", func() bool {
		list, err := d.Node().Announcements(t.Context(), c)
		return err == nil && len(list) > 0
	})
	eventually(t, "all communities have begun", func() bool { return log.count("community started") == 1+len(secrets) })
	files := diagnostics(t, opts.Config)
	if why, failed := files["doctor.json.error.txt"]; failed { // it is none of this test's business
		delete(files, "doctor.json.error.txt")
		files["doctor.json"] = why
	}
	names := slices.Sorted(maps.Keys(files))
	want := []string{
		"README.txt", "activity.jsonl", "config.yaml", "doctor.json", "goroutines.txt", "limits.json", "log.txt", "memory.json",
		"operations.json", "status.json", "transfers.json", "version.json",
	}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	secrets["the message"], secrets["the password in JSON"] = payload, inJSON
	secrets["the message in hex"], secrets["the message in base64"] = hex.EncodeToString([]byte(payload)), base64.StdEncoding.EncodeToString([]byte(payload))
	for file, text := range files {
		for what, secret := range secrets {
			if strings.Contains(strings.ToLower(text), strings.ToLower(secret)) {
				t.Errorf("%s has %s", file, what)
			}
		}
	}
	for file, text := range map[string]string{
		"status.json": `"my [removed]"`, "log.txt": `name="my [removed]"`, "activity.jsonl": "1 message of 2023-12-28 to 2024-01-04 is archived",
		"goroutines.txt": "daemon.(*Daemon).Run", "config.yaml": "database:", "version.json": `"version": "test"`, "memory.json": "HeapAlloc",
		"transfers.json": c.String(), "limits.json": c.String(), "README.txt": "no token",
	} {
		if !strings.Contains(files[file], text) {
			t.Errorf("%s lacks %q:\n%.2000s", file, text, files[file])
		}
	}
}
