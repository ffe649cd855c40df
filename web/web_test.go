package web

import (
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
)

func get(t *testing.T, h http.Handler, method, path string, header map[string]string) (*http.Response, string) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, path, nil)
	for key, value := range header {
		r.Header.Set(key, value)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	answer := w.Result()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	if err := answer.Body.Close(); err != nil {
		t.Fatal(err)
	}
	return answer, string(body)
}

func TestHandlerServesThePageAndWhatItNames(t *testing.T) {
	h := Handler()
	answer, page := get(t, h, http.MethodGet, "/", nil)
	if answer.StatusCode != http.StatusOK || answer.Header.Get("Content-Type") != "text/html; charset=utf-8" {
		t.Fatalf("page: %s, %s", answer.Status, answer.Header.Get("Content-Type"))
	}
	named := regexp.MustCompile(`(?:src|href)="([^"]*)"`).FindAllStringSubmatch(page, -1)
	kinds := map[string]string{}
	for _, m := range named {
		name, ok := strings.CutPrefix(m[1], "./")
		if !ok {
			t.Errorf("the page names %q, which is not a file beside it", m[1])
			continue
		}
		answer, body := get(t, h, http.MethodGet, "/"+name, nil)
		if answer.StatusCode != http.StatusOK || body == "" {
			t.Errorf("%s: %s, %d bytes", name, answer.Status, len(body))
		}
		kinds[name] = answer.Header.Get("Content-Type")
	}
	if kinds["app.js"] != "text/javascript; charset=utf-8" || kinds["app.css"] != "text/css; charset=utf-8" {
		t.Errorf("kinds: %v", kinds)
	}
}

func TestPolicyAllowsNothingInlineAndNothingFromElsewhere(t *testing.T) {
	h := Handler()
	for _, path := range []string{"/", "/app.js", "/nothing"} {
		answer, _ := get(t, h, http.MethodGet, path, nil)
		policy := answer.Header.Get("Content-Security-Policy")
		if !strings.HasPrefix(policy, "default-src 'none';") || !strings.Contains(policy, "frame-ancestors 'none'") ||
			!strings.Contains(policy, "trusted-types 'none'") {
			t.Errorf("%s: policy %q", path, policy)
		}
		for _, bad := range []string{"unsafe", "*", "http", "data:", "blob:"} {
			if strings.Contains(policy, bad) {
				t.Errorf("%s: policy allows %s", path, bad)
			}
		}
		if answer.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: types may be guessed", path)
		}
	}
}

// What the policy would block is not in the page in the first place.
func TestPageHasNothingInline(t *testing.T) {
	_, page := get(t, Handler(), http.MethodGet, "/", nil)
	for _, bad := range []string{`<script>`, `<style`, ` style=`, ` onload=`, `javascript:`, `//`} {
		if strings.Contains(strings.ReplaceAll(page, "<!doctype", ""), bad) {
			t.Errorf("the page has %q", bad)
		}
	}
}

func TestFilesAreKeptWhileTheyAreTheSame(t *testing.T) {
	h := Handler()
	answer, _ := get(t, h, http.MethodGet, "/app.js", nil)
	etag := answer.Header.Get("ETag")
	if etag == "" || answer.Header.Get("Cache-Control") != "no-cache" {
		t.Fatalf("etag %q, cache %q", etag, answer.Header.Get("Cache-Control"))
	}
	answer, body := get(t, h, http.MethodGet, "/app.js", map[string]string{"If-None-Match": etag})
	if answer.StatusCode != http.StatusNotModified || body != "" {
		t.Errorf("the same file: %s, %d bytes", answer.Status, len(body))
	}
	answer, body = get(t, h, http.MethodGet, "/app.js", map[string]string{"If-None-Match": `"of another version"`})
	if answer.StatusCode != http.StatusOK || body == "" {
		t.Errorf("another version: %s, %d bytes", answer.Status, len(body))
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
	if etag("a") != etag("a") || etag("a") == etag("b") {
		t.Error("two contents have one etag, or one content two")
	}
}

func TestHandlerRefusesTheRest(t *testing.T) {
	h := Handler()
	for _, path := range []string{"/nothing", "/dist/app.js", "/../web.go", "/index.html/", "/src/main.tsx"} {
		if answer, _ := get(t, h, http.MethodGet, path, nil); answer.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %s", path, answer.Status)
		}
	}
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodOptions} {
		answer, _ := get(t, h, method, "/", nil)
		if answer.StatusCode != http.StatusMethodNotAllowed || answer.Header.Get("Allow") != "GET, HEAD" {
			t.Errorf("%s: %s", method, answer.Status)
		}
	}
	if answer, body := get(t, h, http.MethodHead, "/", nil); answer.StatusCode != http.StatusOK || body != "" {
		t.Errorf("HEAD: %s, %d bytes", answer.Status, len(body))
	}
}
