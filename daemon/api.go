package daemon

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"net"
	"path/filepath"

	"seeder/api"
	"seeder/config"
	"seeder/web"
)

// openAPI makes the API of the node, and answers at api.listen when there is an
// address. [Daemon.openControl] answers at the control socket.
func (d *Daemon) openAPI(ctx context.Context, log *slog.Logger) error {
	cfg := d.opts.Config
	if _, err := api.EnsureToken(cfg.TokenFile(), d.random()); err != nil {
		return err
	}
	d.api = api.New(api.Options{
		Node: d.node, Live: live{d}, Refresh: live{d}.Refresh, Metrics: d.metrics,
		Token: api.OpenToken(cfg.TokenFile()), Sessions: filepath.Join(cfg.DataDir, api.SessionsName), Clock: d.opts.Clock, Logger: log,
	})
	if cfg.API.Listen == "" {
		return nil
	}
	if !cfg.API.Loopback() && !cfg.API.TLS() { // the configuration refuses it, but is not the only way here
		return fmt.Errorf("serve the API at %s: %w", cfg.API.Listen, api.ErrPlain)
	}
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, config.Network("tcp", cfg.API.Listen), cfg.API.Listen)
	if err != nil {
		return fmt.Errorf("serve the API: %w", err)
	}
	address := l.Addr().String()
	handler := d.api.Public(api.PublicOptions{Address: address, Hosts: cfg.API.Hosts, Web: web.Handler()})
	scheme := "http"
	if cfg.API.TLS() {
		scheme = "https"
		if l, err = api.TLS(l, cfg.API.TLSCert, cfg.API.TLSKey, log); err != nil {
			return fmt.Errorf("serve the API: %w", err)
		}
	}
	d.apiURL = scheme + "://" + address + "/"
	d.servers = append(d.servers, api.ServePublic(l, handler, log))
	return nil
}

// random gives the random bits of ids and tokens.
func (d *Daemon) random() io.Reader {
	if d.opts.Rand != nil {
		return d.opts.Rand
	}
	return rand.Reader
}
