package api

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"seeder/node"
)

// PublicOptions say what [API.Public] answers besides, and to whom.
type PublicOptions struct {
	// Address is where it listens, host:port with the port in use.
	Address string
	// Hosts are further names by which the node may be asked; see [Guard].
	Hosts []string
	// Web answers what is not the API: the dashboard; nil for none.
	Web http.Handler
}

// Public answers at an address that others can reach, too: other programs, other
// users and pages of other sites that a browser shows. A request gets through when
//
//   - its Host is one that this node has: an address or name of the loopback
//     interface, the address that it was sent to, or one of Hosts. A page whose
//     name an attacker has resolve to this machine (DNS rebinding) has another;
//   - it does not come from a page of another origin, as Origin and Sec-Fetch-Site
//     tell. Only links to the dashboard may;
//   - it has the token (Authorization: Bearer), or the cookie of a session together
//     with the session's CSRF token. The cookie alone, which browsers send to whatever
//     listens at another port of this machine, is worth nothing.
//
// Without the last, one reads /healthz, logs in, and loads the dashboard, which is
// the same for all.
func (a *API) Public(opts PublicOptions) http.Handler {
	g := &guard{api: a, opts: opts, attempts: newAttempts(a.opts.Clock), bearers: newAttempts(a.opts.Clock), cookieName: CookieName}
	if _, port, err := net.SplitHostPort(opts.Address); err == nil && port != DefaultPort {
		g.cookieName += "_" + port
	}
	g.answers = bounded(a.answering())
	return http.HandlerFunc(g.serve)
}

type guard struct {
	api     *API
	opts    PublicOptions
	answers http.Handler
	// attempts are those to log in, bearers those of programs: one that goes on with
	// an old token hides no wrong log-in from the log.
	attempts, bearers *attempts
	cookieName        string
}

// caller is who asks over TCP.
type caller struct {
	ip            string
	secure        bool // over TLS
	attempts      *attempts
	authenticated bool
	// cookie is of the session; empty without one.
	cookie     string
	cookieName string
	// still reports whether it is yet authenticated.
	still func() bool
}

type callerKey struct{}

// callerOf returns who asks; nil for who may do everything.
func callerOf(ctx context.Context) *caller {
	c, _ := ctx.Value(callerKey{}).(*caller)
	return c
}

// allowed reports whether who began to listen still may.
func (c *caller) allowed() bool { return c == nil || c.still() }

// makeCookie returns the cookie of a session that lasts for a time; a negative time
// removes it.
func (c *caller) makeCookie(value string, lasts time.Duration) http.Cookie {
	seconds := int(lasts.Seconds())
	if lasts < 0 {
		seconds = -1
	}
	return http.Cookie{
		Name: c.cookieName, Value: value, Path: "/", MaxAge: seconds,
		HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: c.secure,
	}
}

func (g *guard) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	if !g.isHost(r) {
		newProblem(http.StatusForbidden, CodeForbidden, "use its address, or name it in api.hosts", "this node is not known by that name").write(w)
		return
	}
	asset := !isAPI(r.URL.Path)
	if !sameOrigin(r, asset) {
		newProblem(http.StatusForbidden, CodeForbidden, "open the dashboard at the address of the node", "pages of other origins get nothing").write(w)
		return
	}
	switch {
	case asset && g.opts.Web != nil:
		g.opts.Web.ServeHTTP(w, r)
	case r.URL.Path == "/healthz":
		g.answers.ServeHTTP(w, r)
	default:
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		g.authenticate(w, r)
	}
}

// isAPI reports whether a path is the API's, and not the dashboard's.
func isAPI(path string) bool {
	return strings.HasPrefix(path, "/v1/") || slices.Contains([]string{"/v1", "/session", "/healthz", "/metrics", "/openapi.json"}, path)
}

// isHost reports whether the node goes by the name in the header Host.
func (g *guard) isHost(r *http.Request) bool {
	name := hostName(r.Host)
	if name == "" {
		return false
	}
	if name == "localhost" || strings.HasSuffix(name, ".localhost") {
		return true
	}
	if listens, _, err := net.SplitHostPort(g.opts.Address); err == nil && name == listens {
		return true
	}
	if ip, err := netip.ParseAddr(name); err == nil {
		ip = ip.Unmap().WithZone("")
		return ip.IsLoopback() || ip == localAddr(r)
	}
	return slices.ContainsFunc(g.opts.Hosts, func(h string) bool { return strings.EqualFold(strings.TrimSuffix(h, "."), name) })
}

