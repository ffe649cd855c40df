package daemon

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"runtime/pprof"
	"slices"
	"strconv"
	"strings"
	"time"

	"seeder/activity"
	"seeder/message"
	"seeder/node"
)

const (
	// diagnosticsFolder is what the archive unpacks to.
	diagnosticsFolder = "seeder-diagnostics/"
	// partPatience bounds the time for one file, that of the doctor included.
	partPatience = 40 * time.Second
	// hidden stands where a secret was.
	hidden = "[removed]"
	// shortestSecret is how long text is at least that is looked for as a secret:
	// less would be found in every other word.
	shortestSecret = 6
)

const diagnosticsReadme = `This archive tells how a seeder node stands, for somebody who looks for a fault.

It holds no token, no key, no password and no message. It does hold the names and
ids of communities, addresses of peers, paths of files and magnet links: look
through it before you publish it.

version.json       the program and the system
config.yaml        the configuration in force, without passwords
status.json        what every part of the work does or waits for
limits.json        limits, and what is used of them
transfers.json     what is under way for each community
operations.json    what was asked for and has not ended
activity.jsonl     the last events, oldest first
log.txt            the last lines of the log
doctor.json        what the doctor says, where there is one
goroutines.txt     what the program does at this moment
memory.json        what its memory is used for
*.error.txt        why a file is missing
`

// part is a file of the archive.
type part struct {
	name  string
	write func(context.Context, io.Writer) error
}

// Diagnostics implements [api.Live].
func (l live) Diagnostics(ctx context.Context, w io.Writer) error {
	secrets, err := l.d.secrets()
	if err != nil {
		return fmt.Errorf("collect diagnostics: %w", err) // nothing goes out unless it is known what must not
	}
	z := zip.NewWriter(w)
	for _, p := range l.d.parts() {
		if err := addPart(ctx, z, p, secrets, l.d.opts.Clock.Now()); err != nil {
			return fmt.Errorf("write diagnostics: %w", err)
		}
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("write diagnostics: %w", err)
	}
	return nil
}

// addPart adds a file, or one that says why it is missing.
func addPart(ctx context.Context, z *zip.Writer, p part, secrets *strings.Replacer, at time.Time) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	within, cancel := context.WithTimeout(ctx, partPatience)
	defer cancel()
	var b bytes.Buffer
	name := p.name
	if err := p.write(within, &b); err != nil {
		name += ".error.txt"
		b.Reset()
		fmt.Fprintln(&b, err)
	}
	f, err := z.CreateHeader(&zip.FileHeader{Name: diagnosticsFolder + name, Method: zip.Deflate, Modified: at})
	if err != nil {
		return fmt.Errorf("begin %s: %w", name, err)
	}
	if _, err = secrets.WriteString(f, b.String()); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return nil
}

func (d *Daemon) parts() []part {
	return []part{
		{"README.txt", func(_ context.Context, w io.Writer) error {
			_, err := io.WriteString(w, diagnosticsReadme)
			return err
		}},
		{"version.json", func(_ context.Context, w io.Writer) error { return writeJSON(w, d.versions()) }},
		{"config.yaml", func(_ context.Context, w io.Writer) error { return d.loaded.Load().WriteYAML(w) }},
		{"status.json", d.jsonPart(func(ctx context.Context) (any, error) { return d.node.Status(ctx) })},
		{"limits.json", d.jsonPart(func(ctx context.Context) (any, error) { return d.node.Limits(ctx) })},
		{"transfers.json", d.jsonPart(d.allTransfers)},
		{"operations.json", d.jsonPart(func(ctx context.Context) (any, error) { return d.node.Operations(ctx, true) })},
		{"activity.jsonl", func(_ context.Context, w io.Writer) error {
			events := d.telling.told.List("", activity.Size)
			slices.Reverse(events)
			_, err := w.Write(activity.Encode(events))
			return err
		}},
		{"log.txt", func(_ context.Context, w io.Writer) error {
			_, err := io.WriteString(w, strings.Join(d.telling.log.Last(), ""))
			return err
		}},
		{"doctor.json", d.jsonPart(func(ctx context.Context) (any, error) { return live{d}.Doctor(ctx) })},
		{"goroutines.txt", func(_ context.Context, w io.Writer) error {
			return pprof.Lookup("goroutine").WriteTo(w, 2)
		}},
		{"memory.json", func(_ context.Context, w io.Writer) error {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			return writeJSON(w, m)
		}},
	}
}

func (*Daemon) jsonPart(read func(context.Context) (any, error)) func(context.Context, io.Writer) error {
	return func(ctx context.Context, w io.Writer) error {
		v, err := read(ctx)
		if err != nil {
			return err
		}
		return writeJSON(w, v)
	}
}

func writeJSON(w io.Writer, v any) error {
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return fmt.Errorf("encode: %w", err)
	}
	_, err = w.Write(append(b, '\n'))
	return err
}

