package api

import (
	"cmp"
	"context"
	"fmt"
	"net/http"

	"github.com/dustin/go-humanize"
	"github.com/dustin/go-humanize/english"

	"seeder/node"
)

// Health is whether a node does what it is for. It holds no secrets.
type Health struct {
	// State is that of the worst check.
	State  string        `json:"state" enum:"ok,degraded,failed"`
	Checks []HealthCheck `json:"checks"`
}

// HealthCheck is one thing that was looked at.
type HealthCheck struct {
	Name  string `json:"name" enum:"database,disk,storage,limits,archives,work"`
	State string `json:"state" enum:"ok,degraded,failed"`
	// Message says what is wrong; empty when nothing is.
	Message string `json:"message,omitempty"`
}

// The states of health.
const (
	HealthOK       = "ok"
	HealthDegraded = "degraded" // something waits or was refused; the rest goes on
	HealthFailed   = "failed"
)

func (a *API) routeStatus() {
	route(a, describe(http.MethodGet, "/v1/status", "get-status", "Node", "How the node and its communities stand"),
		ofCommunities(a, a.opts.Node.Status))
	route(a, describe(http.MethodGet, "/v1/now", "get-now", "Node", "What changes from second to second"),
		ofCommunities(a, a.opts.Node.Now))
	route(a, describe(http.MethodGet, "/v1/health", "get-health", "Node", "Whether the node does what it is for"),
		func(ctx context.Context, _ *nothing) (Health, error) { return a.health(ctx), nil })
	a.mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = w.Write([]byte("ok\n")) // who asked may have gone
	})
}

func (a *API) health(ctx context.Context) Health {
	status, err := a.opts.Node.Standing(ctx)
	if err != nil {
		return healthOf(HealthCheck{Name: "database", State: HealthFailed, Message: err.Error()})
	}
	disk, storage, limits := HealthCheck{Name: "disk"}, HealthCheck{Name: "storage"}, HealthCheck{Name: "limits"}
	if d := status.Limits.Disk; d.Total > 0 && d.Free <= d.Keep {
		disk.degrade("%s are free, %s are to stay so", size(d.Free), size(d.Keep))
	}
	if s := status.Limits.Storage; s.Over > 0 {
		storage.degrade("%s over the cap: %s", size(s.Over), s.OverReason)
	}
	if n := len(status.Notes); n > 0 {
		limits.degrade("%s not understood: %s", english.Plural(n, "setting is", "settings are"), status.Notes[0])
	}
	archives, work := HealthCheck{Name: "archives"}, HealthCheck{Name: "work"}
	for i := range status.Communities {
		c := &status.Communities[i]
		if n := len(c.Quarantined); n > 0 {
			archives.degrade("%s of %s in quarantine: %s", english.Plural(n, "archive", ""), nameOf(c), c.Quarantined[0].Reason)
		}
		for _, w := range c.Work {
			if w.Attempts > 0 {
				work.degrade("%s work of %s failed %s: %s", w.Part, nameOf(c), english.Plural(w.Attempts, "time", ""), w.Reason)
			}
		}
	}
	return healthOf(HealthCheck{Name: "database"}, disk, storage, limits, archives, work)
}

func size(n int64) string { return humanize.IBytes(uint64(max(n, 0))) }

// nameOf is what people call a community.
func nameOf(c *node.Summary) string { return cmp.Or(c.Name, c.ID.String()) }

// degrade notes the first thing that is wrong.
func (c *HealthCheck) degrade(format string, args ...any) {
	if c.State == "" {
		c.State, c.Message = HealthDegraded, fmt.Sprintf(format, args...)
	}
}

func healthOf(checks ...HealthCheck) Health {
	h := Health{State: HealthOK, Checks: checks}
	for i := range checks {
		switch checks[i].State {
		case "":
			checks[i].State = HealthOK
		case HealthFailed:
			h.State = HealthFailed
		case HealthDegraded:
			if h.State == HealthOK {
				h.State = HealthDegraded
			}
		}
	}
	return h
}
