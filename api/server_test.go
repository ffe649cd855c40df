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

	"seeder/api"
	"seeder/internal/leaktest"
)

func TestMain(m *testing.M) {
	api.SetLookTimeout(patience) // where the clock stands nobody looks a second time
	leaktest.Main(m)
}

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
	if !ok || refusal.Problem.Status != http.StatusTeapot || len(refusal.Problem.Detail) > 300 {
		t.Errorf("a failure without a reason came as %v", err)
	}
	if err := server.Close(); err != nil {
		t.Error(err)
	}
}

// Requests end with the server, those of peers that say nothing included.
func TestCloseEndsEverything(t *testing.T) {
	defer api.SetCloseTimeout(patience)()
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
