package api

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"seeder/node"
)

// What a server takes from those who connect.
const (
	MaxConnections = 64      // at a time; further ones wait
	MaxHeaderBytes = 16_384  // of a request
	MaxBodyBytes   = 1 << 20 // of a request

	headerTimeout = 5 * time.Second
	bodyTimeout   = 15 * time.Second
	answerTimeout = time.Minute
	idleTimeout   = time.Minute
	closeTimeout  = 5 * time.Second

	// Anybody may connect where metrics are served over TCP, so those who say
	// nothing leave soon, and more have a place.
	maxMetricsConnections = 1024
	metricsHeaderTimeout  = time.Second
	metricsIdleTimeout    = 5 * time.Second
)

// Options are what a node gives its API.
type Options struct {
	// Limits answers GET /v1/limits.
	Limits func(context.Context) (node.Limits, error)
	// Refresh applies what was written to the database; it returns when it is
	// in force.
	Refresh func(context.Context) error
	// Metrics answers GET /metrics; nil for none.
	Metrics http.Handler
	Logger  *slog.Logger
}

// NewHandler returns everything that a node answers on its control socket.
func NewHandler(opts Options) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /v1/limits", opts.answer(func(r *http.Request) (any, error) { return opts.Limits(r.Context()) }))
	mux.Handle("POST /v1/refresh", opts.answer(func(r *http.Request) (any, error) { return nil, opts.Refresh(r.Context()) }))
	if opts.Metrics != nil {
		mux.Handle("GET /metrics", opts.Metrics)
	}
	return bounded(mux)
}

// NewMetricsHandler returns what a node answers to those who may see its
// metrics and nothing else.
func NewMetricsHandler(metrics http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", metrics)
	return bounded(mux)
}

func bounded(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, MaxBodyBytes)
		h.ServeHTTP(w, r)
	})
}

// failure is the body of an answer that says what went wrong.
type failure struct {
	Error string `json:"error"`
	Hint  string `json:"hint,omitempty"`
}

// answer writes what fn returns as JSON, nothing for nil.
func (o *Options) answer(fn func(*http.Request) (any, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		value, err := fn(r)
		status := http.StatusOK
		switch {
		case r.Context().Err() != nil:
			return // nobody listens any more
		case err != nil:
			o.Logger.Warn("request failed", "method", r.Method, "path", r.URL.Path, "error", err)
			status, value = http.StatusInternalServerError, failureOf(err)
		case value == nil:
			w.WriteHeader(http.StatusNoContent)
			return
		}
		body, err := json.Marshal(value)
		if err != nil {
			o.Logger.Error("cannot encode answer", "path", r.URL.Path, "error", err)
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "no-store")
		w.WriteHeader(status)
		_, _ = w.Write(append(body, '\n')) // who asked may have gone
	})
}

func failureOf(err error) failure {
	f := failure{Error: err.Error()}
	if h, ok := errors.AsType[interface {
		error
		Hint() string
	}](err); ok {
		f.Hint = h.Hint()
	}
	return f
}

// Server answers on a listener until it is closed.
type Server struct {
	http *http.Server
	done chan error
}

// Serve starts to answer on l, which it closes in the end.
func Serve(l net.Listener, h http.Handler, logger *slog.Logger) *Server {
	return newServer(h, logger).serve(l, MaxConnections)
}

// ServeMetrics starts to answer who asks for metrics on l, as [Serve] does. Who
// connects and asks nothing is sent away after a second.
func ServeMetrics(l net.Listener, metrics http.Handler, logger *slog.Logger) *Server {
	s := newServer(NewMetricsHandler(metrics), logger)
	s.http.ReadHeaderTimeout, s.http.IdleTimeout = metricsHeaderTimeout, metricsIdleTimeout
	return s.serve(l, maxMetricsConnections)
}

func newServer(h http.Handler, logger *slog.Logger) *Server {
	return &Server{
		http: &http.Server{
			Handler:           h,
			ReadHeaderTimeout: headerTimeout,
			ReadTimeout:       bodyTimeout,
			WriteTimeout:      answerTimeout,
			IdleTimeout:       idleTimeout,
			MaxHeaderBytes:    MaxHeaderBytes,
			ErrorLog:          slog.NewLogLogger(logger.Handler(), slog.LevelDebug),
		},
		done: make(chan error, 1),
	}
}

func (s *Server) serve(l net.Listener, most int) *Server {
	go func() { s.done <- s.http.Serve(atMost(l, most)) }()
	return s
}

// Close lets requests that are being answered end, for a few seconds, and
// returns when nothing is answered any more.
func (s *Server) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()
	err := s.http.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		err = s.http.Close()
	}
	if served := <-s.done; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}

// atMost returns a listener with at most n connections at a time.
func atMost(l net.Listener, n int) net.Listener {
	return &limited{Listener: l, places: make(chan struct{}, n), closed: make(chan struct{})}
}

type limited struct {
	net.Listener
	places chan struct{}
	once   sync.Once
	closed chan struct{}
}

// Accept waits for a place first.
func (l *limited) Accept() (net.Conn, error) {
	select {
	case l.places <- struct{}{}:
	case <-l.closed:
		return nil, net.ErrClosed
	}
	conn, err := l.Listener.Accept()
	if err != nil {
		<-l.places
		return nil, err //nolint:wrapcheck // net/http looks at it
	}
	return &placed{Conn: conn, leave: func() { <-l.places }}, nil
}

// Close implements [net.Listener].
func (l *limited) Close() error {
	l.once.Do(func() { close(l.closed) })
	return l.Listener.Close()
}

type placed struct {
	net.Conn
	once  sync.Once
	leave func()
}

// Close implements [net.Conn].
func (c *placed) Close() error {
	err := c.Conn.Close()
	c.once.Do(c.leave)
	return err
}
