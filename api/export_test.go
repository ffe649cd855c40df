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

// SetLookTimeout changes how long a tick may be looked up, until it is called back.
func SetLookTimeout(d time.Duration) (back func()) {
	before := lookTimeout
	lookTimeout = d
	return func() { lookTimeout = before }
}

// SetHeaderTimeout changes how long new servers wait for the header of a request, until
// it is called back.
func SetHeaderTimeout(d time.Duration) (back func()) {
	before, ofMetrics := headerTimeout, metricsHeaderTimeout
	headerTimeout, metricsHeaderTimeout = d, d
	return func() { headerTimeout, metricsHeaderTimeout = before, ofMetrics }
}

// SetCloseTimeout changes how long servers that are closed wait, until it is called back.
func SetCloseTimeout(d time.Duration) (back func()) {
	before := closeTimeout
	closeTimeout = d
	return func() { closeTimeout = before }
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
