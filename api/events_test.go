package api_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"seeder/activity"
	"seeder/api"
)

// patience bounds every wait for a condition.
const patience = 30 * time.Second

// event is one of a stream.
type event struct{ id, name, data string }

// stream reads events until the test ends it.
type stream struct {
	t      *testing.T
	answer *http.Response
	lines  *bufio.Scanner
	cancel context.CancelFunc
}

func listenTo(t *testing.T, address, path string, header map[string]string) *stream {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+path, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	for key, value := range header {
		req.Header.Set(key, value)
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	answer, err := client.Do(req) //nolint:bodyclose // close does it
	if err != nil {
		t.Fatal(err)
	}
	s := &stream{t: t, answer: answer, lines: bufio.NewScanner(answer.Body), cancel: cancel}
	t.Cleanup(s.close)
	if answer.StatusCode != http.StatusOK || answer.Header.Get("Content-Type") != "text/event-stream" || answer.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("%s: %s %v", path, answer.Status, answer.Header)
	}
	return s
}

func (s *stream) close() {
	s.cancel()
	_ = s.answer.Body.Close()
}

// next returns the next event of a name; false at the end of the stream.
func (s *stream) next(name string) (e event, ok bool) {
	s.t.Helper()
	for s.lines.Scan() {
		key, value, _ := strings.Cut(s.lines.Text(), ": ")
		switch key {
		case "id":
			e.id = value
		case "event":
			e.name = value
		case "data":
			e.data = value
		case "":
			if e.name == name {
				return e, true
			}
			e = event{}
		}
	}
	return e, false
}

func publish(w *world, texts ...string) {
	for _, text := range texts {
		w.log.Publish(activity.Event{Kind: activity.KindWork, Text: text})
	}
}

// Who comes back with the id of the last event gets what it missed, once.
func TestEventsGoOnWhereTheyEnded(t *testing.T) {
	w := open(t)
	address := w.public(t, api.PublicOptions{})
	first := listenTo(t, address, "/v1/events", bearer(w.token))
	publish(w, "one", "two")
	for _, want := range []string{"one", "two"} {
		if e, ok := first.next("activity"); !ok || !strings.Contains(e.data, want) || e.id == "" {
			t.Fatalf("%+v, want %s", e, want)
		}
	}
	first.close()
	list := w.log.List("", 1)
	publish(w, "three", "four")
	for name, header := range map[string]map[string]string{"header": {"Last-Event-ID": list[0].ID}, "both": {"Last-Event-ID": list[0].ID}, "query": {}} {
		path := "/v1/events"
		switch name {
		case "both": // browsers keep the query and send what they know beside it
			path += "?after=999999"
		case "query":
			path += "?after=" + list[0].ID
		}
		header["Authorization"] = "Bearer " + w.token
		s := listenTo(t, address, path, header)
		for _, want := range []string{"three", "four"} {
			if e, ok := s.next("activity"); !ok || !strings.Contains(e.data, want) {
				t.Errorf("%s: %+v, want %s", name, e, want)
			}
		}
		s.close()
	}
}

func TestEventsThatAreForgottenReset(t *testing.T) {
	w := open(t)
	address := w.public(t, api.PublicOptions{})
	for i := range activity.Size + 10 {
		publish(w, fmt.Sprint(i))
	}
	for _, id := range []string{"1", strings.Repeat("9", 33), "0x" + strings.Repeat("f", 400), "no id"} {
		header := bearer(w.token)
		header["Last-Event-ID"] = id
		s := listenTo(t, address, "/v1/events", header)
		if e, ok := s.next("reset"); !ok || e.id != "" {
			t.Errorf("no reset after %q: %+v", id, e)
		}
		s.close()
	}
	err := w.client.Follow(t.Context(), "1", func(activity.Event) error { return nil })
	if !errors.Is(err, api.ErrMissed) {
		t.Errorf("the client says %v", err)
	}
}

// What passes now comes each second, without an id.
func TestTicks(t *testing.T) {
	w := open(t)
	made, err := w.client.Create(t.Context(), "Harbour")
	if err != nil {
		t.Fatal(err)
	}
	s := listenTo(t, w.public(t, api.PublicOptions{}), "/v1/events", bearer(w.token))
	for range 2 {
		e, ok := s.next("live")
		var tick api.Tick
		if err := json.Unmarshal([]byte(e.data), &tick); err != nil || !ok || e.id != "" {
			t.Fatalf("%+v (%v)", e, err)
		}
		if tick.Node.RSS != 4096 || len(tick.Communities) != 1 || tick.Communities[0].ID != made.ID || tick.Operations == nil || tick.At != start.UnixMilli() {
			t.Errorf("%s", e.data)
		}
	}
}