// hostName returns the name in a header Host, without port, in small letters.
func hostName(host string) string {
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	}
	name = strings.TrimSuffix(strings.TrimPrefix(name, "["), "]")
	return strings.TrimSuffix(strings.ToLower(name), ".")
}

// localAddr is the address that a request was sent to.
func localAddr(r *http.Request) netip.Addr {
	at, _ := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if at == nil {
		return netip.Addr{}
	}
	ap, err := netip.ParseAddrPort(at.String())
	if err != nil {
		return netip.Addr{}
	}
	return ap.Addr().Unmap().WithZone("")
}

// sameOrigin reports whether a request comes from a page of this node, or from none.
// With links, other pages may link to what is asked for.
func sameOrigin(r *http.Request, links bool) bool {
	if origin := r.Header.Get("Origin"); origin != "" {
		u, err := url.Parse(origin)
		if err != nil || u.Scheme != schemeOf(r) || !strings.EqualFold(u.Host, r.Host) {
			return false
		}
	}
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "same-origin", "none":
		return true
	default:
		return links && (r.Method == http.MethodGet || r.Method == http.MethodHead) &&
			r.Header.Get("Sec-Fetch-Mode") == "navigate" && r.Header.Get("Sec-Fetch-Dest") == "document"
	}
}

func schemeOf(r *http.Request) string {
	if r.TLS != nil {
		return "https"
	}
	return "http"
}

// authenticate answers those who may ask.
func (g *guard) authenticate(w http.ResponseWriter, r *http.Request) {
	c := &caller{ip: clientOf(r), secure: r.TLS != nil, attempts: g.attempts, cookieName: g.cookieName}
	problem := g.identify(c, r)
	if problem != nil && r.URL.Path != "/session" {
		if problem.Status == http.StatusUnauthorized {
			w.Header().Set("WWW-Authenticate", "Bearer")
		}
		problem.write(w)
		return
	}
	if c.authenticated {
		defer stay(r.Context())()
	}
	g.answers.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), callerKey{}, c)))
}

// identify finds out whether who asks knows the token, now or when the session
// began.
func (g *guard) identify(c *caller, r *http.Request) *Problem {
	now, err := g.api.opts.Token.now()
	if err != nil {
		g.api.opts.Logger.Error("nobody can use the API over TCP", "error", err)
		return newProblem(http.StatusServiceUnavailable, node.Unavailable, "`seeder token rotate` makes another", "the API has no token")
	}
	// The name of the scheme is in any case (RFC 9110, 11.1).
	if scheme, given, _ := strings.Cut(r.Header.Get("Authorization"), " "); strings.EqualFold(scheme, "Bearer") {
		return g.checkBearer(c, hashOf(strings.TrimSpace(given)), now)
	}
	cookie, err := r.Cookie(g.cookieName)
	if err != nil {
		return errNoToken
	}
	csrf := r.Header.Get(HeaderCSRF)
	if !g.api.sessions.find(cookie.Value, csrf, now) {
		return errNoSession
	}
	c.authenticated, c.cookie = true, cookie.Value
	c.still = func() bool {
		now, err := g.api.opts.Token.now()
		return err == nil && g.api.sessions.find(cookie.Value, csrf, now)
	}
	return nil
}

func (g *guard) checkBearer(c *caller, given, now hash) *Problem {
	if !given.equal(now) {
		return g.bearers.refuse(c.ip, errWrongToken)
	}
	c.authenticated = true
	c.still = func() bool {
		now, err := g.api.opts.Token.now()
		return err == nil && given.equal(now)
	}
	return nil
}

// clientOf is who counts as one client: an address, or a network of 64 bits.
func clientOf(r *http.Request) string {
	ap, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	ip := ap.Addr().Unmap().WithZone("")
	if ip.Is6() {
		if p, err := ip.Prefix(64); err == nil {
			return p.String()
		}
	}
	return ip.String()
}
