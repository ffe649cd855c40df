package api

import (
	"bytes"
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

// MaxAnswerBytes is the largest answer that a client reads.
const MaxAnswerBytes = 64 << 20

// clientTimeout bounds a request that does not last. Tests change it.
var clientTimeout = time.Minute

// Client talks to the node of a control socket. It keeps no connection open.
type Client struct {
	path string
	http *http.Client
	// last is for answers that last: it has no time limit.
	last *http.Client
}

// NewClient returns a client of the socket at path; whether a node answers
// shows with the first request.
func NewClient(path string) *Client {
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "unix", path)
	}
	transport := &http.Transport{DialContext: dial, DisableKeepAlives: true, MaxResponseHeaderBytes: MaxHeaderBytes}
	return &Client{path: path, http: &http.Client{Transport: transport, Timeout: clientTimeout}, last: &http.Client{Transport: transport}}
}

// Refresh makes the node apply what was written to the database, and returns
// when it is in force. [ErrNoDaemon] when no node answers; the next one to
// start applies it then.
func (c *Client) Refresh(ctx context.Context) error {
	return c.tell(ctx, http.MethodPost, "/v1/refresh", nil)
}

// Metrics returns the metrics in Prometheus' text format.
func (c *Client) Metrics(ctx context.Context) ([]byte, error) {
	answer, err := c.send(ctx, http.MethodGet, "/metrics", nil, c.http)
	if err != nil {
		return nil, err
	}
	return readAnswer(answer)
}

// send asks the node; the body, unless nil, goes as JSON. Whoever gets the answer
// closes it.
func (c *Client) send(ctx context.Context, method, path string, body any, by *http.Client) (*http.Response, error) {
	var text io.Reader = http.NoBody
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			return nil, fmt.Errorf("ask the node: %w", err)
		}
		text = bytes.NewReader(b)
	}
	r, err := http.NewRequestWithContext(ctx, method, "http://seeder"+path, text)
	if err != nil {
		return nil, fmt.Errorf("ask the node: %w", err)
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	answer, err := by.Do(r)
	if err != nil {
		if isRefused(err) || errors.Is(err, fs.ErrNotExist) {
			err = fmt.Errorf("%w at %s: %w", ErrNoDaemon, c.path, err)
		} else if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() && ctx.Err() == nil {
			return nil, &node.Error{Code: node.Unavailable, Err: errors.New("the node did not answer in time"),
				Advice: "try again; if it stays so, look at its log: another program may hold the database"}
		}
		return nil, fmt.Errorf("ask the node: %w", err)
	}
	if answer.StatusCode >= http.StatusMultipleChoices {
		body, err := readAnswer(answer)
		if err != nil {
			return nil, err
		}
		return nil, refusal(answer.StatusCode, body)
	}
	return answer, nil
}

// readAnswer reads an answer to its end and closes it.
func readAnswer(answer *http.Response) ([]byte, error) {
	defer answer.Body.Close() // read only
	body, err := io.ReadAll(io.LimitReader(answer.Body, MaxAnswerBytes+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("read the node's answer: %w", err)
	case len(body) > MaxAnswerBytes:
		return nil, fmt.Errorf("%w: larger than %d bytes", ErrAnswer, MaxAnswerBytes)
	}
	return body, nil
}

// tell asks for what answers with nothing.
func (c *Client) tell(ctx context.Context, method, path string, body any) error {
	answer, err := c.send(ctx, method, path, body, c.http)
	if err != nil {
		return err
	}
	_, err = readAnswer(answer)
	return err
}

// ask asks for a T.
func ask[T any](ctx context.Context, c *Client, method, path string, body any) (out T, err error) {
	answer, err := c.send(ctx, method, path, body, c.http)
	if err != nil {
		return out, err
	}
	text, err := readAnswer(answer)
	if err != nil {
		return out, err
	}
	if err := json.Unmarshal(text, &out); err != nil {
		var none T
		return none, fmt.Errorf("%w: %w", ErrAnswer, err)
	}
	return out, nil
}

func get[T any](ctx context.Context, c *Client, path string) (T, error) {
	return ask[T](ctx, c, http.MethodGet, path, nil)
}

// Refusal is an error that the node answered with.
type Refusal struct {
	Problem Problem
}

// Error implements error.
func (r *Refusal) Error() string {
	if r.Problem.Code == node.Internal {
		return "the node says: " + r.Problem.Detail
	}
	return r.Problem.Detail
}

// Unwrap returns the error that the node had, as far as it said: a [*node.Error]
// with its code, so that it counts as it would have without a daemon.
func (r *Refusal) Unwrap() error {
	return &node.Error{Code: r.Problem.Code, Advice: r.Problem.Hint, Err: errors.New(r.Problem.Detail)}
}

// Hint says what to do about it; empty when nobody knows.
func (r *Refusal) Hint() string { return r.Problem.Hint }

func refusal(status int, body []byte) error {
	var p Problem
	if err := json.Unmarshal(body, &p); err != nil || p.Detail == "" {
		p = *newProblem(status, codeOf(status), "", strings.TrimSpace(fmt.Sprintf("%d %s: %.200s", status, http.StatusText(status), body)))
	}
	return &Refusal{Problem: p}
}
