package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"sync"
	"sync/atomic"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"seeder/activity"
	"seeder/internal/clock"
	"seeder/message"
	"seeder/node"
	"seeder/store"
)

// Activity is a list of events, newest first.
type Activity struct {
	Events []activity.Event `json:"events"`
}

// Tick is what passes now; it comes each second to those who listen.
type Tick struct {
	// At is in milliseconds since the Unix epoch.
	At          int64           `json:"at"`
	Node        TickNode        `json:"node"`
	Communities []TickCommunity `json:"communities"`
	// Operations are those that have not ended.
	Operations []TickOperation `json:"operations"`
}

// TickNode is the node in a [Tick].
type TickNode struct {
	// Up and Down are bytes a second.
	Up   int64 `json:"up"`
	Down int64 `json:"down"`
	Use
}

// TickCommunity is a community in a [Tick].
type TickCommunity struct {
	ID message.CommunityID `json:"id"`
	// Up and Down are bytes a second.
	Up    int64 `json:"up"`
	Down  int64 `json:"down"`
	Peers int   `json:"peers"`
	// Used and Reserved are bytes on the disk; see [node.Storage].
	Used     int64 `json:"used"`
	Reserved int64 `json:"reserved"`
}

// TickOperation is an operation in a [Tick].
type TickOperation struct {
	ID    store.OperationID    `json:"id"`
	Done  uint64               `json:"done"`
	Total uint64               `json:"total"`
	State store.OperationState `json:"state"`
}

// The names of what a stream of events has.
const (
	eventActivity = "activity" // an [activity.Event], with its id
	eventReset    = "reset"    // what was missed is lost: read everything anew
	eventLive     = "live"     // a [Tick], without an id
)

const (
	tickInterval = time.Second
	// MaxStreams is how many may listen at a time.
	MaxStreams = 48
)

// Tests change these.
var (
	// sendTimeout is how long who listens may take for an event.
	sendTimeout = 10 * time.Second
	// lookTimeout is how long a tick may be looked up.
	lookTimeout = 2 * time.Second
)

// listening is what who listens may say.
type listening struct {
	After string `query:"after" doc:"The id of the last event that is known, such as the newest of /v1/activity; what came after it is sent first. What is no id counts as one that is too old."`
	Last  string `header:"Last-Event-ID" doc:"The same, as browsers send it when they connect again; it counts before the query."`
}

func (a *API) routeEvents() {
	const tag = "Activity"
	route(a, describe(http.MethodGet, "/v1/activity", "list-activity", tag, "What happened, newest first"),
		func(_ context.Context, in *struct {
			Before string `query:"before" doc:"The id of an event; only what came before it."`
			Limit  int    `query:"limit" minimum:"1" maximum:"2000" default:"100"`
		}) (Activity, error) {
			live, err := a.live()
			if err != nil {
				return Activity{}, err
			}
			return Activity{some(live.Activity(in.Before, in.Limit))}, nil
		})
	op := describe(http.MethodGet, "/v1/events", "stream-events", tag, "What happens, as it happens (server-sent events)")
	op.Description = "Three kinds of events: activity with an id and an Event, for what was committed; live without an id and with a Tick, each second; " +
		"reset with {} when what came after the id is not known any more, so that everything has to be read anew."
	op.Responses = map[string]*huma.Response{"200": {Description: "A stream of events.", Content: map[string]*huma.MediaType{
		"text/event-stream": {Schema: a.streamed()},
	}}}
	register(a, op, func(_ context.Context, in *listening) (*huma.StreamResponse, error) {
		live, err := a.live()
		if err != nil {
			return nil, err
		}
		if !a.ticker.enter() {
			return nil, newProblem(http.StatusServiceUnavailable, node.Unavailable, "close other dashboards", fmt.Sprintf("%d listen already", MaxStreams))
		}
		after := in.After
		if in.Last != "" {
			after = in.Last
		}
		return &huma.StreamResponse{Body: func(c huma.Context) {
			defer a.ticker.leave()
			_, w := humago.Unwrap(c)
			a.stream(c.Context(), w, live, after)
		}}, nil
	})
}

// streamed describes what is sent, so that programs have its types.
func (a *API) streamed() *huma.Schema {
	types := a.huma.OpenAPI().Components.Schemas
	return &huma.Schema{OneOf: []*huma.Schema{
		types.Schema(reflect.TypeFor[activity.Event](), true, ""), types.Schema(reflect.TypeFor[Tick](), true, ""),
	}}
}

