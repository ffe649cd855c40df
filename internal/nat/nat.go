// Package nat asks the router of a home network to forward ports to this node,
// so that others can reach it: by NAT-PMP (RFC 6886) at the default gateway, or
// else by UPnP (Internet Gateway Device, versions 1 and 2) at whoever answers in
// the local network.
//
//	m := nat.Start(nat.Options{Ports: []nat.Port{{nat.TCP, 26881}, {nat.UDP, 26881}}})
//	defer m.Close() // takes back what it was given
//	m.State().External(nat.TCP, 26881) // 198.51.100.7:26881, once it is known
//
// What is mapped is renewed long before it ends, which also puts it back after a
// router was started anew, and looked for again with growing pauses where nothing
// is. What routers say is not trusted: answers are bounded, and come from the
// router that was asked.
package nat

import (
	"context"
	"errors"
	"log/slog"
	"net/netip"
	"slices"
	"sync"
	"time"

	"seeder/internal/clock"
	"seeder/internal/retry"
)

// Protocol is a transport protocol.
type Protocol string

// The protocols that ports can be forwarded for.
const (
	TCP Protocol = "tcp"
	UDP Protocol = "udp"
)

// Port is a port of this machine that others should reach.
type Port struct {
	Protocol Protocol `json:"protocol"`
	Number   uint16   `json:"port"`
}

const (
	// DefaultLifetime is how long a router is asked to keep a mapping; it may
	// choose another time.
	DefaultLifetime = time.Hour
	// RenewEvery is the longest time between renewals, which also notice that the
	// router was started anew or has another address.
	RenewEvery = 10 * time.Minute
	// renewAtMost is the shortest time between renewals, whatever a router grants.
	renewAtMost = 5 * time.Second
	// removeFor bounds how long Close takes.
	removeFor = 3 * time.Second
	// tryFor bounds one attempt to map all ports.
	tryFor = 30 * time.Second
)

var (
	// ErrNoRouter reports that nobody in the network forwards ports on request.
	ErrNoRouter = errors.New("no router answers by NAT-PMP or UPnP")
	// ErrRefused reports a router that does not forward a port.
	ErrRefused = errors.New("the router refuses to forward ports")
	// ErrAnswer reports an answer that is not understood.
	ErrAnswer = errors.New("the router's answer is not understood")
)

// Options are what a [Mapper] is made of. Ports are required.
type Options struct {
	Ports []Port
	// Lifetime is what the router is asked for. Default [DefaultLifetime].
	Lifetime time.Duration
	// Gateway is who is asked by NAT-PMP. Default: the default gateway, port 5351.
	Gateway netip.AddrPort
	// Search is where routers with UPnP are looked for. Default: the multicast
	// group of SSDP.
	Search netip.AddrPort
	// SearchFor is how long answers to a search are waited for. Routers answer
	// within the two seconds that the search allows them. Default 2.5 s.
	SearchFor time.Duration
	// RetryMin and RetryMax bound the pauses after which a router is looked for
	// again. Defaults 1 minute and 30 minutes.
	RetryMin, RetryMax time.Duration
	// Clock tells the time. Default [clock.System].
	Clock clock.Clock
	// Logger is told of what changes. Default: none.
	Logger *slog.Logger
}

