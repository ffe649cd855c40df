package api_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"seeder/activity"
	"seeder/api"
	"seeder/catalog"
	"seeder/message"
	"seeder/node"
	"seeder/operation"
	"seeder/rates"
	"seeder/store"
)

const stranger = "0x02aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

// same fails unless the client and the node say the same.
func same[T any](t *testing.T, what string, fromClient, fromNode func() (T, error)) {
	t.Helper()
	got, err := fromClient()
	want, wantErr := fromNode()
	if (err == nil) != (wantErr == nil) || err != nil && (err.Error() != wantErr.Error() || node.CodeOf(err) != node.CodeOf(wantErr)) {
		t.Errorf("%s: the client says %v (%s), the node %v (%s)", what, err, node.CodeOf(err), wantErr, node.CodeOf(wantErr))
	}
	// The disk is of others, too.
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(node.Disk{}, "Free")); diff != "" {
		t.Errorf("%s (-node +client):\n%s", what, diff)
	}
}

// A client answers as the node does without a daemon between.
func TestTheClientSaysWhatTheNodeSays(t *testing.T) {
	w := open(t)
	ctx := t.Context()
	made, err := w.client.Create(ctx, "Harbour / Nord")
	if err != nil || made.Role != store.RoleOwner || made.Name != "Harbour / Nord" {
		t.Fatalf("create: %+v (%v)", made, err)
	}
	other, err := message.ParseCommunityID(stranger)
	if err != nil {
		t.Fatal(err)
	}
	if joined, err := w.client.Join(ctx, other, ""); err != nil || joined.Operation == "" {
		t.Fatalf("join: %+v (%v)", joined, err)
	}
	if err := w.client.Rename(ctx, other, "Garden"); err != nil {
		t.Fatal(err)
	}
	c, n, id := w.client, w.node, made.ID
	for _, name := range []string{"Garden", "Harbour / Nord", stranger, "0x02aaaa", "nobody", "x?y#z", ""} {
		same(t, "find "+name, func() (string, error) {
			f, err := c.Find(ctx, name)
			return f.ID.String() + f.Name + string(f.Role), err
		},
			func() (string, error) {
				f, err := n.Find(ctx, name)
				return f.ID.String() + f.Name + string(f.Role), err
			})
	}
	same(t, "status", func() (node.Status, error) { return c.Status(ctx) }, func() (node.Status, error) { return n.Status(ctx) })
	same(t, "status of one", func() (node.Status, error) { return c.Status(ctx, other) }, func() (node.Status, error) { return n.Status(ctx, other) })
	same(t, "now", func() (node.Now, error) { return c.Now(ctx) }, func() (node.Now, error) { return n.Now(ctx) })
	same(t, "communities", func() ([]node.CommunityInfo, error) { return c.Communities(ctx) }, func() ([]node.CommunityInfo, error) { return n.Communities(ctx) })
	same(t, "community", func() (node.Details, error) { return c.Community(ctx, id) }, func() (node.Details, error) { return n.Community(ctx, id) })
	same(t, "history", func() (node.History, error) { return c.History(ctx, id) }, func() (node.History, error) { return n.History(ctx, id) })
	same(t, "announcements", func() ([]node.Announcement, error) { return c.Announcements(ctx, id) }, func() ([]node.Announcement, error) { return n.Announcements(ctx, id) })
	same(t, "limits", func() (node.Limits, error) { return c.Limits(ctx) }, func() (node.Limits, error) { return n.Limits(ctx) })
	same(t, "operations", func() ([]node.Operation, error) { return c.Operations(ctx, true, other) }, func() ([]node.Operation, error) { return n.Operations(ctx, true, other) })
	for name, values := range map[string]map[string]string{
		"good": {"up": "1MiB/s", "cap": "5GiB"}, "back": {"up": ""}, "bad value": {"up": "fast"}, "bad key": {"upp": "1MiB/s"}, "nothing": nil,
	} {
		same(t, "limits "+name, func() (node.SetResult, error) { return c.SetLimits(ctx, values) }, func() (node.SetResult, error) { return n.SetLimits(ctx, values) })
		same(t, "settings "+name, func() (node.SetResult, error) { return c.SetCommunity(ctx, id, values) },
			func() (node.SetResult, error) { return n.SetCommunity(ctx, id, values) })
	}
	span := message.Span{From: 1704067200, To: 1706745600}
	same(t, "pin", func() (node.SetResult, error) { return c.Pin(ctx, id, span, false) }, func() (node.SetResult, error) { return n.Pin(ctx, id, span, false) })
	same(t, "unpin", func() (node.SetResult, error) { return c.Pin(ctx, id, span, true) }, func() (node.SetResult, error) { return n.Pin(ctx, id, span, true) })
	begun, err := c.Begin(ctx, operation.Request{Community: id, Kind: operation.Replay, Span: span})
	if err != nil || begun.From != span.From || begun.To != span.To || begun.Kind != operation.Replay {
		t.Errorf("begin: %+v (%v)", begun, err)
	}
	same(t, "operation", func() (node.Operation, error) { return c.Operation(ctx, begun.ID) }, func() (node.Operation, error) { return n.Operation(ctx, begun.ID) })
	none := store.OperationID(strings.Repeat("0", 32))
	same(t, "no operation", func() (node.Operation, error) { return c.Operation(ctx, none) }, func() (node.Operation, error) { return n.Operation(ctx, none) })
	same(t, "own without a key", func() (node.CommunityInfo, error) { return c.Own(ctx, other, "") }, func() (node.CommunityInfo, error) { return n.Own(ctx, other, "") })
}