// stream sends events until who listens goes, is no longer allowed to, or the node
// ends.
func (a *API) stream(ctx context.Context, w http.ResponseWriter, live Live, after string) {
	control := http.NewResponseController(w)
	_ = control.SetReadDeadline(time.Time{}) // nothing more is read; the body has its own end
	sub := live.Subscribe(after)
	defer sub.Close()
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no") // proxies of a kind would wait for more
	w.WriteHeader(http.StatusOK)
	out := sender{w: w, control: control}
	out.send("retry: 2000\n\n")
	if sub.Reset() {
		out.event("", eventReset, struct{}{})
	}
	ticks := time.NewTicker(tickInterval)
	defer ticks.Stop()
	a.tick(ctx, &out)
	for out.err == nil {
		select {
		case <-ctx.Done():
			return
		case <-a.stopped:
			return
		case e, ok := <-sub.Events():
			if !ok {
				return
			}
			out.event(e.ID, eventActivity, e)
		case <-ticks.C:
			if !callerOf(ctx).allowed() {
				return
			}
			a.tick(ctx, &out)
		}
	}
}

func (a *API) tick(ctx context.Context, out *sender) {
	t, err := a.ticker.now(ctx, a)
	if err != nil {
		a.opts.Logger.Debug("nothing to tell who listens", "error", err)
		return
	}
	out.event("", eventLive, t)
}

// sender writes events; after the first error it writes no more.
type sender struct {
	w       http.ResponseWriter
	control *http.ResponseController
	err     error
}

func (s *sender) event(id, name string, data any) {
	body, err := json.Marshal(data)
	if err != nil {
		s.err = err
		return
	}
	text := "event: " + name + "\ndata: " + string(body) + "\n\n"
	if id != "" {
		text = "id: " + id + "\n" + text
	}
	s.send(text)
}

func (s *sender) send(text string) {
	if s.err != nil {
		return
	}
	_ = s.control.SetWriteDeadline(clock.System{}.Now().Add(sendTimeout)) // else the server's holds
	if _, s.err = s.w.Write([]byte(text)); s.err == nil {
		s.err = s.control.Flush()
	}
}

// ticker looks once a second at most, however many listen.
type ticker struct {
	streams atomic.Int64 // who listens

	mu   sync.Mutex
	at   time.Time
	last Tick
	err  error
}

func (t *ticker) enter() bool {
	if t.streams.Add(1) > MaxStreams {
		t.leave()
		return false
	}
	return true
}

func (t *ticker) leave() { t.streams.Add(-1) }

// now returns what passes now, or passed half a second ago.
func (t *ticker) now(ctx context.Context, a *API) (Tick, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := a.opts.Clock.Now()
	if since := now.Sub(t.at); t.at.IsZero() || since < 0 || since > tickInterval/2 {
		limited, cancel := context.WithTimeout(ctx, lookTimeout) // all who listen wait for it
		defer cancel()
		t.last, t.err = a.look(limited)
		t.at = a.opts.Clock.Now()
		if ctx.Err() != nil { // the others look again
			t.at = time.Time{}
		}
	}
	return t.last, t.err
}

func (a *API) look(ctx context.Context) (Tick, error) {
	now, err := a.opts.Node.Now(ctx)
	if err != nil {
		return Tick{}, err
	}
	out := Tick{At: now.Time, Communities: []TickCommunity{}, Operations: []TickOperation{}}
	out.Node = TickNode{Up: now.Limits.Up.Rate, Down: now.Limits.Down.Rate, Use: a.opts.Live.Use()}
	for i := range now.Communities {
		c := &now.Communities[i]
		out.Communities = append(out.Communities, TickCommunity{
			ID: c.ID, Up: c.Up.Rate, Down: c.Down.Rate, Peers: c.Peers, Used: c.Storage.Used, Reserved: c.Storage.Reserved,
		})
	}
	ops, err := a.opts.Node.Operations(ctx, true)
	for i := range ops {
		op := &ops[i]
		out.Operations = append(out.Operations, TickOperation{ID: op.ID, Done: op.Done, Total: op.Total, State: op.State})
	}
	return out, err
}
