package api

import (
	"cmp"
	"context"
	_ "embed" // the document
	"errors"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"seeder/internal/clock"
	"seeder/message"
	"seeder/node"
)

// Options are what a node gives its API. Those without a remark are required.
type Options struct {
	Node *node.Node
	// Live is nil where nothing runs: what needs it is then unavailable.
	Live Live
	// Refresh applies what was written to the database; it returns when it is
	// in force.
	Refresh func(context.Context) error
	// Metrics answers GET /metrics; nil for none.
	Metrics http.Handler
	// Token is what who asks over TCP has to know; nil where nobody may.
	Token *Token
	// Sessions is the path of the file that keeps sessions over a restart; empty for
	// none.
	Sessions string
	Clock    clock.Clock
	Logger   *slog.Logger
}

// API answers requests. Close ends those that last.
type API struct {
	opts     Options
	mux      *http.ServeMux
	huma     huma.API
	sessions *sessions
	ticker   ticker

	stop sync.Once
	// stopped is closed when streams are to end.
	stopped chan struct{}
}

// New returns the API of a node.
func New(opts Options) *API {
	a := &API{opts: opts, mux: http.NewServeMux(), stopped: make(chan struct{}), sessions: newSessions(opts.Sessions, opts.Clock, opts.Logger)}
	cfg := huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{
				Title: "seeder", Version: Version,
				Description: "What a node shows and does. Sizes are in bytes, rates in bytes a second; from and to are seconds since the Unix epoch, times of other names milliseconds.",
			},
			Components: &huma.Components{Schemas: newRegistry(), SecuritySchemes: map[string]*huma.SecurityScheme{
				"token":  {Type: "http", Scheme: "bearer"},
				"cookie": {Type: "apiKey", In: "cookie", Name: CookieName},
				"csrf":   {Type: "apiKey", In: "header", Name: HeaderCSRF},
			}},
			Security: []map[string][]string{{"token": {}}, {"cookie": {}, "csrf": {}}},
			Servers:  []*huma.Server{{URL: "/"}},
		},
		Formats: huma.DefaultFormats, DefaultFormat: "application/json",
	}
	a.huma = humago.New(a.mux, cfg)
	a.routeStatus()
	a.routeCommunities()
	a.routeWork()
	a.routeLimits()
	a.routeSystem()
	a.routeEvents()
	a.routeSession()
	describeWords(a.huma.OpenAPI().Components.Schemas.Map())
	a.mux.HandleFunc("GET /openapi.json", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/vnd.oai.openapi+json")
		_, _ = w.Write(document) // who asked may have gone
	})
	if opts.Metrics != nil {
		a.mux.Handle("GET /metrics", opts.Metrics)
	}
	return a
}

// Version is that of what is documented. It grows when something is added.
const Version = "1.0"

// document is the OpenAPI 3.1 document of the API. A test makes it from the code, with
// what comments say of types, and compares.
//
//go:embed openapi.json
var document []byte

// Close ends the streams of events; requests that do not last end by themselves.
func (a *API) Close() { a.stop.Do(func() { close(a.stopped) }) }

// Local answers whoever may connect, as at the control socket, whose file only the
// user of the node may open.
func (a *API) Local() http.Handler { return bounded(a.answering()) }

// answering is the mux with problems where it knows no path.
func (a *API) answering() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h, pattern := a.mux.Handler(r)
		if pattern != "" {
			defer a.survive(r)
			w.Header().Set("Cache-Control", "no-store")
			a.mux.ServeHTTP(w, r)
			return
		}
		said := &statusOnly{header: make(http.Header)}
		h.ServeHTTP(said, r)
		if said.status == http.StatusMethodNotAllowed {
			w.Header().Set("Allow", said.header.Get("Allow"))
			newProblem(said.status, CodeMethod, "allowed: "+said.header.Get("Allow"), r.Method+" is not for this path").write(w)
			return
		}
		newProblem(http.StatusNotFound, node.NotFound, "docs/api.md and /openapi.json list the paths there are", "no such path").write(w)
	})
}

// survive ends the request of a handler that panicked, and nothing else, with a word in
// the log. So does one of the library when who asked does not read the answer.
func (a *API) survive(r *http.Request) {
	v := recover()
	if v == nil {
		return
	}
	if err, ok := v.(error); ok {
		if _, gone := errors.AsType[net.Error](err); gone || errors.Is(err, http.ErrAbortHandler) {
			panic(http.ErrAbortHandler)
		}
	}
	a.opts.Logger.Error("request ended in a panic", "method", r.Method, "path", r.URL.Path, "panic", v, "stack", string(debug.Stack()))
	panic(http.ErrAbortHandler) // closes the connection
}

// statusOnly takes an answer and keeps its status.
type statusOnly struct {
	header http.Header
	status int
}

