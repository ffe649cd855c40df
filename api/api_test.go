package api_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"seeder/api"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// folder returns a folder whose path leaves room for a socket.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/tmp", "api") //nolint:usetesting // the path of a socket has to be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

func listen(t *testing.T, dir string) *api.Socket {
	t.Helper()
	s, err := api.Listen(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// serve answers in dir until the end of the test.
func serve(t *testing.T, dir string, opts api.Options) *api.Client {
	t.Helper()
	opts.Logger = slog.New(slog.DiscardHandler)
	socket := listen(t, dir)
	server := api.Serve(socket, api.NewHandler(opts), opts.Logger)
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
		if _, err := os.Lstat(socket.Path()); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("the socket is still there after the end (%v)", err)
		}
	})
	return api.NewClient(socket.Path())
}

type hinted struct{}

func (hinted) Error() string { return "the database is gone" }
func (hinted) Hint() string  { return "bring it back" }

func TestRequests(t *testing.T) {
	want := api.Limits{
		Node: api.Holder{Settings: map[string]string{"up": "1 MiB/s"}, Overrides: map[string]string{}, Up: api.Flow{Limit: 1 << 20, Rate: 0.5}},
		Communities: []api.Community{{ID: "02ab", Role: "member", Mode: api.Mode{Serve: true, Reason: "paused"},
			Holder: api.Holder{Settings: map[string]string{}, Overrides: map[string]string{}, Storage: api.Storage{Used: 4096, Cap: 1 << 62}}}},
		Battery: "not available", Metered: "no",
	}
	refreshed := 0
	var fail error
	client := serve(t, folder(t), api.Options{
		Limits:  func(context.Context) (api.Limits, error) { return want, fail },
		Refresh: func(context.Context) error { refreshed++; return fail },
		Metrics: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "up 1\n") }),
	})
	got, err := client.Limits(t.Context())
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("limits: %v (-want +got):\n%s", err, diff)
	}
	if err := client.Refresh(t.Context()); err != nil || refreshed != 1 {
		t.Errorf("refresh: %v, refreshed %d times", err, refreshed)
	}
	if text, err := client.Metrics(t.Context()); err != nil || string(text) != "up 1\n" {
		t.Errorf("metrics: %q (%v)", text, err)
	}
	fail = hinted{}
	_, err = client.Limits(t.Context())
	for _, err := range []error{err, client.Refresh(t.Context())} {
		refusal, ok := errors.AsType[*api.Refusal](err)
		if !ok || refusal.Status != 500 || refusal.Message != "the database is gone" || refusal.Hint() != "bring it back" {
			t.Errorf("a failure came as %#v", err)
		}
	}
}

// What is not asked for as documented is refused.
func TestOtherRequestsAreRefused(t *testing.T) {
	refreshed := false
	handler := api.NewHandler(api.Options{Refresh: func(context.Context) error { refreshed = true; return nil }})
	for request, status := range map[string]int{
		"GET /v1/refresh": 405, "DELETE /v1/limits": 405, "GET /": 404, "GET /v2/limits": 404, "GET /metrics": 404,
	} {
		method, path, _ := strings.Cut(request, " ")
		if got := ask(t, handler, method, path); got != status {
			t.Errorf("%s: status %d, want %d", request, got, status)
		}
	}
	metrics := api.NewMetricsHandler(http.NotFoundHandler())
	for _, path := range []string{"/v1/limits", "/v1/refresh"} {
		if got := ask(t, metrics, "POST", path); got != 404 {
			t.Errorf("%s beside the metrics: status %d, want 404", path, got)
		}
	}
	if refreshed {
		t.Error("a refused request had an effect")
	}
}

func ask(t *testing.T, h http.Handler, method, path string) int {
	t.Helper()
	dir := folder(t)
	socket := listen(t, dir)
	server := api.Serve(socket, h, slog.New(slog.DiscardHandler))
	defer func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	}()
	conn, err := net.Dial("unix", socket.Path())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, method+" "+path+" HTTP/1.0\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(conn)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(answer), " ")
	status := 0
	for _, digit := range rest[:3] {
		status = 10*status + int(digit-'0')
	}
	return status
}

func TestNoDaemon(t *testing.T) {
	dir := folder(t)
	client := api.NewClient(filepath.Join(dir, api.SocketName))
	_, err := client.Limits(t.Context())
	if !errors.Is(err, api.ErrNoDaemon) || !errors.Is(client.Refresh(t.Context()), api.ErrNoDaemon) {
		t.Errorf("without a socket: %v, want ErrNoDaemon", err)
	}
	leave(t, filepath.Join(dir, api.SocketName))
	if _, err := client.Limits(t.Context()); !errors.Is(err, api.ErrNoDaemon) {
		t.Errorf("with the socket of a dead process: %v, want ErrNoDaemon", err)
	}
}

func TestStrangeAnswers(t *testing.T) {
	for name, h := range map[string]http.HandlerFunc{
		"no JSON":      func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>") },
		"another type": func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"node": 7}`) },
		"empty":        func(http.ResponseWriter, *http.Request) {},
	} {
		socket := listen(t, folder(t))
		server := api.Serve(socket, h, slog.New(slog.DiscardHandler))
		if _, err := api.NewClient(socket.Path()).Limits(t.Context()); !errors.Is(err, api.ErrAnswer) {
			t.Errorf("%s: %v, want ErrAnswer", name, err)
		}
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	}
	socket := listen(t, folder(t))
	server := api.Serve(socket, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusTeapot)
		_, _ = io.WriteString(w, strings.Repeat("x", 10_000))
	}), slog.New(slog.DiscardHandler))
	err := api.NewClient(socket.Path()).Refresh(t.Context())
	refusal, ok := errors.AsType[*api.Refusal](err)
	if !ok || refusal.Status != http.StatusTeapot || len(refusal.Message) > 300 {
		t.Errorf("a failure without a reason came as %v", err)
	}
	if err := server.Close(); err != nil {
		t.Error(err)
	}
}

// Requests end with the server, those of peers that say nothing included.
func TestCloseEndsEverything(t *testing.T) {
	socket := listen(t, folder(t))
	entered, release := make(chan struct{}), make(chan struct{})
	server := api.Serve(socket, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		close(entered)
		<-release
	}), slog.New(slog.DiscardHandler))
	var silent []net.Conn
	for range api.MaxConnections - 1 {
		conn, err := net.Dial("unix", socket.Path())
		if err != nil {
			t.Fatal(err)
		}
		silent = append(silent, conn)
	}
	done := make(chan error, 1)
	go func() { done <- api.NewClient(socket.Path()).Refresh(context.Background()) }()
	<-entered
	closed := make(chan error, 1)
	go func() { closed <- server.Close() }()
	close(release)
	if err := <-done; err != nil {
		t.Errorf("the request that was being answered: %v", err)
	}
	for _, conn := range silent {
		_ = conn.Close()
	}
	if err := <-closed; err != nil {
		t.Error(err)
	}
}
