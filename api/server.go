package api

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"
)

// What a server takes from those who connect.
const (
	MaxConnections       = 64      // at a time; further ones wait
	MaxPublicConnections = 256     // over TCP, where a browser keeps several; see ServePublic
	MaxHeaderBytes       = 16_384  // of a request
	MaxBodyBytes         = 1 << 20 // of a request

	answerTimeout = time.Minute
	idleTimeout   = time.Minute

	// Anybody may connect where metrics are served over TCP, so those who say
	// nothing leave soon, and more have a place.
	maxMetricsConnections = 1024
	metricsIdleTimeout    = 5 * time.Second
)

// Tests change these.
var (
	// headerTimeout is how long the header of a request may take to arrive,
	// metricsHeaderTimeout that of one for metrics, and bodyTimeout all of a request.
	headerTimeout        = 5 * time.Second
	metricsHeaderTimeout = time.Second
	bodyTimeout          = 15 * time.Second
	// closeTimeout is how long a server that is closed waits for what it answers.
	closeTimeout = 5 * time.Second
)

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

// Server answers on a listener until it is closed.
type Server struct {
	http *http.Server
	done chan error
	// crowd is who is connected where anybody may connect; else nil.
	crowd *crowd
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

// ServePublic starts to answer at an address that others can reach, as [Serve]
// does; l may be one of [TLS]. When all places are taken, whoever asks nothing that
// only those with the token may ask makes room.
func ServePublic(l net.Listener, h http.Handler, logger *slog.Logger) *Server {
	s := newServer(h, logger)
	s.crowd = newCrowd(MaxPublicConnections)
	s.http.ConnContext = func(ctx context.Context, conn net.Conn) context.Context {
		return context.WithValue(ctx, guestKey{}, guestOf(conn))
	}
	return s.serve(l, MaxPublicConnections)
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
	places := func(l net.Listener) net.Listener {
		if s.crowd != nil {
			return &crowded{Listener: l, crowd: s.crowd}
		}
		return atMost(l, most)
	}
	if t, ok := l.(*tlsListener); ok {
		l = tls.NewListener(places(t.Listener), t.config)
	} else {
		l = places(l)
	}
	go func() { s.done <- s.http.Serve(l) }()
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

// CloseWrite says that nothing more is sent, so that who is still sending reads why
// before the connection is reset; net/http looks for it.
func (c *placed) CloseWrite() error { return closeWrite(c.Conn) }

func closeWrite(conn net.Conn) error {
	half, ok := conn.(interface{ CloseWrite() error })
	if !ok {
		return nil
	}
	return half.CloseWrite()
}
