package api

import (
	"time"

	"github.com/danielgtaylor/huma/v2"
)

// OpenAPI is what the document is made of.
func (a *API) OpenAPI() *huma.OpenAPI { return a.huma.OpenAPI() }

// SetSendTimeout changes how long who listens may take, until it is called back.
func SetSendTimeout(d time.Duration) (back func()) {
	before := sendTimeout
	sendTimeout = d
	return func() { sendTimeout = before }
}

// SetWorkTimeout changes how long a request may be worked on, until it is called back.
func SetWorkTimeout(d time.Duration) (back func()) {
	before := workTimeout
	workTimeout = d
	return func() { workTimeout = before }
}

// SetBodyTimeout changes how long new servers wait for a request, until it is called back.
func SetBodyTimeout(d time.Duration) (back func()) {
	before := bodyTimeout
	bodyTimeout = d
	return func() { bodyTimeout = before }
}

// SetClientTimeout changes how long new clients wait, until it is called back.
func SetClientTimeout(d time.Duration) (back func()) {
	before := clientTimeout
	clientTimeout = d
	return func() { clientTimeout = before }
}
