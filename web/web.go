// Package web is the dashboard: pages that show and set what the HTTP API
// offers. The source is TypeScript in src; what Vite makes of it is in dist,
// which is committed, so that building the program needs no Node. `make web`
// builds it anew, `make check-web` fails when dist is not what src gives.
//
// The pages load nothing from anywhere else: [Policy] forbids it, and there is no
// script and no style outside of files.
package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"time"
)

// dist also has licences.txt, written by `make licences`: those of all that others have
// made and the program contains.
//
//go:embed dist licences.txt
var dist embed.FS

// licences is the file with the licences of others.
const licences = "licences.txt"

// Policy is the Content-Security-Policy of every page and file: everything comes from
// here, nothing stands inline, text never becomes HTML or a script (trusted types), and
// no other page may hold this one in a frame.
const Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"

// file is one that is served.
type file struct {
	body []byte
	kind string // media type
	etag string // quoted
}

// Handler serves the dashboard: index.html at /, and the files it needs. It answers 404
// for what it does not have and 405 for other methods than GET and HEAD. Browsers
// keep the files and ask each time whether they are still good (ETag), since their
// names stay the same from version to version.
func Handler() http.Handler {
	files, err := load(dist)
	if err == nil {
		err = add(files, dist, licences)
	}
	if err != nil {
		// What is embedded was there when the program was built.
		panic(err)
	}
	return handler(files)
}

func load(from fs.FS) (map[string]file, error) {
	files := make(map[string]file)
	err := fs.WalkDir(from, "dist", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		return add(files, from, name)
	})
	return files, err
}

func add(files map[string]file, from fs.FS, name string) error {
	body, err := fs.ReadFile(from, name)
	if err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	sum := sha256.Sum256(body)
	files[strings.TrimPrefix(name, "dist/")] = file{body, kindOf(name), `"` + hex.EncodeToString(sum[:16]) + `"`}
	return nil
}

// kinds are the media types of what Vite writes: what the system of a user knows of
// endings must not matter.
var kinds = map[string]string{
	".html": "text/html; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".css":  "text/css; charset=utf-8",
	".svg":  "image/svg+xml",
	".txt":  "text/plain; charset=utf-8",
}

func kindOf(name string) string {
	if kind := kinds[path.Ext(name)]; kind != "" {
		return kind
	}
	if kind := mime.TypeByExtension(path.Ext(name)); kind != "" {
		return kind
	}
	return "application/octet-stream"
}

func handler(files map[string]file) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", Policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			h.Set("Allow", "GET, HEAD")
			http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
			return
		}
		name := strings.TrimPrefix(r.URL.Path, "/")
		if name == "" {
			name = "index.html"
		}
		f, ok := files[name]
		if !ok {
			http.NotFound(w, r)
			return
		}
		h.Set("Content-Type", f.kind)
		h.Set("ETag", f.etag)
		h.Set("Cache-Control", "no-cache")
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(f.body))
	})
}
