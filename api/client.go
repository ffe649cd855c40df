package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"strings"
	"time"

	"seeder/node"
)

const (
	// MaxAnswerBytes is the largest answer that a client reads.
	MaxAnswerBytes = 64 << 20

	clientTimeout = time.Minute
)

// Client talks to the node of a control socket. It keeps no connection open.
type Client struct {
	path string
	http *http.Client
}

// NewClient returns a client of the socket at path; whether a node answers
// shows with the first request.
func NewClient(path string) *Client {
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "unix", path)
	}
	return &Client{path: path, http: &http.Client{
		Transport: &http.Transport{DialContext: dial, DisableKeepAlives: true, MaxResponseHeaderBytes: MaxHeaderBytes},
		Timeout:   clientTimeout,
	}}
}

// Limits returns the limits in force and what they cost. [ErrNoDaemon] when no
// node answers.
func (c *Client) Limits(ctx context.Context) (l node.Limits, err error) {
	body, err := c.do(ctx, http.MethodGet, "/v1/limits")
	if err != nil {
		return node.Limits{}, err
	}
	if err := json.Unmarshal(body, &l); err != nil {
		return node.Limits{}, fmt.Errorf("%w: %w", ErrAnswer, err)
	}
	return l, nil
}

// Refresh makes the node apply what was written to the database, and returns
// when it is in force. [ErrNoDaemon] when no node answers; the next one to
// start applies it then.
func (c *Client) Refresh(ctx context.Context) error {
	_, err := c.do(ctx, http.MethodPost, "/v1/refresh")
	return err
}

// Metrics returns the metrics in Prometheus' text format.
func (c *Client) Metrics(ctx context.Context) ([]byte, error) {
	return c.do(ctx, http.MethodGet, "/metrics")
}

func (c *Client) do(ctx context.Context, method, path string) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, method, "http://seeder"+path, http.NoBody)
	if err != nil {
		return nil, fmt.Errorf("ask the node: %w", err)
	}
	answer, err := c.http.Do(r)
	if err != nil {
		if isRefused(err) || errors.Is(err, fs.ErrNotExist) {
			err = fmt.Errorf("%w at %s: %w", ErrNoDaemon, c.path, err)
		}
		return nil, fmt.Errorf("ask the node: %w", err)
	}
	defer answer.Body.Close() // read only
	body, err := io.ReadAll(io.LimitReader(answer.Body, MaxAnswerBytes+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("read the node's answer: %w", err)
	case len(body) > MaxAnswerBytes:
		return nil, fmt.Errorf("%w: larger than %d bytes", ErrAnswer, MaxAnswerBytes)
	case answer.StatusCode >= http.StatusMultipleChoices:
		return nil, refusal(answer.StatusCode, body)
	}
	return body, nil
}

// Refusal is an error that the node answered with.
type Refusal struct {
	Problem Problem
}

// Error implements error.
func (r *Refusal) Error() string { return "the node says: " + r.Problem.Detail }

// Hint says what to do about it; empty when nobody knows.
func (r *Refusal) Hint() string { return r.Problem.Hint }

func refusal(status int, body []byte) error {
	var p Problem
	if err := json.Unmarshal(body, &p); err != nil || p.Detail == "" {
		p = *newProblem(status, codeOf(status), "", strings.TrimSpace(fmt.Sprintf("%d %s: %.200s", status, http.StatusText(status), body)))
	}
	return &Refusal{Problem: p}
}
