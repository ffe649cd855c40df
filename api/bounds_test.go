package api_test

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"database/sql"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"seeder/api"
	"seeder/internal/certtest"
	"seeder/internal/syncbuf"
	"seeder/node"
)

// Requests that are too large are refused, whoever sends them.
func TestTooLarge(t *testing.T) {
	w := open(t)
	address := w.public(t, api.PublicOptions{})
	// One byte too many, so that all of it is read and no connection is reset.
	tooLarge := func(most int, before, after string) string {
		return before + strings.Repeat("x", most+1-len(before)-len(after)) + after
	}
	huge := tooLarge(api.MaxBodyBytes, `{"values": {"up": "`, `"}}`)
	if got := ask(t, address, request{method: "POST", path: "/v1/limits/check", body: huge, header: bearer(w.token)}); got.status != 413 || got.problem.Code != api.CodeTooLarge {
		t.Errorf("a body: %d %s", got.status, got.body)
	}
	// Whom nobody knows yet gets less of the memory.
	if got := ask(t, address, request{method: "POST", path: "/session", body: tooLarge(4096, `{"token": "`, `"}`)}); got.status != 413 {
		t.Errorf("a log-in: %d %s", got.status, got.body)
	}
	header := bearer(w.token)
	header["X-Long"] = strings.Repeat("x", 2*api.MaxHeaderBytes)
	if got := ask(t, address, request{path: "/v1/log-level", header: header}); got.status != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("a header: %d", got.status)
	}
}

// A request without the body that it might have is worked on as long as others.
func TestHeldDatabaseWithoutABody(t *testing.T) {
	w := open(t)
	if _, err := w.client.Create(t.Context(), "Harbour"); err != nil {
		t.Fatal(err)
	}
	defer api.SetWorkTimeout(time.Second)()
	defer api.SetBodyTimeout(100 * time.Millisecond)()
	w.api = api.New(api.Options{
		Node: w.node, Token: api.OpenToken(filepath.Join(w.dir, api.TokenName)), Clock: w.clock, Logger: slog.New(slog.DiscardHandler),
	})
	address := w.public(t, api.PublicOptions{})
	w.db.hangs.Store(true)
	got := ask(t, address, request{method: "POST", path: "/v1/communities/Harbour/replay", header: bearer(w.token)})
	if got.status != http.StatusServiceUnavailable || got.problem.Code != node.Unavailable {
		t.Errorf("%d %s", got.status, got.body)
	}
}

// A handler that panics ends its request, and says so in the log.
func TestAPanicIsLogged(t *testing.T) {
	w := open(t)
	var log syncbuf.Buffer
	w.api = api.New(api.Options{
		Node: w.node, Live: w.live, Token: api.OpenToken(filepath.Join(w.dir, api.TokenName)), Clock: w.clock,
		Logger:  slog.New(slog.NewTextHandler(&log, nil)),
		Metrics: http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("out of cheese") }),
	})
	address := w.public(t, api.PublicOptions{})
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+address+"/metrics", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+w.token)
	client := http.Client{Timeout: patience, Transport: &http.Transport{DisableKeepAlives: true}}
	if answer, err := client.Do(req); err == nil {
		answer.Body.Close()
		t.Errorf("an answer came: %s", answer.Status)
	}
	if text := log.String(); !strings.Contains(text, "out of cheese") || !strings.Contains(text, "bounds_test.go") {
		t.Errorf("the log has %q", text)
	}
	if got := ask(t, address, request{path: "/v1/log-level", header: bearer(w.token)}); got.status != http.StatusOK {
		t.Errorf("afterwards: %d %s", got.status, got.body)
	}
}

// Who sends a request slowly is sent away.
func TestSlowClients(t *testing.T) {
	t.Parallel()
	w := open(t)
	address := w.public(t, api.PublicOptions{})
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, "GET /healthz HTTP/1.1\r\nHost: local"); err != nil {
		t.Fatal(err)
	}
	if err := conn.SetReadDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	if _, err := bufio.NewReader(conn).ReadByte(); err != io.EOF {
		t.Errorf("the connection ends with %v", err)
	}
}

