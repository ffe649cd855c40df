package api_test

import (
	"crypto/rand"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"seeder/api"
	"seeder/node"
)

// page stands for the dashboard.
var page = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "dashboard") })

// secrets are all that nobody may get who is refused.
func leaks(body string) bool {
	return strings.Contains(body, "communities") || strings.Contains(body, "Harbour")
}

// A page of another origin, a wrong Host and a missing token get nothing.
func TestWhoGetsNothing(t *testing.T) {
	w := open(t)
	if _, err := w.client.Create(t.Context(), "Harbour"); err != nil {
		t.Fatal(err)
	}
	address := w.public(t, api.PublicOptions{Web: page, Hosts: []string{"seeder.example.org"}})
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	with := func(more ...string) map[string]string {
		h := bearer(w.token)
		for i := 0; i < len(more); i += 2 {
			h[more[i]] = more[i+1]
		}
		return h
	}
	for name, tt := range map[string]struct {
		request
		status int
		code   node.Code
	}{
		"token":              {request{path: "/v1/status", header: with()}, 200, ""},
		"metrics":            {request{path: "/metrics", header: with()}, 200, ""},
		"token, small":       {request{path: "/v1/status", header: map[string]string{"Authorization": "bearer " + w.token}}, 200, ""},
		"token, large":       {request{path: "/v1/status", header: map[string]string{"Authorization": "BEARER   " + w.token}}, 200, ""},
		"token as a name":    {request{path: "/v1/status", header: map[string]string{"Authorization": "Basic " + w.token}}, 401, api.CodeUnauthorized},
		"token alone":        {request{path: "/v1/status", header: map[string]string{"Authorization": w.token}}, 401, api.CodeUnauthorized},
		"no token":           {request{path: "/v1/status"}, 401, api.CodeUnauthorized},
		"no token, metrics":  {request{path: "/metrics"}, 401, api.CodeUnauthorized},
		"no token, document": {request{path: "/openapi.json"}, 401, api.CodeUnauthorized},
		"no token, no path":  {request{path: "/v1/nothing"}, 401, api.CodeUnauthorized},
		"wrong token":        {request{path: "/v1/status", header: bearer(w.token + "x")}, 401, api.CodeUnauthorized},
		"empty token":        {request{path: "/v1/status", header: bearer("")}, 401, api.CodeUnauthorized},
		"token in the query": {request{path: "/v1/status?token=" + w.token}, 401, api.CodeUnauthorized},
		"alive":              {request{path: "/healthz"}, 200, ""},
		"dashboard":          {request{path: "/"}, 200, ""},

		"by name":            {request{path: "/v1/status", host: "localhost:" + port, header: with()}, 200, ""},
		"by another name":    {request{path: "/v1/status", host: "node.localhost", header: with()}, 200, ""},
		"by address":         {request{path: "/v1/status", host: "[::1]:" + port, header: with()}, 200, ""},
		"by a given name":    {request{path: "/v1/status", host: "Seeder.example.org.", header: with()}, 200, ""},
		"rebinding":          {request{path: "/v1/status", host: "evil.example.org:" + port, header: with()}, 403, api.CodeForbidden},
		"rebinding, page":    {request{path: "/", host: "evil.example.org"}, 403, api.CodeForbidden},
		"rebinding, alive":   {request{path: "/healthz", host: "evil.example.org"}, 403, api.CodeForbidden},
		"rebinding, log-in":  {request{method: "POST", path: "/session", host: "evil.example.org", body: `{"token": "` + w.token + `"}`}, 403, api.CodeForbidden},
		"address of another": {request{path: "/v1/status", host: "192.0.2.7", header: with()}, 403, api.CodeForbidden},
		"localhost.evil":     {request{path: "/v1/status", host: "localhost.evil.org", header: with()}, 403, api.CodeForbidden},

		"own origin":       {request{path: "/v1/status", header: with("Origin", "http://"+address, "Sec-Fetch-Site", "same-origin")}, 200, ""},
		"typed":            {request{path: "/v1/status", header: with("Sec-Fetch-Site", "none")}, 200, ""},
		"other origin":     {request{path: "/v1/status", header: with("Origin", "http://evil.example.org")}, 403, api.CodeForbidden},
		"other port":       {request{path: "/v1/status", header: with("Origin", "http://127.0.0.1:1")}, 403, api.CodeForbidden},
		"other scheme":     {request{path: "/v1/status", header: with("Origin", "https://"+address)}, 403, api.CodeForbidden},
		"no origin":        {request{path: "/v1/status", header: with("Origin", "null")}, 403, api.CodeForbidden},
		"cross site":       {request{path: "/v1/status", header: with("Sec-Fetch-Site", "cross-site")}, 403, api.CodeForbidden},
		"same site":        {request{path: "/v1/status", header: with("Sec-Fetch-Site", "same-site")}, 403, api.CodeForbidden},
		"link to the API":  {request{path: "/v1/status", header: with("Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document")}, 403, api.CodeForbidden},
		"link to the page": {request{path: "/", header: with("Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document")}, 200, ""},
		"page in a frame":  {request{path: "/", header: with("Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "iframe")}, 403, api.CodeForbidden},
		"script elsewhere": {request{path: "/app.js", header: with("Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "no-cors", "Sec-Fetch-Dest", "script")}, 403, api.CodeForbidden},
		"log-in elsewhere": {request{method: "POST", path: "/session", header: map[string]string{"Origin": "http://evil.example.org"}, body: `{"token": "` + w.token + `"}`}, 403, api.CodeForbidden},
		"asked whether":    {request{method: "OPTIONS", path: "/v1/status", header: map[string]string{"Origin": "http://evil.example.org", "Access-Control-Request-Method": "GET"}}, 403, api.CodeForbidden},
	} {
		got := ask(t, address, tt.request)
		if got.status != tt.status || got.problem.Code != tt.code {
			t.Errorf("%s: %d %s, want %d %s", name, got.status, got.body, tt.status, tt.code)
		}
		if tt.status >= 400 && leaks(got.body) {
			t.Errorf("%s: what is refused tells %s", name, got.body)
		}
		for header := range got.header {
			if strings.HasPrefix(header, "Access-Control-") {
				t.Errorf("%s: %s lets other origins in", name, header)
			}
		}
		if got.header.Get("X-Content-Type-Options") != "nosniff" || got.header.Get("X-Frame-Options") != "DENY" {
			t.Errorf("%s: headers that keep browsers strict are missing: %v", name, got.header)
		}
	}
}

// cookieOf returns the cookie that an answer sets.
func cookieOf(t *testing.T, r reply) *http.Cookie {
	t.Helper()
	list := (&http.Response{Header: r.header}).Cookies()
	if len(list) != 1 {
		t.Fatalf("%d cookies in %v", len(list), r.header)
	}
	return list[0]
}

// browser is who has a session.
type browser struct {
	cookie *http.Cookie
	csrf   string
}

// header is what its page sends.
func (b browser) header() map[string]string {
	return map[string]string{"Cookie": b.cookie.Name + "=" + b.cookie.Value, api.HeaderCSRF: b.csrf}
}

func logIn(t *testing.T, address, token string) browser {
	t.Helper()
	got := ask(t, address, request{method: "POST", path: "/session", body: `{"token": "` + token + `"}`})
	var said api.SessionBegun
	if err := json.Unmarshal([]byte(got.body), &said); err != nil || got.status != http.StatusOK || said.CSRF == "" {
		t.Fatalf("log-in: %d %s", got.status, got.body)
	}
	return browser{cookieOf(t, got), said.CSRF}
}

// isIn asks whether there is a session.
func isIn(t *testing.T, address string, header map[string]string) bool {
	t.Helper()
	got := ask(t, address, request{path: "/session", header: header})
	var said api.SessionState
	if err := json.Unmarshal([]byte(got.body), &said); err != nil || got.status != http.StatusOK || strings.Contains(got.body, "csrf") {
		t.Fatalf("session: %d %s", got.status, got.body)
	}
	return said.Authenticated
}

func TestSessions(t *testing.T) {
	w := open(t)
	if _, err := w.client.Create(t.Context(), "Harbour"); err != nil {
		t.Fatal(err)
	}
	address := w.public(t, api.PublicOptions{})
	if isIn(t, address, nil) {
		t.Error("a session of nobody")
	}
	b := logIn(t, address, w.token)
	c := b.cookie
	if !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Path != "/" || c.Secure || c.MaxAge != int(api.SessionTime.Seconds()) || !strings.HasPrefix(c.Name, api.CookieName) {
		t.Errorf("the cookie is %+v", c)
	}
	ways := []request{
		{path: "/v1/status"},
		{method: "PATCH", path: "/v1/communities/Harbour", body: `{"name": "Harbour"}`},
	}
	// tell asks in a way with what b has and header besides; an empty value is not sent.
	tell := func(r request, header map[string]string) int {
		r.header = b.header()
		for k, v := range header {
			r.header[k] = v
		}
		return ask(t, address, r).status
	}
	for name, tt := range map[string]struct {
		header map[string]string
		in     bool
	}{
		"cookie and CSRF token": {map[string]string{}, true},
		"the cookie alone":      {map[string]string{api.HeaderCSRF: ""}, false},
		"a wrong CSRF token":    {map[string]string{api.HeaderCSRF: b.csrf + "x"}, false},
		"the CSRF token alone":  {map[string]string{"Cookie": ""}, false},
		"a wrong cookie":        {map[string]string{"Cookie": c.Name + "=" + c.Value + "x"}, false},
		"a wrong bearer":        {map[string]string{"Authorization": "Bearer x"}, false},
	} {
		for _, r := range ways {
			if got := tell(r, tt.header); (got < 300) != tt.in || !tt.in && got != 401 {
				t.Errorf("%s: %s %d", name, r.path, got)
			}
		}
		header := b.header()
		for k, v := range tt.header {
			header[k] = v
		}
		if isIn(t, address, header) != tt.in {
			t.Errorf("%s: a session is %v", name, !tt.in)
		}
	}
	// It lasts as long as it is used.
	for range 3 {
		w.clock.Advance(api.SessionTime - time.Hour)
		if !isIn(t, address, b.header()) {
			t.Fatal("ended while it was used")
		}
	}
	other := logIn(t, address, w.token)
	// Who has the cookie alone cannot end it either.
	ask(t, address, request{method: "DELETE", path: "/session", header: map[string]string{"Cookie": c.Name + "=" + c.Value}})
	if !isIn(t, address, b.header()) {
		t.Error("ended by who has the cookie alone")
	}
	if got := ask(t, address, request{method: "DELETE", path: "/session", header: b.header()}); got.status != 204 || cookieOf(t, got).MaxAge >= 0 {
		t.Errorf("log-out: %d %v", got.status, got.header)
	}
	if got := tell(ways[1], nil); got != 401 {
		t.Errorf("after the log-out: %d", got)
	}
	b = other
	w.clock.Advance(api.SessionTime + time.Second)
	if got := tell(ways[0], nil); got != 401 {
		t.Errorf("after a month: %d", got)
	}
}

func TestSessionsAreFew(t *testing.T) {
	w := open(t)
	address := w.public(t, api.PublicOptions{})
	first := logIn(t, address, w.token)
	w.clock.Advance(time.Second)
	second := logIn(t, address, w.token)
	for range api.MaxSessions - 1 {
		w.clock.Advance(time.Second)
		logIn(t, address, w.token)
	}
	for name, tt := range map[string]struct {
		who    browser
		status int
	}{"first": {first, 401}, "second": {second, 200}} {
		if got := ask(t, address, request{path: "/v1/log-level", header: tt.who.header()}); got.status != tt.status {
			t.Errorf("the %s of %d sessions: %d", name, api.MaxSessions+1, got.status)
		}
	}
}

// Browsers stay logged in when the node starts again, and nothing in the file helps
// who reads it.
func TestSessionsOutliveARestart(t *testing.T) {
	w := open(t)
	path := filepath.Join(w.dir, api.SessionsName)
	again := func() string {
		w.api = api.New(api.Options{Node: w.node, Live: w.live, Token: api.OpenToken(filepath.Join(w.dir, api.TokenName)),
			Sessions: path, Clock: w.clock, Logger: slog.New(slog.DiscardHandler)})
		return w.public(t, api.PublicOptions{})
	}
	address := again()
	c, ended := logIn(t, address, w.token), logIn(t, address, w.token)
	ask(t, address, request{method: "DELETE", path: "/session", header: ended.header()})
	text, err := os.ReadFile(path)
	if err != nil || strings.Contains(string(text), c.cookie.Value) || strings.Contains(string(text), c.csrf) || strings.Contains(string(text), w.token) {
		t.Errorf("the file has %s (%v)", text, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v (%v)", info.Mode(), err)
	}
	address = again()
	c.cookie.Name, ended.cookie.Name = cookieName(address), cookieName(address)
	if !isIn(t, address, c.header()) {
		t.Error("logged out by a restart")
	}
	if got := ask(t, address, request{path: "/v1/log-level", header: ended.header()}); got.status != 401 {
		t.Errorf("a session that was ended: %d", got.status)
	}
	if err := os.WriteFile(path, []byte("damaged"), 0o600); err != nil {
		t.Fatal(err)
	}
	address = again()
	c.cookie.Name = cookieName(address)
	if got := ask(t, address, request{path: "/v1/log-level", header: c.header()}); got.status != 401 {
		t.Errorf("with a damaged file: %d", got.status)
	}
	logIn(t, address, w.token)
}

// cookieName is the name of the cookie at an address.
func cookieName(address string) string {
	_, port, _ := net.SplitHostPort(address)
	return api.CookieName + "_" + port
}

// Another token holds at once, and ends what began with the one before.
func TestRotation(t *testing.T) {
	w := open(t)
	address := w.public(t, api.PublicOptions{})
	c := logIn(t, address, w.token)
	path := filepath.Join(w.dir, api.TokenName)
	token, err := api.WriteToken(path, rand.Reader)
	if err != nil || token == w.token {
		t.Fatalf("rotate: %q (%v)", token, err)
	}
	for name, tt := range map[string]struct {
		header map[string]string
		status int
	}{
		"old token": {bearer(w.token), 401}, "new token": {bearer(token), 200}, "old session": {c.header(), 401},
	} {
		if got := ask(t, address, request{path: "/v1/log-level", header: tt.header}); got.status != tt.status {
			t.Errorf("%s: %d, want %d", name, got.status, tt.status)
		}
	}
	// A file that could not be read is read again, though nothing of it may seem to change.
	for _, tt := range []struct {
		text   string
		status int
	}{{token[:20], 503}, {token, 200}} {
		if err := os.WriteFile(path, []byte(tt.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, start, start); err != nil {
			t.Fatal(err)
		}
		if got := ask(t, address, request{path: "/v1/log-level", header: bearer(token)}); got.status != tt.status {
			t.Errorf("with the file %q: %d, want %d", tt.text, got.status, tt.status)
		}
	}
	// A file that anybody reads is worth nothing; nor is none.
	if err := os.Chmod(path, 0o644); err != nil { //nolint:gosec // the point of it
		t.Fatal(err)
	}
	if got := ask(t, address, request{path: "/v1/log-level", header: bearer(token)}); got.status != 503 {
		t.Errorf("with a token that anybody reads: %d", got.status)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	for _, header := range []map[string]string{bearer(token), bearer(""), {}} {
		if got := ask(t, address, request{path: "/v1/log-level", header: header}); got.status != 503 {
			t.Errorf("without a token: %d", got.status)
		}
	}
}

func TestTokenFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "api.token")
	token, err := api.EnsureToken(path, rand.Reader)
	if err != nil || len(token) != 43 {
		t.Fatalf("%q (%v)", token, err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v (%v)", info.Mode(), err)
	}
	if again, err := api.EnsureToken(path, rand.Reader); err != nil || again != token {
		t.Errorf("a second start: %q (%v)", again, err)
	}
	for _, text := range []string{"", "short", strings.Repeat("=", 43), token + token} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := api.EnsureToken(path, rand.Reader); err == nil {
			t.Errorf("%q is taken for a token: %q", text, got)
		}
	}
}

// Wrong tokens are tried a few times a minute; the right one is always taken.
func TestWrongTokensAreFew(t *testing.T) {
	w := open(t)
	address := w.public(t, api.PublicOptions{})
	try := func(token string) reply {
		return ask(t, address, request{method: "POST", path: "/session", body: `{"token": "` + token + `"}`})
	}
	for range 3 * api.MaxAttempts {
		logIn(t, address, w.token)
	}
	for range api.MaxAttempts {
		if got := try("wrong"); got.status != 401 {
			t.Fatalf("wrong: %d %s", got.status, got.body)
		}
	}
	got := try("wrong")
	wait, err := strconv.Atoi(got.header.Get("Retry-After"))
	if got.status != 429 || got.problem.Code != api.CodeTooMany || err != nil || wait < 1 || wait > 60 {
		t.Errorf("too many: %d %v %s", got.status, got.header, got.body)
	}
	// Who knows the token gets in, whatever others try, and with it its key.
	session := logIn(t, address, w.token)
	if _, err := w.client.Create(t.Context(), "Harbour"); err != nil {
		t.Fatal(err)
	}
	for token, status := range map[string]int{"wrong": 429, w.token: 200} {
		got := ask(t, address, request{method: "POST", path: "/v1/communities/Harbour/key-backup", body: `{"token": "` + token + `"}`, header: session.header()})
		if got.status != status {
			t.Errorf("the key with the token %q: %d %s", token, got.status, got.body)
		}
	}
	// Programs that know the token go on; those that guess do not.
	if got := ask(t, address, request{path: "/v1/log-level", header: bearer(w.token)}); got.status != 200 {
		t.Errorf("with the token: %d", got.status)
	}
	for n := range api.MaxAttempts + 1 {
		want := map[bool]int{false: 401, true: 429}[n == api.MaxAttempts]
		if got := ask(t, address, request{path: "/v1/log-level", header: bearer("wrong")}); got.status != want {
			t.Errorf("guessing, time %d: %d", n+1, got.status)
		}
	}
	w.clock.Advance(13 * time.Second)
	if got := try("wrong"); got.status != 401 {
		t.Errorf("after a while: %d", got.status)
	}
	w.clock.Advance(time.Minute)
	logIn(t, address, w.token)
}

// A program that goes on with an old token keeps nobody who logs in from it.
func TestAProgramWithAnOldTokenLocksNobodyOut(t *testing.T) {
	w := open(t)
	address := w.public(t, api.PublicOptions{})
	old := request{path: "/metrics", header: bearer("old")}
	for range 2 * api.MaxAttempts {
		ask(t, address, old)
	}
	if got := ask(t, address, old); got.status != 429 {
		t.Errorf("the program: %d", got.status)
	}
	logIn(t, address, w.token)
}