// Header implements [http.ResponseWriter].
func (s *statusOnly) Header() http.Header { return s.header }

// Write implements [http.ResponseWriter].
func (s *statusOnly) Write(b []byte) (int, error) { return len(b), nil }

// WriteHeader implements [http.ResponseWriter].
func (s *statusOnly) WriteHeader(status int) { s.status = status }

// answer is what a route answers with, in JSON.
type answer[T any] struct{ Body T }

// nothing is what a route takes that takes nothing.
type nothing struct{}

// route adds a route that answers with a T.
func route[I, T any](a *API, op huma.Operation, fn func(context.Context, *I) (T, error)) {
	register(a, op, func(ctx context.Context, in *I) (*answer[T], error) {
		out, err := fn(ctx, in)
		return &answer[T]{out}, err
	})
}

// command adds a route that answers with nothing (204).
func command[I any](a *API, op huma.Operation, fn func(context.Context, *I) error) {
	register(a, op, func(ctx context.Context, in *I) (*nothing, error) { return nil, fn(ctx, in) })
}

// workTimeout is how long a request may be worked on, so that there is time to say
// so long before answerTimeout; tests change it.
var workTimeout = 20 * time.Second

// longWorkTimeout is the same for those of long, which remove or look at much.
const longWorkTimeout = 50 * time.Second

var long = []string{"leave-community", "get-doctor", "get-diagnostics"}

// errTooLong is what who waited so long is told.
var errTooLong = newProblem(http.StatusServiceUnavailable, node.Unavailable,
	"try again; if it stays so, another program may hold the database: `seeder doctor` looks", "the node could not do it in time")

// register adds a route whose errors become problems.
func register[I, O any](a *API, op huma.Operation, fn func(context.Context, *I) (*O, error)) {
	op.BodyReadTimeout = cmp.Or(op.BodyReadTimeout, bodyTimeout)
	huma.Register(a.huma, op, func(ctx context.Context, in *I) (*O, error) {
		limit := workTimeout
		if slices.Contains(long, op.OperationID) {
			limit = longWorkTimeout
		}
		limited, cancel := context.WithTimeout(ctx, limit)
		defer cancel()
		out, err := fn(limited, in)
		if err != nil && limited.Err() != nil && ctx.Err() == nil {
			a.opts.Logger.Warn("request took too long", "method", op.Method, "path", op.Path, "error", err)
			if p := problemOf(err); p.Code != node.Internal {
				return nil, p // which says why
			}
			return nil, errTooLong
		}
		if err != nil {
			return nil, a.failed(ctx, op, err)
		}
		return out, nil
	})
}

// failed says what went wrong to who asked, and to the log where the node is at
// fault.
func (a *API) failed(ctx context.Context, op huma.Operation, err error) error {
	p := problemOf(err)
	if p.Status == http.StatusInternalServerError && ctx.Err() == nil {
		a.opts.Logger.Warn("request failed", "method", op.Method, "path", op.Path, "error", err)
	}
	return p
}

// live returns what runs, or why there is nothing.
func (a *API) live() (Live, error) {
	if a.opts.Live == nil {
		return nil, newProblem(http.StatusServiceUnavailable, node.Unavailable, "try again in a moment", "the node is not running yet")
	}
	return a.opts.Live, nil
}

// describe returns what is documented of a route.
func describe(method, path, id, tag, summary string) huma.Operation {
	return huma.Operation{Method: method, Path: path, OperationID: id, Tags: []string{tag}, Summary: summary}
}

// OfCommunity is the part of a path that names a community.
type OfCommunity struct {
	ID string `path:"id" maxLength:"256" doc:"A community: its id, its name, or a beginning of the id that no other has."`
}

func (a *API) find(ctx context.Context, c OfCommunity) (message.CommunityID, error) {
	found, err := a.opts.Node.Find(ctx, c.ID)
	return found.ID, err
}

// OfCommunities are communities in a query; none for all.
type OfCommunities struct {
	Communities []string `query:"community,explode" maxItems:"1000" doc:"Only these communities, each named as in paths."`
}

// ofCommunities is a route that tells of all communities, or of some, and takes nothing
// else.
func ofCommunities[T any](a *API, fn func(context.Context, ...message.CommunityID) (T, error)) func(context.Context, *OfCommunities) (T, error) {
	return func(ctx context.Context, in *OfCommunities) (T, error) {
		ids, err := a.findAll(ctx, *in)
		if err != nil {
			var none T
			return none, err
		}
		return fn(ctx, ids...)
	}
}

func (a *API) findAll(ctx context.Context, s OfCommunities) ([]message.CommunityID, error) {
	var out []message.CommunityID
	for _, name := range s.Communities {
		id, err := a.find(ctx, OfCommunity{ID: name})
		if err != nil {
			return nil, err
		}
		out = append(out, id)
	}
	return out, nil
}