func TestKeyBackupAsksForTheToken(t *testing.T) {
	w := open(t)
	made, err := w.client.Create(t.Context(), "Harbour")
	if err != nil {
		t.Fatal(err)
	}
	want, err := w.node.KeyBackup(t.Context(), made.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, token := range []string{"", "wrong", w.token + "A"} {
		got, err := w.client.KeyBackup(t.Context(), made.ID, token)
		refused, ok := errors.AsType[*api.Refusal](err)
		if !ok || refused.Problem.Status != http.StatusForbidden || got.Private != "" {
			t.Errorf("with the token %q: %v (%+v)", token, err, got)
		}
	}
	backedUp := func() [2]int64 {
		t.Helper()
		details, err := w.client.Community(t.Context(), made.ID)
		if err != nil {
			t.Fatal(err)
		}
		status, err := w.client.Status(t.Context())
		if err != nil || len(status.Communities) != 1 {
			t.Fatalf("%+v (%v)", status, err)
		}
		return [2]int64{details.BackedUpAt, status.Communities[0].BackedUpAt}
	}
	if at := backedUp(); at != [2]int64{} {
		t.Errorf("a copy before there was one: %d", at)
	}
	if got, err := w.client.KeyBackup(t.Context(), made.ID, w.token); err != nil || got != want || got.Private == "" {
		t.Errorf("with the token: %+v (%v)", got, err)
	}
	if at := backedUp(); at != [2]int64{start.UnixMilli(), start.UnixMilli()} {
		t.Errorf("the copy was made at %d, want %d", at, start.UnixMilli())
	}
}

// What is asked often does not take the longer the longer histories are.
func TestMessagesAreCountedWhereTheyAreShown(t *testing.T) {
	w := open(t)
	made, err := w.client.Create(t.Context(), "Harbour")
	if err != nil {
		t.Fatal(err)
	}
	address := w.public(t, api.PublicOptions{})
	for name, tt := range map[string]struct {
		ask    func() error
		counts bool
	}{
		"list":   {func() error { _, err := w.client.Communities(t.Context()); return err }, false},
		"find":   {func() error { _, err := w.client.Find(t.Context(), "Harbour"); return err }, false},
		"health": {func() error { _, err := w.client.Health(t.Context()); return err }, false},
		"archives": {func() error {
			if got := ask(t, address, request{path: "/v1/communities/Harbour/archives", header: bearer(w.token)}); got.status != http.StatusOK {
				return errors.New(got.body)
			}
			return nil
		}, false},
		"now":    {func() error { _, err := w.client.Now(t.Context()); return err }, false},
		"status": {func() error { _, err := w.client.Status(t.Context()); return err }, true},
		"one":    {func() error { _, err := w.client.Community(t.Context(), made.ID); return err }, true},
	} {
		before := w.db.counts.Load()
		err := tt.ask()
		if n := w.db.counts.Load() - before; err != nil || (n > 0) != tt.counts {
			t.Errorf("%s: counted %d times, want %t (%v)", name, n, tt.counts, err)
		}
	}
}

func TestWhatOnlyADaemonKnows(t *testing.T) {
	w := open(t)
	ctx := t.Context()
	made, err := w.client.Create(ctx, "Harbour")
	if err != nil {
		t.Fatal(err)
	}
	transfers, err := w.client.Transfers(ctx, made.ID)
	if err != nil || transfers.Community != made.ID || len(transfers.Peers) != 1 || transfers.Torrents == nil || transfers.Archives == nil {
		t.Errorf("transfers: %+v (%v)", transfers, err)
	}
	series, err := w.client.Rates(ctx, nil, rates.Day)
	if err != nil || series.Range != rates.Day || series.Up[0] != nil || *series.Up[1] != 1.5 || series.CPU == nil {
		t.Errorf("rates: %+v (%v)", series, err)
	}
	if _, err := w.client.Rates(ctx, &made.ID, "1y"); node.CodeOf(err) != node.Invalid {
		t.Errorf("rates of a year: %v", err)
	}
	if err := w.client.SetLogLevel(ctx, "debug"); err != nil {
		t.Error(err)
	}
	if level, err := w.client.LogLevel(ctx); err != nil || level != "debug" {
		t.Errorf("log level %q (%v)", level, err)
	}
	if err := w.client.SetLogLevel(ctx, "loud"); node.CodeOf(err) != node.Invalid {
		t.Errorf("log level loud: %v", err)
	}
	if r, err := w.client.Reload(ctx); err != nil || len(r.Applied) != 1 || r.NeedsRestart == nil {
		t.Errorf("reload: %+v (%v)", r, err)
	}
	if r, err := w.client.Doctor(ctx); err != nil || len(r.Checks) != 1 {
		t.Errorf("doctor: %+v (%v)", r, err)
	}
	var body bytes.Buffer
	if err := w.client.Diagnostics(ctx, &body); err != nil {
		t.Error(err)
	}
	if _, err := zip.NewReader(bytes.NewReader(body.Bytes()), int64(body.Len())); err != nil {
		t.Errorf("diagnostics: %v", err)
	}
	if h, err := w.client.Health(ctx); err != nil || h.State != api.HealthOK || len(h.Checks) != 6 {
		t.Errorf("health: %+v (%v)", h, err)
	}
	if text, err := w.client.Metrics(ctx); err != nil || string(text) != "up 1\n" {
		t.Errorf("metrics: %q (%v)", text, err)
	}
	events, err := w.client.Activity(ctx, "", 10)
	if err != nil || len(events) == 0 || events[0].Kind != activity.KindCommunity {
		t.Errorf("activity: %+v (%v)", events, err)
	}
	w.live.fail(errLive)
	_, err = w.client.Transfers(ctx, made.ID)
	for _, err := range []error{err, w.client.Refresh(ctx), w.client.Diagnostics(ctx, &body)} {
		refused, ok := errors.AsType[*api.Refusal](err)
		if !ok || refused.Problem.Status != http.StatusServiceUnavailable || refused.Hint() != "wait" || err.Error() != "the disk is away" {
			t.Errorf("a failure came as %#v", err)
		}
	}
}

// Health says what fails in people's words, and what rests does not fail.
func TestHealthOfWork(t *testing.T) {
	w := open(t)
	made, err := w.client.Create(t.Context(), "Harbour")
	if err != nil {
		t.Fatal(err)
	}
	board := catalog.NewBoard(w.db, made.ID, w.clock, slog.New(slog.DiscardHandler))
	check := func(state, message string) {
		t.Helper()
		h, err := w.client.Health(t.Context())
		if err != nil || h.State != state {
			t.Errorf("health is %+v (%v), want %s", h, err, state)
		}
		for _, c := range h.Checks {
			if c.Name == "work" && c.Message != message {
				t.Errorf("it says %q, want %q", c.Message, message)
			}
		}
	}
	check(api.HealthOK, "")
	board.Failed(t.Context(), catalog.PartFetch, errors.New("nobody there"), time.Second)
	check(api.HealthDegraded, "fetch work of Harbour failed 1 time: nobody there")
	board.Resting(t.Context(), catalog.PartFetch, "paused")
	check(api.HealthOK, "")
}

// Nothing has null for a list, so that programs need not look.
func TestListsAreNeverNull(t *testing.T) {
	w := open(t)
	made, err := w.client.Create(t.Context(), "Harbour")
	if err != nil {
		t.Fatal(err)
	}
	address := w.public(t, api.PublicOptions{})
	for _, path := range []string{
		"/v1/status", "/v1/now", "/v1/health", "/v1/communities", "/v1/limits", "/v1/limits/keys", "/v1/operations", "/v1/config",
		"/v1/activity", "/v1/doctor", "/v1/communities/ID", "/v1/communities/ID/history", "/v1/communities/ID/archives",
		"/v1/communities/ID/settings", "/v1/communities/ID/transfers", "/v1/communities/ID/announcements", "/v1/communities/ID/operations",
	} {
		got := ask(t, address, request{path: strings.ReplaceAll(path, "ID", made.ID.String()), header: bearer(w.token)})
		if got.status != http.StatusOK || strings.Contains(got.body, "null") {
			t.Errorf("%s: %d %s", path, got.status, got.body)
		}
	}
}

func TestProblems(t *testing.T) {
	w := open(t)
	if _, err := w.client.Create(t.Context(), "Harbour"); err != nil {
		t.Fatal(err)
	}
	address := w.public(t, api.PublicOptions{})
	for _, tt := range []struct {
		request
		status int
		code   node.Code
		says   string
	}{
		{request{path: "/v1/nothing"}, 404, node.NotFound, "no such path"},
		{request{path: "/v1/communities/nobody"}, 404, node.NotFound, "nobody"},
		{request{path: "/v1/operations/7"}, 422, node.Invalid, ""},
		{request{method: "PUT", path: "/v1/status"}, 405, api.CodeMethod, "PUT"},
		{request{method: "PATCH", path: "/v1/limits", body: `{"up": "fast"}`}, 422, node.Invalid, "up"},
		{request{method: "PATCH", path: "/v1/limits", body: `{"up": 7}`}, 422, node.Invalid, ""},
		{request{method: "PATCH", path: "/v1/limits", body: `{"up`}, 400, node.Invalid, ""},
		{request{method: "PATCH", path: "/v1/limits"}, 400, node.Invalid, "body"},
		{request{method: "POST", path: "/v1/communities", body: `{"role": "king"}`}, 422, node.Invalid, ""},
		{request{method: "POST", path: "/v1/communities", body: `{"role": "member"}`}, 422, node.Invalid, ""},
		{request{method: "POST", path: "/v1/communities", body: `{"role": "member", "id": "` + stranger + `", "crown": 1}`}, 422, node.Invalid, ""},
		{request{method: "POST", path: "/v1/communities", body: `{"role": "member", "id": "` + stranger + `", "peers": ["192.0.2.7"]}`}, 422, node.Invalid, "192.0.2.7"},
		{request{method: "POST", path: "/v1/communities/Harbour/fetch", body: `{"from": 9, "to": 9}`}, 422, node.Invalid, "empty"},
		{request{path: "/v1/activity?limit=0"}, 422, node.Invalid, ""},
		{request{path: "/v1/rates?range=1y"}, 422, node.Invalid, ""},
		{request{path: "/v1/operations/" + strings.Repeat("0", 32)}, 404, node.NotFound, ""},
		{request{method: "POST", path: "/v1/communities", body: `{"role": "owner", "id": "` + stranger + `"}`}, 404, node.NotFound, "no key"},
		{request{method: "PATCH", path: "/v1/limits", body: `{"up": "1MiB/s"}`, header: map[string]string{"Content-Type": "text/plain"}}, 415, node.Invalid, ""},
		{request{method: "POST", path: "/session", body: `{"token": 7}`}, 422, node.Invalid, ""},
		{request{method: "POST", path: "/session", body: `{"token": "wrong"}`}, 401, api.CodeUnauthorized, "not the token"},
		{request{method: "POST", path: "/session", body: strings.Repeat("x", 5000)}, 413, api.CodeTooLarge, ""},
		{request{path: "/v1/status", header: map[string]string{"Origin": "http://evil.example.org"}}, 403, api.CodeForbidden, "origin"},
		{request{path: "/v1/status", host: "evil.example.org"}, 403, api.CodeForbidden, "name"},
	} {
		if tt.header == nil {
			tt.header = make(map[string]string)
		}
		tt.header["Authorization"] = "Bearer " + w.token
		got := ask(t, address, tt.request)
		if got.status != tt.status || got.problem.Code != tt.code || got.problem.Status != tt.status || !strings.Contains(got.problem.Detail, tt.says) {
			t.Errorf("%s %s %s: %d %s, want %d %s and %q", tt.method, tt.path, tt.body, got.status, got.body, tt.status, tt.code, tt.says)
		}
		if got.problem.Detail == "" || got.problem.Hint == "" {
			t.Errorf("%s %s %s: %s does not say what to do", tt.method, tt.path, tt.body, got.body)
		}
	}
	for _, body := range []string{`{"up": 7}`, `{"up": "fast"}`} {
		got := ask(t, address, request{method: "PATCH", path: "/v1/limits", body: body, header: bearer(w.token)})
		if len(got.problem.Errors) != 1 || got.problem.Errors[0].Location != "body.up" {
			t.Errorf("what was not understood of %s: %+v", body, got.problem.Errors)
		}
	}
}

// Values are checked as they would be when they are set, and null takes back.
func TestCheckAndTakeBack(t *testing.T) {
	w := open(t)
	if _, err := w.client.Create(t.Context(), "Harbour"); err != nil {
		t.Fatal(err)
	}
	address := w.public(t, api.PublicOptions{})
	post := func(method, path, body string) reply {
		return ask(t, address, request{method: method, path: path, body: body, header: bearer(w.token)})
	}
	var checked api.CheckResult
	got := post("POST", "/v1/limits/check", `{"values": {"up": "2MiB/s", "down": "fast", "what": "1", "cap": ""}}`)
	if err := json.Unmarshal([]byte(got.body), &checked); err != nil || len(checked.Checked) != 4 {
		t.Fatalf("check: %d %s", got.status, got.body)
	}
	for i, ok := range []bool{true, false, true, false} { // cap, down, up, what
		if c := checked.Checked[i]; c.OK != ok || ok != (c.Message == "") || (c.Accepts == "") != (c.Key == "what") {
			t.Errorf("checked %+v, want %t", c, ok)
		}
	}
	if got := post("POST", "/v1/limits/check", `{"community": "Harbour", "values": {"pace": "fast"}}`); !strings.Contains(got.body, `"ok":false`) {
		t.Errorf("a setting of the node is taken of a community: %s", got.body)
	}
	if got := post("POST", "/v1/communities/Harbour/pause", ""); got.status != 200 || !strings.Contains(got.body, `"value":"on"`) {
		t.Errorf("pause: %d %s", got.status, got.body)
	}
	if got := post("PATCH", "/v1/communities/Harbour/settings", `{"paused": null}`); got.status != 200 || !strings.Contains(got.body, `"value":"off","from":"default"`) {
		t.Errorf("null: %d %s", got.status, got.body)
	}
}

func TestWithoutADaemonThereIsNothingLive(t *testing.T) {
	w := open(t)
	made, err := w.client.Create(t.Context(), "Harbour")
	if err != nil {
		t.Fatal(err)
	}
	w.api = api.New(api.Options{Node: w.node, Refresh: func(context.Context) error { return nil }, Token: api.OpenToken(w.dir + "/api.token"), Clock: w.clock})
	address := w.public(t, api.PublicOptions{})
	for _, path := range []string{"/v1/communities/" + made.ID.String() + "/transfers", "/v1/rates", "/v1/events", "/v1/activity", "/v1/doctor", "/v1/log-level", "/v1/diagnostics"} {
		if got := ask(t, address, request{path: path, header: bearer(w.token)}); got.status != 503 || got.problem.Code != node.Unavailable {
			t.Errorf("%s: %d %s", path, got.status, got.body)
		}
	}
}
