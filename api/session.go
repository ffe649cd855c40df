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
	// HeaderCSRF has what POST /session told beside the cookie, with every request that
	// has the cookie.
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
	csrf hash // of the second secret, which who has the cookie alone lacks
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
	s.all[hashOf(cookie)] = &session{csrf: hashOf(csrf), token: token, used: now}
	s.save()
	return cookie, csrf
}

// find reports whether there is a session of a cookie and its second secret, and uses
// it. Browsers show the cookie to every port of a host; the secret stays with the page.
func (s *sessions) find(cookie, csrf string, token hash) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := hashOf(cookie)
	one := s.all[key]
	if one == nil || !one.csrf.equal(hashOf(csrf)) {
		return false
	}
	now := s.clock.Now()
	if now.Sub(one.used) > SessionTime || !one.token.equal(token) {
		delete(s.all, key)
		return false
	}
	one.used = now
	if now.Sub(s.saved) > saveAfter {
		s.save()
	}
	return true
}

func (s *sessions) end(cookie string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.all, hashOf(cookie))
	s.save()
}

// maxLogin is how much is read of who wants to log in, whom nobody knows yet, in bytes.
const maxLogin = 4096

// Login is what begins a session.
type Login struct {
	Token string `json:"token" maxLength:"256" doc:"The token of the API, of the file api.token in the data folder."`
}

// SessionState says whether who asks has a session: a cookie and the header that goes
// with it.
type SessionState struct {
	Authenticated bool `json:"authenticated"`
}

// SessionBegun is what a page keeps of a session.
type SessionBegun struct {
	// CSRF is to be sent in the header X-CSRF-Token of every request that has the
	// cookie. It is told only here.
	CSRF string `json:"csrf"`
}

// begun sets the cookie.
type begun struct {
	Cookie http.Cookie `header:"Set-Cookie"`
	Body   SessionBegun
}

// ended removes the cookie.
type ended struct {
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
	login.Security = open
	login.MaxBodyBytes = maxLogin
	register(a, login, func(ctx context.Context, in *struct{ Body Login }) (*begun, error) {
		c := callerOf(ctx)
		if c == nil {
			return nil, errLocal
		}
		cookie, csrf, err := a.logIn(c, in.Body.Token)
		return &begun{cookie, SessionBegun{csrf}}, err
	})
	show := describe(http.MethodGet, "/session", "get-session", tag, "Whether there is a session")
	show.Security = open
	register(a, show, func(ctx context.Context, _ *nothing) (*shown, error) {
		c := callerOf(ctx)
		if c == nil {
			return &shown{Body: SessionState{Authenticated: true}}, nil
		}
		out := &shown{Body: SessionState{Authenticated: c.authenticated}}
		if c.cookie != "" {
			out.Cookies = []http.Cookie{c.makeCookie(c.cookie, SessionTime)}
		}
		return out, nil
	})
	logout := describe(http.MethodDelete, "/session", "log-out", tag, "End the session")
	logout.Security, logout.DefaultStatus = open, http.StatusNoContent
	register(a, logout, func(ctx context.Context, _ *nothing) (*ended, error) {
		c := callerOf(ctx)
		if c == nil {
			return nil, errLocal
		}
		if c.cookie != "" {
			a.sessions.end(c.cookie)
		}
		return &ended{c.makeCookie("", -1)}, nil
	})
}

var errLocal = newProblem(http.StatusConflict, node.Conflict, "ask without a session", "the control socket has no sessions: who may open it may do everything")

// logIn returns the cookie and the second secret of a new session.
func (a *API) logIn(c *caller, token string) (cookie http.Cookie, csrf string, err error) {
	now, err := a.opts.Token.now()
	if err != nil {
		a.opts.Logger.Error("nobody can log in", "error", err)
		return http.Cookie{}, "", newProblem(http.StatusServiceUnavailable, node.Unavailable, "`seeder token rotate` makes another", "the API has no token")
	}
	if !hashOf(token).equal(now) {
		p := c.attempts.refuse(c.ip, errWrongToken)
		if p == errWrongToken {
			a.opts.Logger.Warn("log-in refused", "from", c.ip)
		}
		return http.Cookie{}, "", p
	}
	value, csrf := a.sessions.begin(now)
	return c.makeCookie(value, SessionTime), csrf, nil
}

var (
	errWrongToken = newProblem(http.StatusUnauthorized, CodeUnauthorized, "`seeder dashboard` prints a link that has it", "that is not the token")
	errNoToken    = newProblem(http.StatusUnauthorized, CodeUnauthorized, "send Authorization: Bearer TOKEN; the token is in api.token in the data folder", "the token is missing")
	errNoSession  = newProblem(http.StatusUnauthorized, CodeUnauthorized, "log in again: the cookie counts only together with the header "+HeaderCSRF, "there is no such session")
)

// checkToken asks for the token once more.
func (a *API) checkToken(ctx context.Context, token string) error {
	if a.opts.Token == nil {
		return newProblem(http.StatusServiceUnavailable, node.Unavailable, "`seeder key show --private` shows the key, too", "the API has no token")
	}
	if a.opts.Token.is(token) {
		return nil
	}
	p := *errWrongToken
	p.Status, p.Title, p.Code = http.StatusForbidden, http.StatusText(http.StatusForbidden), CodeForbidden
	if c := callerOf(ctx); c != nil {
		return c.attempts.refuse(c.ip, &p)
	}
	return &p
}
