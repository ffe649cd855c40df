package api

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"seeder/activity"
	"seeder/doctor"
	"seeder/message"
	"seeder/node"
	"seeder/rates"
)

// maxEventBytes is the longest line of a stream that a client reads.
const maxEventBytes = 4 << 20

// Health returns whether the node does what it is for.
func (c *Client) Health(ctx context.Context) (Health, error) {
	return get[Health](ctx, c, "/v1/health")
}

// Transfers returns what is under way for a community; see [Live].
func (c *Client) Transfers(ctx context.Context, id message.CommunityID) (node.Transfers, error) {
	return get[node.Transfers](ctx, c, pathOf(id, "/transfers"))
}

// Rates returns how fast a community transferred, or the node for nil; see [Live].
func (c *Client) Rates(ctx context.Context, id *message.CommunityID, over rates.Range) (rates.Series, error) {
	path := "/v1/rates"
	if id != nil {
		path = pathOf(*id, "/rates")
	}
	return get[rates.Series](ctx, c, withQuery(path, url.Values{"range": {string(over)}}))
}

// Configuration returns the configuration in force.
func (c *Client) Configuration(ctx context.Context) (node.Configuration, error) {
	return get[node.Configuration](ctx, c, "/v1/config")
}

// Reload makes the node read its configuration again; see [Live].
func (c *Client) Reload(ctx context.Context) (ReloadResult, error) {
	return ask[ReloadResult](ctx, c, http.MethodPost, "/v1/config/reload", nil)
}

// LogLevel returns the least severity that is logged.
func (c *Client) LogLevel(ctx context.Context) (string, error) {
	l, err := get[LogLevel](ctx, c, "/v1/log-level")
	return l.Level, err
}

// SetLogLevel changes the least severity that is logged.
func (c *Client) SetLogLevel(ctx context.Context, level string) error {
	return c.tell(ctx, http.MethodPut, "/v1/log-level", LogLevel{Level: level})
}

// Doctor makes the node look itself over.
func (c *Client) Doctor(ctx context.Context) (doctor.Report, error) {
	return get[doctor.Report](ctx, c, "/v1/doctor")
}

// Diagnostics writes a zip archive for a bug report.
func (c *Client) Diagnostics(ctx context.Context, w io.Writer) error {
	answer, err := c.send(ctx, http.MethodGet, "/v1/diagnostics", nil, c.http)
	if err != nil {
		return err
	}
	defer answer.Body.Close() // read only
	if _, err := io.Copy(w, answer.Body); err != nil {
		return fmt.Errorf("read the node's answer: %w", err)
	}
	return nil
}

// Activity returns up to limit events before the one with an id, newest first; see
// [activity.Log.List].
func (c *Client) Activity(ctx context.Context, before string, limit int) ([]activity.Event, error) {
	q := url.Values{"limit": {strconv.Itoa(limit)}}
	if before != "" {
		q.Set("before", before)
	}
	list, err := get[Activity](ctx, c, withQuery("/v1/activity", q))
	return list.Events, err
}

// ErrMissed reports that the event after which a stream was to begin is not known
// any more.
var ErrMissed = errors.New("events were missed")

// Follow calls fn with each event after the one with an id, or with those that
// happen from now on, until ctx ends, fn fails or the node goes: the error is nil, fn's,
// or what happened. [ErrMissed] comes before the first event.
func (c *Client) Follow(ctx context.Context, after string, fn func(activity.Event) error) error {
	q := url.Values{}
	if after != "" {
		q.Set("after", after)
	}
	answer, err := c.send(ctx, http.MethodGet, withQuery("/v1/events", q), nil, c.last)
	if err != nil {
		return err
	}
	defer answer.Body.Close() // read only
	lines := bufio.NewScanner(answer.Body)
	lines.Buffer(nil, maxEventBytes)
	name := ""
	for lines.Scan() {
		key, value, _ := strings.Cut(lines.Text(), ": ")
		switch {
		case key == "event":
			name = value
		case key == "data" && name == eventReset:
			return ErrMissed
		case key == "data" && name == eventActivity:
			var e activity.Event
			if err := json.Unmarshal([]byte(value), &e); err != nil {
				return fmt.Errorf("%w: %w", ErrAnswer, err)
			}
			if err := fn(e); err != nil {
				return err
			}
		}
	}
	if ctx.Err() != nil {
		return nil
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("follow events: %w", err)
	}
	return fmt.Errorf("follow events: %w", io.ErrUnexpectedEOF)
}