func (o Options) withDefaults() Options {
	if o.Lifetime == 0 {
		o.Lifetime = DefaultLifetime
	}
	if o.SearchFor == 0 {
		o.SearchFor = 2500 * time.Millisecond
	}
	if o.RetryMin == 0 {
		o.RetryMin = time.Minute
	}
	if o.RetryMax == 0 {
		o.RetryMax = 30 * time.Minute
	}
	if o.Clock == nil {
		o.Clock = clock.System{}
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return o
}

// Mapping is a port that a router forwards to this node.
type Mapping struct {
	Port

	// Outside is the number of the port at the router.
	Outside uint16 `json:"outside"`
	// Expires is when the router forgets it unless it is renewed; zero for never.
	Expires time.Time `json:"expires"`
}

// State is how the forwarding of ports stands.
type State struct {
	// Trying says that the first attempt is under way.
	Trying bool `json:"trying"`
	// Protocol is NAT-PMP or UPnP, Router the address that speaks it; empty while
	// nothing is forwarded.
	Protocol string `json:"protocol"`
	Router   string `json:"router"`
	// Address is the router's address on its other side; the zero address when
	// it does not say. It may be private: then there is a second router.
	Address  netip.Addr `json:"address"`
	Mappings []Mapping  `json:"mappings"`
	// Error says why ports are not forwarded; empty when all are.
	Error string `json:"error,omitempty"`
}

// External returns the address at which others reach a port of this machine;
// the zero address when none is known that is public.
func (s State) External(p Protocol, number uint16) netip.AddrPort {
	for _, m := range s.Mappings {
		if m.Protocol == p && m.Number == number && Public(s.Address) {
			return netip.AddrPortFrom(s.Address, m.Outside)
		}
	}
	return netip.AddrPort{}
}

// Mapper keeps ports forwarded.
type Mapper struct {
	opts   Options
	cancel context.CancelFunc
	done   chan struct{}

	mu    sync.Mutex
	state State
}

// Start begins to ask for ports; it does not wait. End it with Close.
func Start(opts Options) *Mapper {
	ctx, cancel := context.WithCancel(context.Background())
	m := &Mapper{opts: opts.withDefaults(), cancel: cancel, done: make(chan struct{}), state: State{Trying: true, Mappings: []Mapping{}}}
	go m.run(ctx)
	return m
}

// State returns how it stands now.
func (m *Mapper) State() State {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.state
	s.Mappings = slices.Clone(s.Mappings)
	return s
}

// Close takes back what was mapped, which takes at most a few seconds.
func (m *Mapper) Close() {
	m.cancel()
	<-m.done
}

// router is one that answers, by whichever protocol.
type router interface {
	// name returns the protocol's name, and at whom it is spoken.
	name() (protocol, address string)
	// outside returns the router's address on its other side.
	outside(context.Context) (netip.Addr, error)
	// forward forwards a port, or renews that. Want is the port wished outside.
	forward(ctx context.Context, p Port, want uint16, lifetime time.Duration) (outside uint16, granted time.Duration, err error)
	// remove takes a mapping back.
	remove(context.Context, Mapping) error
}

// run maps and renews until ctx ends, and then removes.
func (m *Mapper) run(ctx context.Context) {
	defer close(m.done)
	pause := retry.NewPause(m.opts.RetryMin, m.opts.RetryMax)
	var r router
	for ctx.Err() == nil {
		next, wait := m.attempt(ctx, r)
		if r = next; r == nil {
			pause.Wait(ctx)
			continue
		}
		pause.Reset()
		retry.Sleep(ctx, wait)
	}
	if r != nil {
		m.remove(r)
	}
}

// attempt asks the router that is known, or looks for one, and maps or renews all
// ports. It returns the router, nil where none forwards anything, and when to
// renew.
func (m *Mapper) attempt(whole context.Context, known router) (router, time.Duration) {
	ctx, cancel := context.WithTimeout(whole, tryFor)
	defer cancel()
	var errs []error
	if known != nil {
		wait, err := m.ask(ctx, known)
		if err == nil || whole.Err() != nil {
			return known, wait // what was mapped before is to be removed
		}
		errs = append(errs, err)
	}
	for _, find := range []func(context.Context) (router, error){m.findPMP, m.findUPnP} {
		r, err := find(ctx)
		if err == nil {
			var wait time.Duration
			if wait, err = m.ask(ctx, r); err == nil {
				return r, wait
			}
		}
		errs = append(errs, err)
	}
	if whole.Err() == nil {
		m.failed(errs)
	}
	return nil, 0
}

// ask has a router forward all ports. It fails when not one is forwarded.
func (m *Mapper) ask(ctx context.Context, r router) (time.Duration, error) {
	before, now := m.State(), m.opts.Clock.Now()
	s := State{Mappings: []Mapping{}}
	s.Protocol, s.Router = r.name()
	wait := RenewEvery
	var failed error
	for _, p := range m.opts.Ports {
		outside, granted, err := r.forward(ctx, p, before.wanted(p), m.opts.Lifetime)
		if err != nil {
			failed = errors.Join(failed, err)
			continue
		}
		one := Mapping{Port: p, Outside: outside}
		if granted > 0 {
			one.Expires = now.Add(granted)
			wait = min(wait, granted/2)
		}
		s.Mappings = append(s.Mappings, one)
	}
	if len(s.Mappings) == 0 {
		return 0, failed
	}
	if failed != nil {
		s.Error = failed.Error()
	}
	var err error
	if s.Address, err = r.outside(ctx); err != nil {
		m.opts.Logger.Debug("the router does not tell its address", "router", s.Router, "error", err)
		if before.Router == s.Router {
			s.Address = before.Address // the next renewal asks again
		}
	}
	m.set(before, s)
	return max(wait, min(renewAtMost, m.opts.RetryMin)), nil
}

// wanted returns the port outside that is asked for: the one there was, or the
// same as inside.
func (s State) wanted(p Port) uint16 {
	for _, m := range s.Mappings {
		if m.Port == p {
			return m.Outside
		}
	}
	return p.Number
}

// set takes a new state over, and says so when it is news.
func (m *Mapper) set(before, s State) {
	m.mu.Lock()
	m.state = s
	m.mu.Unlock()
	if before.Protocol == s.Protocol && before.Address == s.Address && len(before.Mappings) == len(s.Mappings) {
		return
	}
	m.opts.Logger.Info("the router forwards ports to this node", "protocol", s.Protocol, "router", s.Router, "address", s.Address.String(), "ports", len(s.Mappings))
}

// failed notes that nothing is forwarded.
func (m *Mapper) failed(errs []error) {
	// A router that answered and refused tells more than one that was not there.
	slices.SortStableFunc(errs, func(a, b error) int { return missing(a) - missing(b) })
	err := errs[0]
	m.mu.Lock()
	before := m.state
	m.state = State{Mappings: []Mapping{}, Error: err.Error()}
	m.mu.Unlock()
	if before.Error != err.Error() {
		m.opts.Logger.Info("ports are not forwarded to this node", "reason", err)
	}
}

func missing(err error) int {
	if errors.Is(err, ErrNoRouter) {
		return 1
	}
	return 0
}

// remove takes back what was mapped.
func (m *Mapper) remove(r router) {
	ctx, cancel := context.WithTimeout(context.Background(), removeFor)
	defer cancel()
	for _, one := range m.State().Mappings {
		if err := r.remove(ctx, one); err != nil {
			m.opts.Logger.Warn("a port stays forwarded at the router", "port", one.Outside, "error", err)
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.state = State{Mappings: []Mapping{}}
}
