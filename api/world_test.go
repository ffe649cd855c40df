package api_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"seeder/activity"
	"seeder/api"
	"seeder/config"
	"seeder/doctor"
	"seeder/internal/clock"
	"seeder/message"
	"seeder/node"
	"seeder/rates"
	"seeder/signer"
	"seeder/store"
	"seeder/store/sqlite"
	"seeder/swarm"
)

// world is a node with its API, as a daemon has it, without networks.
type world struct {
	dir    string
	clock  *clock.Fixed
	node   *node.Node
	log    *activity.Log
	live   *fakeLive
	db     *watchedDB
	api    *api.API
	token  string
	client *api.Client // at the control socket
}

var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func open(t *testing.T) *world {
	t.Helper()
	w := &world{dir: folder(t), clock: clock.NewFixed(start)}
	quiet := slog.New(slog.DiscardHandler)
	db, err := sqlite.Open(t.Context(), filepath.Join(w.dir, "seeder.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	w.db = &watchedDB{DB: db}
	w.log = activity.Open(activity.Options{Clock: w.clock, Logger: quiet})
	cfg := config.Default()
	cfg.DataDir = w.dir
	w.node = node.New(node.Options{
		Loaded: func() config.Loaded { return config.Loaded{Config: cfg} },
		DB:     activity.Watch(w.db, w.log), Files: swarm.NewFiles(w.dir), Keys: signer.OpenKeystore(cfg.KeysDir()),
		Clock: w.clock, Rand: rand.Reader, Process: func() (node.Process, error) { return node.Process{PID: 7}, nil },
	})
	w.live = &fakeLive{log: w.log, level: "info"}
	if w.token, err = api.EnsureToken(cfg.TokenFile(), rand.Reader); err != nil {
		t.Fatal(err)
	}
	w.api = api.New(api.Options{
		Node: w.node, Live: w.live, Refresh: func(context.Context) error { return w.live.fails() },
		Metrics: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "up 1\n") }),
		Token:   api.OpenToken(cfg.TokenFile()), Clock: w.clock, Logger: quiet,
	})
	socket := listen(t, w.dir)
	server := api.Serve(socket, w.api.Local(), quiet)
	w.client = api.NewClient(socket.Path())
	t.Cleanup(func() {
		w.api.Close()
		for _, err := range []error{server.Close(), w.log.Close(), db.Close()} {
			if err != nil {
				t.Error(err)
			}
		}
	})
	return w
}

// watchedDB counts how often messages are counted, and does not answer while it hangs.
type watchedDB struct {
	store.DB

	counts atomic.Int64
	hangs  atomic.Bool
}

func (w *watchedDB) View(ctx context.Context, fn func(store.Tx) error) error {
	if w.hangs.Load() {
		<-ctx.Done()
		return ctx.Err()
	}
	return w.DB.View(ctx, func(tx store.Tx) error { return fn(countingTx{tx, w}) })
}

type countingTx struct {
	store.Tx

	db *watchedDB
}

func (c countingTx) CountMessages(id message.CommunityID, span message.Span, class store.Class) (uint64, error) {
	c.db.counts.Add(1)
	return c.Tx.CountMessages(id, span, class)
}

// public serves the world at an address of this machine.
func (w *world) public(t *testing.T, opts api.PublicOptions) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	opts.Address = l.Addr().String()
	server := api.ServePublic(l, w.api.Public(opts), slog.New(slog.DiscardHandler))
	t.Cleanup(func() {
		w.api.Close()
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	return opts.Address
}

// fakeLive is what a daemon would know.
type fakeLive struct {
	log *activity.Log

	mu    sync.Mutex
	level string
	err   error
}

var errLive = &node.Error{Code: node.Unavailable, Advice: "wait", Err: errors.New("the disk is away")}

func (f *fakeLive) fail(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.err = err
}

func (f *fakeLive) fails() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.err
}

func (f *fakeLive) Transfers(context.Context, message.CommunityID) (node.Transfers, error) {
	return node.Transfers{Peers: []swarm.Peer{{Address: "192.0.2.7:1", Transport: swarm.TCP, Direction: swarm.Incoming}}}, f.fails()
}

func (f *fakeLive) Rates(_ context.Context, c *message.CommunityID, over rates.Range) (rates.Series, error) {
	one := 1.5
	s := rates.Series{Range: over, Step: 10, Times: []int64{10, 20}, Up: []*float64{nil, &one}, Down: []*float64{nil, &one}}
	if c == nil {
		s.CPU, s.RSS = s.Up, s.Down
	}
	return s, f.fails()
}

func (f *fakeLive) Use() api.Use { return api.Use{CPU: 0.25, RSS: 4096} }

func (f *fakeLive) Subscribe(after string) *activity.Subscription { return f.log.Subscribe(after) }

func (f *fakeLive) Activity(before string, limit int) []activity.Event {
	return f.log.List(before, limit)
}

func (f *fakeLive) LogLevel() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.level
}

func (f *fakeLive) SetLogLevel(level string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.level = level
	return f.err
}

func (f *fakeLive) Reload(context.Context) (api.ReloadResult, error) {
	return api.ReloadResult{Applied: []api.Change{{Key: "log.level", Before: "info", After: "debug"}}}, f.fails()
}

func (f *fakeLive) Doctor(context.Context) (doctor.Report, error) {
	return doctor.Report{State: doctor.OK, Checks: []doctor.Check{{Name: "disk", State: doctor.OK}}}, f.fails()
}

func (f *fakeLive) Diagnostics(_ context.Context, w io.Writer) error {
	z := zip.NewWriter(w)
	if _, err := z.Create("about.txt"); err != nil {
		return err
	}
	return errors.Join(z.Close(), f.fails())
}

// request is what is asked over TCP.
type request struct {
	method, path, body string
	header             map[string]string
	host               string
}

// reply is what came back.
type reply struct {
	status  int
	header  http.Header
	body    string
	problem api.Problem
}

// ask sends a request as it is, which http.Client would not.
func ask(t *testing.T, address string, r request) reply {
	t.Helper()
	if r.method == "" {
		r.method = http.MethodGet
	}
	req, err := http.NewRequestWithContext(t.Context(), r.method, "http://"+address+r.path, strings.NewReader(r.body))
	if err != nil {
		t.Fatal(err)
	}
	if r.body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for key, value := range r.header {
		req.Header.Set(key, value)
	}
	if r.host != "" {
		req.Host = r.host
	}
	client := http.Client{Timeout: patience, Transport: &http.Transport{DisableKeepAlives: true}}
	answer, err := client.Do(req)
	if err != nil {
		t.Fatalf("%s %s: %v", r.method, r.path, err)
	}
	defer answer.Body.Close()
	var body bytes.Buffer
	if _, err := body.ReadFrom(answer.Body); err != nil {
		t.Fatal(err)
	}
	out := reply{status: answer.StatusCode, header: answer.Header, body: body.String()}
	if answer.Header.Get("Content-Type") == "application/problem+json" {
		if err := json.Unmarshal(body.Bytes(), &out.problem); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func bearer(token string) map[string]string {
	return map[string]string{"Authorization": "Bearer " + token}
}
