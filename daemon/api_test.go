package daemon_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"seeder/api"
	"seeder/daemon"
	"seeder/internal/certtest"
	"seeder/message"
)

// A daemon answers programs that know its token, and its own user without one.
func TestTheAPI(t *testing.T) {
	opts := options(t)
	d := start(t, opts)
	defer run(t, d)()
	at, err := daemon.ReadNodeFile(opts.Config)
	if err != nil || !strings.HasPrefix(at.API, "http://127.0.0.1:") {
		t.Fatalf("node file %+v (%v)", at, err)
	}
	token, err := api.ReadToken(opts.Config.TokenFile())
	if err != nil {
		t.Fatal(err)
	}
	if got := get(t, at.API+"v1/status", ""); got.status != http.StatusUnauthorized {
		t.Errorf("without a token: %d %s", got.status, got.body)
	}
	if got := get(t, at.API, ""); got.status != http.StatusOK || !strings.Contains(got.policy, "default-src 'none'") {
		t.Errorf("the dashboard: %d, policy %q", got.status, got.policy)
	}
	client, err := daemon.Control(opts.Config)
	if err != nil {
		t.Fatal(err)
	}
	made, err := client.Create(t.Context(), "Harbour")
	if err != nil {
		t.Fatal(err)
	}
	if got := get(t, at.API+"v1/communities/Harbour", token); got.status != http.StatusOK || !strings.Contains(got.body, made.ID.String()) {
		t.Errorf("with the token: %d %s", got.status, got.body)
	}
	// Another node joins, and is told where the owner is.
	other := options(t)
	defer run(t, start(t, other))()
	there, err := daemon.ReadNodeFile(other.Config)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := api.ReadToken(other.Config.TokenFile())
	if err != nil {
		t.Fatal(err)
	}
	body := fmt.Sprintf(`{"role": "member", "id": %q, "peers": [%q]}`, made.ID, at.Swarm[0])
	if got := send(t, http.MethodPost, there.API+"v1/communities", secret, body); got.status != http.StatusCreated {
		t.Errorf("join: %d %s", got.status, got.body)
	}
	if got := send(t, http.MethodPost, there.API+"v1/communities", token, body); got.status != http.StatusUnauthorized {
		t.Errorf("with the token of another node: %d %s", got.status, got.body)
	}
	if r, err := client.SetCommunity(t.Context(), made.ID, map[string]string{"paused": "on"}); err != nil || r.Daemon != "told" {
		t.Errorf("pause: %+v (%v)", r, err)
	}
	s, err := client.Status(t.Context())
	if err != nil || !s.Running || !s.Answering || s.PID != os.Getpid() || s.Communities[0].Limits.Mode.Reason != "paused" {
		t.Errorf("status: %+v (%v)", s, err)
	}
	if list, err := client.Operations(t.Context(), false, message.CommunityID{2}); err == nil {
		t.Errorf("operations of nobody: %+v", list)
	}
}

// The API is not served to others without TLS, whatever the configuration let through.
func TestTheAPIIsNotServedPlainToOthers(t *testing.T) {
	opts := options(t)
	opts.Config.API.Listen = "0.0.0.0:0"
	if d, err := daemon.New(t.Context(), opts); !errors.Is(err, api.ErrPlain) {
		t.Errorf("it starts: %v", err)
		closeDaemon(t, d)
	}
	opts.Config.API.Listen = ""
	d := start(t, opts)
	defer closeDaemon(t, d)
	if at, err := daemon.ReadNodeFile(opts.Config); err != nil || at.API != "" {
		t.Errorf("without an address: %+v (%v)", at, err)
	}
}

// An address of IPv4 is not listened at by IPv6, too.
func TestListensByOneFamily(t *testing.T) {
	opts := options(t)
	now := opts.Clock.Now()
	opts.Config.API.TLSCert, opts.Config.API.TLSKey = certtest.Write(t, t.TempDir(), now.Add(time.Hour))
	opts.Config.API.Listen, opts.Config.Metrics.Listen = "0.0.0.0:0", "0.0.0.0:0"
	d := start(t, opts)
	defer closeDaemon(t, d)
	at, err := daemon.ReadNodeFile(opts.Config)
	if err != nil || !strings.HasPrefix(at.API, "https://0.0.0.0:") || !strings.HasPrefix(at.Metrics, "0.0.0.0:") {
		t.Errorf("API at %s, metrics at %s (%v)", at.API, at.Metrics, err)
	}
}

type got struct {
	status       int
	body, policy string
}

func get(t *testing.T, url, token string) got {
	t.Helper()
	return send(t, http.MethodGet, url, token, "")
}

func send(t *testing.T, method, url, token, body string) got {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	answer, err := (&http.Client{Timeout: patience, Transport: &http.Transport{DisableKeepAlives: true}}).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return got{answer.StatusCode, string(text), answer.Header.Get("Content-Security-Policy")}
}