// While the database does not answer, events go on, and who comes may listen.
func TestEventsWithoutTheDatabase(t *testing.T) {
	t.Cleanup(func() { api.SetLookTimeout(patience) })
	w := open(t)
	address := w.public(t, api.PublicOptions{})
	first := listenTo(t, address, "/v1/events", bearer(w.token))
	if _, ok := first.next("live"); !ok {
		t.Fatal("nothing comes")
	}
	w.db.hangs.Store(true)
	api.SetLookTimeout(time.Second)
	w.clock.Advance(time.Second) // what passes now is to be looked up anew
	second := listenTo(t, address, "/v1/events", bearer(w.token))
	publish(w, "one")
	for name, s := range map[string]*stream{"first": first, "second": second} {
		if e, ok := s.next("activity"); !ok || !strings.Contains(e.data, "one") {
			t.Errorf("the %s: %+v", name, e)
		}
	}
}

// A stream ends with the session, with the token and with the node.
func TestStreamsEnd(t *testing.T) {
	w := open(t)
	address := w.public(t, api.PublicOptions{})
	c := logIn(t, address, w.token)
	bySession := listenTo(t, address, "/v1/events", c.header())
	byToken := listenTo(t, address, "/v1/events", bearer(w.token))
	if _, ok := bySession.next("live"); !ok {
		t.Fatal("nothing comes")
	}
	ask(t, address, request{method: "DELETE", path: "/session", header: c.header()})
	if _, ok := bySession.next("none"); ok || bySession.lines.Err() != nil {
		t.Errorf("with the session: %v", bySession.lines.Err())
	}
	if _, ok := byToken.next("live"); !ok {
		t.Error("another one ended, too")
	}
	w.api.Close()
	if _, ok := byToken.next("none"); ok || byToken.lines.Err() != nil {
		t.Errorf("with the node: %v", byToken.lines.Err())
	}
}

func TestStreamsAreFew(t *testing.T) {
	w := open(t)
	address := w.public(t, api.PublicOptions{})
	var last *stream
	for range api.MaxStreams {
		last = listenTo(t, address, "/v1/events", bearer(w.token))
	}
	if got := ask(t, address, request{path: "/v1/events", header: bearer(w.token)}); got.status != http.StatusServiceUnavailable {
		t.Errorf("one more: %d", got.status)
	}
	last.close()
	for end := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+address+"/v1/events", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+w.token)
		answer, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode == http.StatusOK {
			return
		}
		if time.Now().After(end) {
			t.Fatal("a place never becomes free")
		}
	}
}

func TestFollow(t *testing.T) {
	w := open(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	publish(w, "before")
	after := w.log.List("", 1)[0].ID
	publish(w, "one", "two")
	var got []string
	err := w.client.Follow(ctx, after, func(e activity.Event) error {
		if got = append(got, e.Text); len(got) == 2 {
			cancel()
		}
		return nil
	})
	if err != nil || strings.Join(got, " ") != "one two" {
		t.Errorf("%q (%v)", got, err)
	}
	if err := w.client.Follow(t.Context(), after, func(activity.Event) error { return io.ErrShortWrite }); !errors.Is(err, io.ErrShortWrite) {
		t.Errorf("an error of the listener comes as %v", err)
	}
}

// narrow is a listener whose connections hold little, and tell when they are closed.
type narrow struct {
	net.Listener
	closed chan struct{}
}

func (n narrow) Accept() (net.Conn, error) {
	conn, err := n.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &narrowConn{Conn: conn, closed: n.closed}, conn.(*net.TCPConn).SetWriteBuffer(4096)
}

type narrowConn struct {
	net.Conn
	once   sync.Once
	closed chan struct{}
}

func (c *narrowConn) Close() error {
	c.once.Do(func() { close(c.closed) })
	return c.Conn.Close()
}

// Who does not read is left.
func TestASlowListenerIsLeft(t *testing.T) {
	defer api.SetSendTimeout(2 * time.Second)() // what is read is sent in much less
	w := open(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := make(chan struct{})
	server := api.ServePublic(narrow{l, closed}, w.api.Public(api.PublicOptions{Address: l.Addr().String()}), slog.New(slog.DiscardHandler))
	defer server.Close()
	defer w.api.Close()
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.(*net.TCPConn).SetReadBuffer(4096); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(conn, "GET /v1/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "+w.token+"\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(conn, make([]byte, 400)); err != nil { // it listens
		t.Fatal(err)
	}
	for range 64 {
		publish(w, strings.Repeat("x", activity.MaxText))
	}
	select {
	case <-closed:
	case <-time.After(patience):
		t.Error("the connection is kept")
	}
}
