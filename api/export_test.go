package api

import (
	"time"

	"github.com/danielgtaylor/huma/v2"
)

// OpenAPI is what the document is made of.
func (a *API) OpenAPI() *huma.OpenAPI { return a.huma.OpenAPI() }

// set changes a variable, until it is called back.
func set(v *time.Duration, d time.Duration) (back func()) {
	before := *v
	*v = d
	return func() { *v = before }
}

// SetSendTimeout changes how long who listens may take, until it is called back.
func SetSendTimeout(d time.Duration) (back func()) { return set(&sendTimeout, d) }

// SetWorkTimeout changes how long a request may be worked on, until it is called back.
func SetWorkTimeout(d time.Duration) (back func()) { return set(&workTimeout, d) }

// SetLookTimeout changes how long a tick may be looked up, until it is called back.
func SetLookTimeout(d time.Duration) (back func()) { return set(&lookTimeout, d) }

// SetHeaderTimeout changes how long new servers wait for the header of a request, until
// it is called back.
func SetHeaderTimeout(d time.Duration) (back func()) {
	public, metrics := set(&headerTimeout, d), set(&metricsHeaderTimeout, d)
	return func() { public(); metrics() }
}

// SetCloseTimeout changes how long servers that are closed wait, until it is called back.
func SetCloseTimeout(d time.Duration) (back func()) { return set(&closeTimeout, d) }

// SetBodyTimeout changes how long new servers wait for a request, until it is called back.
func SetBodyTimeout(d time.Duration) (back func()) { return set(&bodyTimeout, d) }

// SetClientTimeout changes how long new clients wait, until it is called back.
func SetClientTimeout(d time.Duration) (back func()) { return set(&clientTimeout, d) }