// Another program holds the database: who changes something is told in time, and no
// key is left of a community that could not be stored.
func TestHeldDatabase(t *testing.T) {
	w := open(t)
	defer api.SetWorkTimeout(300 * time.Millisecond)()
	other, err := sql.Open("sqlite", filepath.Join(w.dir, "seeder.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	other.SetMaxOpenConns(1)
	if _, err := other.ExecContext(t.Context(), "BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	address := w.public(t, api.PublicOptions{})
	create := request{method: "POST", path: "/v1/communities", body: `{"role": "owner", "name": "Harbour"}`, header: bearer(w.token)}
	for _, r := range []request{create, {method: "PATCH", path: "/v1/limits", body: `{"up": "1MiB/s"}`, header: bearer(w.token)}} {
		if got := ask(t, address, r); got.status != http.StatusServiceUnavailable || got.problem.Code != node.Unavailable || got.problem.Hint == "" {
			t.Errorf("%s: %d %s", r.path, got.status, got.body)
		}
	}
	if _, err := other.ExecContext(t.Context(), "ROLLBACK"); err != nil {
		t.Fatal(err)
	}
	api.SetWorkTimeout(patience)
	if got := ask(t, address, create); got.status != http.StatusCreated {
		t.Errorf("afterwards: %d %s", got.status, got.body)
	}
}

// Who connects without the token and stays, asking nothing, asking what everybody may
// or not to the end, keeps nobody out; who listens with it stays.
func TestCrowd(t *testing.T) {
	// Nobody is sent away for being slow: who comes would wait in vain for that.
	defer api.SetHeaderTimeout(time.Hour)()
	defer api.SetBodyTimeout(time.Hour)()
	for name, first := range map[string]string{
		"silent": "",
		"idle":   "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n",
		"wrong":  "GET /v1/status HTTP/1.1\r\nHost: localhost\r\n\r\n",
		"slow":   "POST /session HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{",
	} {
		t.Run(name, func(t *testing.T) {
			w := open(t)
			address := w.public(t, api.PublicOptions{})
			listens := listenTo(t, address, "/v1/events", bearer(w.token))
			for range api.MaxPublicConnections + 10 {
				conn, err := net.DialTimeout("tcp", address, patience)
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { _ = conn.Close() })
				if _, err := io.WriteString(conn, first); err != nil {
					t.Fatal(err)
				}
			}
			if got := ask(t, address, request{path: "/v1/log-level", header: bearer(w.token)}); got.status != http.StatusOK {
				t.Errorf("%d %s", got.status, got.body)
			}
			publish(w, "here")
			if _, ok := listens.next("activity"); !ok {
				t.Error("the one who listens was sent away")
			}
		})
	}
}

// certificate writes a certificate of seeder.example.org into two files, and returns the
// pool that trusts it alone.
func certificate(t *testing.T, dir string) (certFile, keyFile string, pool *x509.CertPool) {
	t.Helper()
	certFile, keyFile = certtest.Write(t, dir, time.Now().Add(time.Hour))
	cert, err := os.ReadFile(certFile)
	if err != nil {
		t.Fatal(err)
	}
	pool = x509.NewCertPool()
	pool.AppendCertsFromPEM(cert)
	return certFile, keyFile, pool
}

// A renewed certificate is used without a restart, and cookies are for TLS alone.
func TestTLS(t *testing.T) {
	w := open(t)
	certFile, keyFile, pool := certificate(t, w.dir)
	plain, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	quiet := slog.New(slog.DiscardHandler)
	var log bytes.Buffer // read by nobody while a connection is made
	l, err := api.TLS(plain, certFile, keyFile, slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	handler := w.api.Public(api.PublicOptions{Address: plain.Addr().String(), Hosts: []string{"seeder.example.org"}})
	server := api.ServePublic(l, handler, quiet)
	defer server.Close()
	// get returns the cookie of a log-in.
	get := func(pool *x509.CertPool) (cookie *http.Cookie, err error) {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://"+plain.Addr().String()+"/session", strings.NewReader(`{"token": "`+w.token+`"}`))
		if err != nil {
			t.Fatal(err)
		}
		req.Host = "seeder.example.org"
		req.Header.Set("Origin", "https://seeder.example.org")
		client := http.Client{Timeout: patience, Transport: &http.Transport{
			DisableKeepAlives: true, ForceAttemptHTTP2: true, TLSClientConfig: &tls.Config{RootCAs: pool, ServerName: "seeder.example.org"},
		}}
		answer, err := client.Do(req)
		if err != nil {
			return nil, err
		}
		defer answer.Body.Close()
		if answer.StatusCode != http.StatusOK || answer.ProtoMajor != 2 || len(answer.Cookies()) != 1 {
			t.Fatalf("%s %s %v", answer.Proto, answer.Status, answer.Header)
		}
		return answer.Cookies()[0], nil
	}
	if cookie, err := get(pool); err != nil || !cookie.Secure {
		t.Fatalf("%+v (%v)", cookie, err)
	}
	_, _, renewed := certificate(t, w.dir)
	later := time.Now().Add(time.Minute)
	for _, path := range []string{certFile, keyFile} {
		if err := os.Chtimes(path, later, later); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := get(renewed); err != nil {
		t.Errorf("renewed: %v", err)
	}
	// Half of a certificate changes nothing, and is told once.
	whole, err := os.ReadFile(certFile)
	if err != nil {
		t.Fatal(err)
	}
	for n, text := range []string{"half", string(whole), "half"} {
		if err := os.WriteFile(certFile, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(certFile, later, later.Add(time.Duration(n+1)*time.Second)); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if _, err := get(renewed); err != nil {
				t.Errorf("while it is written: %v", err)
			}
		}
		if got, want := strings.Count(log.String(), "level=WARN"), (n+2)/2; got != want {
			t.Errorf("after write %d: %d warnings, want %d: %s", n, got, want, &log)
		}
	}
	if _, err := api.TLS(plain, certFile, keyFile, quiet); err == nil {
		t.Error("a start takes what is no certificate")
	}
}
