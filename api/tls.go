package api

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"net"
	"os"
	"sync"
	"time"
)

// TLS returns a listener on l that speaks TLS with the certificate of two PEM
// files. They are read again when they have changed, as they do when a certificate
// is renewed; while they cannot be read, the one before goes on, and the log says why.
func TLS(l net.Listener, certFile, keyFile string, logger *slog.Logger) (net.Listener, error) {
	c := &certificate{certFile: certFile, keyFile: keyFile, logger: logger}
	if err := c.load(); err != nil {
		return nil, err
	}
	return &tlsListener{Listener: l, config: &tls.Config{
		MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"},
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return c.now(), nil },
	}}, nil
}

// tlsListener wraps connections after all else has, so that net/http sees TLS.
type tlsListener struct {
	net.Listener
	config *tls.Config
}

type certificate struct {
	certFile, keyFile string
	logger            *slog.Logger

	mu      sync.Mutex
	loaded  *tls.Certificate
	changed [2]time.Time // of both files, when they were loaded
	// failed says what was wrong at the last look; empty for nothing.
	failed string
}

// load reads both files.
func (c *certificate) load() error {
	changed := c.times()
	loaded, err := tls.LoadX509KeyPair(c.certFile, c.keyFile)
	if err != nil {
		return fmt.Errorf("read certificate %s: %w", c.certFile, err)
	}
	c.loaded, c.changed = &loaded, changed
	return nil
}

// times are zero for files that cannot be looked at.
func (c *certificate) times() (out [2]time.Time) {
	for i, path := range []string{c.certFile, c.keyFile} {
		if info, err := os.Stat(path); err == nil {
			out[i] = info.ModTime()
		}
	}
	return out
}

func (c *certificate) now() *tls.Certificate {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.times() != c.changed {
		c.renew()
	}
	return c.loaded
}

// renew reads both files again, and tells once of each thing that is wrong. Both may be
// half written: the next connection looks again.
func (c *certificate) renew() {
	failed := ""
	if err := c.load(); err != nil {
		failed = err.Error()
	}
	if failed != "" && failed != c.failed {
		c.logger.Warn("a renewed certificate cannot be used, the one before goes on", "error", failed)
	}
	c.failed = failed
}
