package web

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
)

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   string
}

func get(t *testing.T, h http.Handler, method, path string, header map[string]string) answer {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, path, nil)
	for key, value := range header {
		r.Header.Set(key, value)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return answer{w.Code, w.Header(), w.Body.String()}
}

func TestHandlerServesThePageAndWhatItNames(t *testing.T) {
	h := Handler()
	page := get(t, h, http.MethodGet, "/", nil)
	if page.status != http.StatusOK || page.header.Get("Content-Type") != "text/html; charset=utf-8" {
		t.Fatalf("page: %d, %s", page.status, page.header.Get("Content-Type"))
	}
	named := regexp.MustCompile(`(?:src|href)="([^"]*)"`).FindAllStringSubmatch(page.body, -1)
	kinds := map[string]string{}
	for _, m := range named {
		name, ok := strings.CutPrefix(m[1], "./")
		if !ok {
			t.Errorf("the page names %q, which is not a file beside it", m[1])
			continue
		}
		file := get(t, h, http.MethodGet, "/"+name, nil)
		if file.status != http.StatusOK || file.body == "" {
			t.Errorf("%s: %d, %d bytes", name, file.status, len(file.body))
		}
		kinds[name] = file.header.Get("Content-Type")
	}
	if kinds["app.js"] != "text/javascript; charset=utf-8" || kinds["app.css"] != "text/css; charset=utf-8" {
		t.Errorf("kinds: %v", kinds)
	}
}

func TestPolicyAllowsNothingInlineAndNothingFromElsewhere(t *testing.T) {
	h := Handler()
	for _, path := range []string{"/", "/app.js", "/nothing"} {
		got := get(t, h, http.MethodGet, path, nil)
		policy := got.header.Get("Content-Security-Policy")
		if !strings.HasPrefix(policy, "default-src 'none';") || !strings.Contains(policy, "frame-ancestors 'none'") ||
			!strings.Contains(policy, "trusted-types 'none'") {
			t.Errorf("%s: policy %q", path, policy)
		}
		for _, bad := range []string{"unsafe", "*", "http", "data:", "blob:"} {
			if strings.Contains(policy, bad) {
				t.Errorf("%s: policy allows %s", path, bad)
			}
		}
		if got.header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: types may be guessed", path)
		}
	}
}

// What the policy would block is not in the page in the first place.
func TestPageHasNothingInline(t *testing.T) {
	page := get(t, Handler(), http.MethodGet, "/", nil).body
	for _, bad := range []string{`<script>`, `<style`, ` style=`, ` onload=`, `javascript:`, `//`} {
		if strings.Contains(strings.ReplaceAll(page, "<!doctype", ""), bad) {
			t.Errorf("the page has %q", bad)
		}
	}
}

func TestFilesAreKeptWhileTheyAreTheSame(t *testing.T) {
	h := Handler()
	first := get(t, h, http.MethodGet, "/app.js", nil)
	etag := first.header.Get("ETag")
	if etag == "" || first.header.Get("Cache-Control") != "no-cache" {
		t.Fatalf("etag %q, cache %q", etag, first.header.Get("Cache-Control"))
	}
	same := get(t, h, http.MethodGet, "/app.js", map[string]string{"If-None-Match": etag})
	if same.status != http.StatusNotModified || same.body != "" {
		t.Errorf("the same file: %d, %d bytes", same.status, len(same.body))
	}
	other := get(t, h, http.MethodGet, "/app.js", map[string]string{"If-None-Match": `"of another version"`})
	if other.status != http.StatusOK || other.body != first.body {
		t.Errorf("another version: %d, %d bytes", other.status, len(other.body))
	}
}

func TestEtagFollowsTheContent(t *testing.T) {
	etag := func(body string) string {
		files, err := load(fstest.MapFS{"dist/a.js": {Data: []byte(body)}})
		if err != nil {
			t.Fatal(err)
		}
		return files["a.js"].etag
	}
	one, again, two := etag("a"), etag("a"), etag("b")
	if one != again {
		t.Errorf("one content has the etags %s and %s", one, again)
	}
	if one == two {
		t.Errorf("two contents have the etag %s", one)
	}
}

// What the licences ask for comes with the program.
func TestLicencesAreServed(t *testing.T) {
	got := get(t, Handler(), http.MethodGet, "/licences.txt", nil)
	if got.status != http.StatusOK || got.header.Get("Content-Type") != "text/plain; charset=utf-8" {
		t.Errorf("%d, %s", got.status, got.header.Get("Content-Type"))
	}
	for _, part := range []string{"Go", "preact 1", "github.com/waku-org/go-waku v", "github.com/anacrolix/torrent v", "modernc.org/sqlite v"} {
		if !strings.Contains(got.body, "\n  "+part) {
			t.Errorf("%s is missing", part)
		}
	}
}

func TestHandlerRefusesTheRest(t *testing.T) {
	h := Handler()
	for _, path := range []string{"/nothing", "/dist/app.js", "/../web.go", "/index.html/", "/src/main.tsx"} {
		if got := get(t, h, http.MethodGet, path, nil); got.status != http.StatusNotFound {
			t.Errorf("%s: %d", path, got.status)
		}
	}
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodOptions} {
		got := get(t, h, method, "/", nil)
		if got.status != http.StatusMethodNotAllowed || got.header.Get("Allow") != "GET, HEAD" {
			t.Errorf("%s: %d", method, got.status)
		}
	}
	if got := get(t, h, http.MethodHead, "/", nil); got.status != http.StatusOK || got.body != "" {
		t.Errorf("HEAD: %d, %d bytes", got.status, len(got.body))
	}
}