func (d *Daemon) versions() any {
	v := struct {
		Version string `json:"version"`
		At      string `json:"at"`
		Go      string `json:"go"`
		System  string `json:"system"`
		CPUs    int    `json:"cpus"`
		Build   string `json:"build"`
	}{
		d.opts.Version, d.opts.Clock.Now().UTC().Format(time.RFC3339), runtime.Version(), runtime.GOOS + "/" + runtime.GOARCH,
		runtime.NumCPU(), "",
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		v.Build = info.String()
	}
	return v
}

func (d *Daemon) allTransfers(ctx context.Context) (any, error) {
	communities, err := d.communities(ctx)
	if err != nil {
		return nil, err
	}
	all := make(map[message.CommunityID]node.Transfers, len(communities))
	for _, c := range communities {
		if all[c.ID], err = (live{d}).Transfers(ctx, c.ID); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// secrets returns what hides every secret of this node. No file of the archive is
// meant to have one; this holds where an error, a log or a stack would.
func (d *Daemon) secrets() (*strings.Replacer, error) {
	cfg := d.config()
	var found []string
	if address, ok := cfg.PostgresURL(); ok {
		found = append(found, passwords(address)...)
	}
	for _, t := range cfg.Swarm.Trackers {
		found = append(found, passkeys(t)...)
	}
	lent, err := d.keys.List() // files that are no keys are left out here, and looked at below
	if err != nil {
		d.opts.Logger.Warn("some keys cannot be read", "error", err)
	}
	for _, k := range lent {
		if key, err := d.keys.Load(k.Community); err == nil {
			found = append(found, keyWords(key.Hex())...)
		}
	}
	files := []string{cfg.TokenFile(), filepath.Join(cfg.DataDir, "node.key")}
	keys, err := os.ReadDir(cfg.KeysDir())
	if err != nil && !os.IsNotExist(err) {
		return nil, err
	}
	for _, k := range keys {
		if !k.IsDir() {
			files = append(files, filepath.Join(cfg.KeysDir(), k.Name()))
		}
	}
	for _, path := range files {
		text, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
			continue // what this process cannot read it does not tell
		}
		if err != nil {
			return nil, err
		}
		found = append(found, keyWords(string(text))...)
	}
	var pairs []string
	for _, s := range found {
		for _, form := range written(s) {
			if len(form) >= shortestSecret {
				pairs = append(pairs, form, hidden)
			}
		}
	}
	return strings.NewReplacer(pairs...), nil
}

// written returns a secret as it may stand in a file of the archive: as it is, in JSON
// and in a line of the log.
func written(secret string) []string {
	quoted := strconv.Quote(secret)
	forms := []string{secret, quoted[1 : len(quoted)-1]}
	if b, err := json.Marshal(secret); err == nil {
		forms = append(forms, string(b[1:len(b)-1]))
	}
	return forms
}

// passwords returns the password of an address as it stands there and as it is
// meant.
func passwords(address string) []string {
	u, err := url.Parse(address)
	if err != nil {
		return []string{address}
	}
	var list []string
	if meant, ok := u.User.Password(); ok {
		list = append(list, meant, url.QueryEscape(meant), url.PathEscape(meant))
		_, written, _ := strings.Cut(u.User.String(), ":")
		list = append(list, written)
	}
	for _, key := range []string{"password", "sslpassword"} {
		if meant := u.Query().Get(key); meant != "" {
			list = append(list, meant, url.QueryEscape(meant))
		}
	}
	return list
}

// longSegment is how long a part of a tracker's path is at least that names a user.
const longSegment = 16

// passkeys returns what of a tracker's address is for one user alone.
func passkeys(tracker string) (list []string) {
	u, err := url.Parse(tracker)
	if err != nil {
		return []string{tracker}
	}
	if password, ok := u.User.Password(); ok {
		list = append(list, password, url.QueryEscape(password))
	}
	for _, values := range u.Query() {
		for _, v := range values {
			list = append(list, v, url.QueryEscape(v))
		}
	}
	for segment := range strings.SplitSeq(u.Path, "/") {
		if len(segment) >= longSegment {
			list = append(list, segment)
		}
	}
	return list
}

// keyWords returns what of a file of a key or token is secret: its text, and every
// number of 32 bytes in it that is no id of a community, in the forms in which a
// program would write it.
func keyWords(text string) []string {
	text = strings.TrimSpace(text)
	list := []string{text}
	word := func(r rune) bool { return !strings.ContainsRune("0123456789abcdefABCDEF", r) }
	for _, digits := range strings.FieldsFunc(text, word) {
		if b, err := hex.DecodeString(digits); err == nil && len(b) == 32 {
			list = append(list, strings.ToLower(digits), strings.ToUpper(digits), fmt.Sprintf("%d", b))
		}
	}
	return list
}
