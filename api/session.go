package api

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"seeder/internal/clock"
	"seeder/node"
)

const (
	// CookieName is the name of the cookie of a session. A node that does not
	// listen on [DefaultPort] adds its port, because browsers give cookies to all
	// ports of a host.
	CookieName = "seeder_session"
	// DefaultPort is that of api.listen where nobody has set it.
	DefaultPort = "26883"
	// HeaderCSRF is what requests that change something repeat with a cookie.
	HeaderCSRF = "X-CSRF-Token"

	// SessionTime is how long a session lasts after it was used last.
	SessionTime = 30 * 24 * time.Hour
	// MaxSessions is how many there are at a time; beyond it the one that was not
	// used for the longest time ends.
	MaxSessions = 256
)

// sessions are the browsers that know the token. They outlive the process where
// there is a file for them.
type sessions struct {
	clock  clock.Clock
	logger *slog.Logger
	path   string // empty for memory alone

	mu    sync.Mutex
	all   map[hash]*session // by the hash of the cookie
	saved time.Time
}

type session struct {
	csrf string
	// token is the hash of the token that it began with: another one ends it.
	token hash
	used  time.Time
}

func newSessions(path string, c clock.Clock, logger *slog.Logger) *sessions {
	s := &sessions{clock: c, logger: logger, path: path, all: make(map[hash]*session)}
	if path == "" {
		return s
	}
	s.saved = c.Now()
	if err := s.load(); err != nil {
		logger.Warn("browsers have to log in again", "path", path, "error", err)
	}
	return s
}

// secret is random and fits into a header.
func secret() string {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// begin makes a session of who knows the token with a hash.
func (s *sessions) begin(token hash) (cookie, csrf string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.clock.Now()
	var oldest hash
	for key, one := range s.all {
		if now.Sub(one.used) > SessionTime {
			delete(s.all, key)
		} else if o := s.all[oldest]; o == nil || one.used.Before(o.used) {
			oldest = key
		}
	}
	if len(s.all) >= MaxSessions {
		delete(s.all, oldest)
	}
	cookie, csrf = secret(), secret()
	s.all[hashOf(cookie)] = &session{csrf: csrf, token: token, used: now}
	s.save()
	return cookie, csrf
}

// find returns the session of a cookie and uses it; false for none.
func (s *sessions) find(cookie string, token hash) (csrf string, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := hashOf(cookie)
	one := s.all[key]
	if one == nil {
		return "", false
	}
	now := s.clock.Now()
	if now.Sub(one.used) > SessionTime || !one.token.equal(token) {
		delete(s.all, key)
		return "", false
	}
	one.used = now
	if now.Sub(s.saved) > saveAfter {
		s.save()
	}
	return one.csrf, true
}

func (s *sessions) end(cookie string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.all, hashOf(cookie))
	s.save()
}

// Login is what begins a session.
type Login struct {
	Token string `json:"token" maxLength:"256" doc:"The token of the API, of the file api.token in the data folder."`
}

// SessionState says whether who asks has a session.
type SessionState struct {
	Authenticated bool `json:"authenticated"`
	// CSRF is to be sent in the header X-CSRF-Token of requests that change
	// something; empty where there is no session.
	CSRF string `json:"csrf"`
}

// begun sets the cookie.
type begun struct {
	Cookie http.Cookie `header:"Set-Cookie"`
}

// shown tells of a session, and lets its cookie last on.
type shown struct {
	Cookies []http.Cookie `header:"Set-Cookie"`
	Body    SessionState
}

func (a *API) routeSession() {
	const tag = "Session"
	open := []map[string][]string{}
	login := describe(http.MethodPost, "/session", "log-in", tag, "Begin a session of a browser")
	login.Security, login.DefaultStatus = open, http.StatusNoContent
	register(a, login, func(ctx context.Context, in *struct{ Body Login }) (*begun, error) {
		c := callerOf(ctx)
		if c == nil {
			return nil, errLocal
		}
		cookie, err := a.logIn(c, in.Body.Token)
		return &begun{cookie}, err
	})
	show := describe(http.MethodGet, "/session", "get-session", tag, "Whether there is a session")
	show.Security = open
	register(a, show, func(ctx context.Context, _ *nothing) (*shown, error) {
		c := callerOf(ctx)
		if c == nil {
			return &shown{Body: SessionState{Authenticated: true}}, nil
		}
		out := &shown{Body: SessionState{Authenticated: c.authenticated, CSRF: c.csrf}}
		if c.cookie != "" {
			out.Cookies = []http.Cookie{c.makeCookie(c.cookie, SessionTime)}
		}
		return out, nil
	})
	logout := describe(http.MethodDelete, "/session", "log-out", tag, "End the session")
	logout.Security, logout.DefaultStatus = open, http.StatusNoContent
	register(a, logout, func(ctx context.Context, _ *nothing) (*begun, error) {
		c := callerOf(ctx)
		if c == nil {
			return nil, errLocal
		}
		a.sessions.end(c.cookie)
		return &begun{c.makeCookie("", -1)}, nil
	})
}

var errLocal = newProblem(http.StatusConflict, node.Conflict, "", "the control socket has no sessions: who may open it may do everything")

// logIn returns the cookie of a new session. Who was wrong too often waits.
func (a *API) logIn(c *caller, token string) (http.Cookie, error) {
	if wait := c.attempts.wait(c.ip); wait > 0 {
		return http.Cookie{}, tooMany(wait)
	}
	now, err := a.opts.Token.now()
	if err != nil {
		a.opts.Logger.Error("nobody can log in", "error", err)
		return http.Cookie{}, newProblem(http.StatusServiceUnavailable, node.Unavailable, "`seeder token rotate` makes another", "the API has no token")
	}
	if !hashOf(token).equal(now) {
		c.attempts.failed(c.ip)
		a.opts.Logger.Warn("log-in refused", "from", c.ip)
		return http.Cookie{}, errWrongToken
	}
	cookie, _ := a.sessions.begin(now)
	return c.makeCookie(cookie, SessionTime), nil
}

var (
	errWrongToken = newProblem(http.StatusUnauthorized, CodeUnauthorized, "`seeder dashboard` prints a link that has it", "that is not the token")
	errNoToken    = newProblem(http.StatusUnauthorized, CodeUnauthorized, "send Authorization: Bearer TOKEN; the token is in api.token in the data folder", "the token is missing")
)

// checkToken asks for the token once more.
func (a *API) checkToken(ctx context.Context, token string) error {
	if a.opts.Token == nil {
		return newProblem(http.StatusServiceUnavailable, node.Unavailable, "", "the API has no token")
	}
	c := callerOf(ctx)
	if c != nil {
		if wait := c.attempts.wait(c.ip); wait > 0 {
			return tooMany(wait)
		}
	}
	if a.opts.Token.is(token) {
		return nil
	}
	if c != nil {
		c.attempts.failed(c.ip)
	}
	p := *errWrongToken
	p.Status, p.Title, p.Code = http.StatusForbidden, http.StatusText(http.StatusForbidden), CodeForbidden
	return &p
}
