package nat_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"seeder/internal/leaktest"
	"seeder/internal/nat"
	"seeder/internal/nat/nattest"
)

func TestMain(m *testing.M) { leaktest.Main(m) }

// nobody is an address at which no router answers.
var nobody = netip.MustParseAddrPort("127.0.0.1:9")

var ports = []nat.Port{{Protocol: nat.TCP, Number: 26881}, {Protocol: nat.UDP, Number: 26881}}

const outside = "81.2.69.160"

// protocols are the ways to ask a router.
func protocols() map[string]func(*testing.T, *nattest.Router) nat.Options {
	return map[string]func(*testing.T, *nattest.Router) nat.Options{
		"NAT-PMP": func(t *testing.T, r *nattest.Router) nat.Options {
			return nat.Options{Gateway: r.ServePMP(t), Search: nobody}
		},
		"UPnP": func(t *testing.T, r *nattest.Router) nat.Options {
			return nat.Options{Gateway: nobody, Search: r.ServeUPnP(t, "")}
		},
	}
}

func start(t *testing.T, o nat.Options) *nat.Mapper {
	t.Helper()
	o.RetryMin, o.RetryMax = 50*time.Millisecond, 200*time.Millisecond
	if o.Ports == nil {
		o.Ports = ports
	}
	if o.SearchFor == 0 {
		o.SearchFor = 500 * time.Millisecond
	}
	o.Logger = slog.New(slog.NewTextHandler(t.Output(), nil))
	m := nat.Start(o)
	t.Cleanup(m.Close)
	return m
}

func eventually(t *testing.T, what string, cond func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for until := time.After(20 * time.Second); !cond(); {
		select {
		case <-tick.C:
		case <-until:
			t.Fatalf("does not happen: %s", what)
		}
	}
}

func mapped(m *nat.Mapper) func() bool {
	return func() bool { return len(m.State().Mappings) == len(ports) }
}

func TestForwardsAndTakesBack(t *testing.T) {
	t.Parallel()
	for name, serve := range protocols() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			router := nattest.NewRouter(t, outside)
			m := start(t, serve(t, router))
			eventually(t, "ports are forwarded", mapped(m))
			s := m.State()
			if s.Protocol != name || s.Error != "" || s.Trying || s.Address.String() != outside {
				t.Errorf("%+v", s)
			}
			for _, p := range ports {
				if got := s.External(p.Protocol, p.Number).String(); got != outside+":26881" {
					t.Errorf("%v is reached at %s", p, got)
				}
			}
			if got := s.External(nat.TCP, 1); got.IsValid() {
				t.Errorf("port 1 is reached at %s", got)
			}
			for _, one := range router.Mappings() {
				if one.Inside != 26881 || one.Client.String() != "127.0.0.1" || one.Lifetime != nat.DefaultLifetime {
					t.Errorf("%+v", one)
				}
			}
			m.Close()
			if left := router.Mappings(); len(left) != 0 || router.Removed() != len(ports) {
				t.Errorf("left %+v, removed %d", left, router.Removed())
			}
		})
	}
}

func TestRenews(t *testing.T) {
	t.Parallel()
	for name, serve := range protocols() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			router := nattest.NewRouter(t, outside)
			router.Longest = time.Second
			o := serve(t, router)
			o.Lifetime = time.Second
			m := start(t, o)
			asked := func(n int) func() bool {
				return func() bool {
					list := router.Mappings()
					for _, one := range list {
						if one.Asked < n {
							return false
						}
					}
					return len(list) == len(ports)
				}
			}
			eventually(t, "mappings are renewed", asked(3))
			router.Restart()
			eventually(t, "mappings are back after the router lost them", asked(1))
			// The router has another address: the next renewal notices.
			router.Set(func(r *nattest.Router) { r.Address = netip.MustParseAddr("81.2.69.161") })
			eventually(t, "the new address is known", func() bool { return m.State().Address.String() == "81.2.69.161" })
		})
	}
}

func TestPortOfSomebodyElse(t *testing.T) {
	t.Parallel()
	for name, serve := range protocols() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			router := nattest.NewRouter(t, outside)
			router.Taken[26881] = true
			m := start(t, serve(t, router))
			eventually(t, "other ports are forwarded", mapped(m))
			got := m.State().External(nat.TCP, 26881)
			if !got.IsValid() || got.Port() == 26881 {
				t.Errorf("reached at %s", got)
			}
		})
	}
}

func TestMappingsWithoutEnd(t *testing.T) {
	t.Parallel()
	router := nattest.NewRouter(t, outside)
	router.Permanent = true
	m := start(t, protocols()["UPnP"](t, router))
	eventually(t, "ports are forwarded", mapped(m))
	if s := m.State(); !s.Mappings[0].Expires.IsZero() {
		t.Errorf("ends at %s", s.Mappings[0].Expires)
	}
	m.Close()
	if left := router.Mappings(); len(left) != 0 {
		t.Errorf("left %+v", left)
	}
}

func TestRefusedAndThenNot(t *testing.T) {
	t.Parallel()
	for name, serve := range protocols() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			router := nattest.NewRouter(t, outside)
			router.Refuses = true
			m := start(t, serve(t, router))
			eventually(t, "the refusal is known", func() bool { return strings.Contains(m.State().Error, nat.ErrRefused.Error()) })
			router.Set(func(r *nattest.Router) { r.Refuses = false })
			eventually(t, "ports are forwarded", mapped(m))
			router.Set(func(r *nattest.Router) { r.Refuses = true })
		})
	}
}

// TestUPnPAfterNATPMP has a router that is silent by the first protocol.
func TestUPnPAfterNATPMP(t *testing.T) {
	t.Parallel()
	silent, router := nattest.NewRouter(t, outside), nattest.NewRouter(t, outside)
	silent.Mute = true
	m := start(t, nat.Options{Gateway: silent.ServePMP(t), Search: router.ServeUPnP(t, "")})
	eventually(t, "ports are forwarded", mapped(m))
	if got := m.State().Protocol; got != "UPnP" {
		t.Errorf("by %s", got)
	}
}

func TestNobody(t *testing.T) {
	t.Parallel()
	m := start(t, nat.Options{Gateway: nobody, Search: nobody, SearchFor: 5 * time.Second}) // so it has not ended yet
	if !m.State().Trying {
		t.Error("gives up before it tried")
	}
	eventually(t, "it is known that nobody answers", func() bool { return strings.Contains(m.State().Error, nat.ErrNoRouter.Error()) })
}

// TestCloseDoesNotWaitLong ends a mapper whose router has fallen silent: to ask it for
// each port until it answers would take minutes.
func TestCloseDoesNotWaitLong(t *testing.T) {
	t.Parallel()
	router := nattest.NewRouter(t, outside)
	o := protocols()["NAT-PMP"](t, router)
	for i := range uint16(40) {
		o.Ports = append(o.Ports, nat.Port{Protocol: nat.UDP, Number: 26881 + i})
	}
	m := start(t, o)
	eventually(t, "ports are forwarded", func() bool { return len(m.State().Mappings) == len(o.Ports) })
	router.Set(func(r *nattest.Router) { r.Mute = true })
	done := make(chan struct{})
	go func() { m.Close(); close(done) }()
	select {
	case <-done:
	case <-time.After(30 * time.Second):
		t.Fatal("waits")
	}
}

// TestSecondRouter says nothing of an address that others cannot reach.
func TestSecondRouter(t *testing.T) {
	t.Parallel()
	for _, private := range []string{"192.168.1.7", "100.64.3.4", "10.0.0.1", "0.0.0.0"} {
		router := nattest.NewRouter(t, private)
		m := start(t, protocols()["NAT-PMP"](t, router))
		eventually(t, "ports are forwarded", mapped(m))
		if got := m.State().External(nat.TCP, 26881); got.IsValid() {
			t.Errorf("reached at %s", got)
		}
	}
}

// TestHostileRouters has somebody in the network answer a search with what is no
// router of his.
func TestHostileRouters(t *testing.T) {
	t.Parallel()
	asked := make(chan string, 100)
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked <- r.URL.Path
		switch r.URL.Path {
		case "/huge":
			for range 1 << 12 {
				_, _ = w.Write(make([]byte, 1<<10))
			}
		case "/redirect":
			http.Redirect(w, r, "/secret", http.StatusFound)
		case "/control.xml":
			_, _ = fmt.Fprintf(w, strings.Replace(nattest.Description, "/control", "http://127.0.0.2/control", 1), nattest.DefaultService)
		case "/deep":
			_, _ = fmt.Fprint(w, "<root>"+strings.Repeat("<device><deviceList>", 5000))
		default:
			_, _ = fmt.Fprint(w, "nothing")
		}
	}))
	t.Cleanup(func() {
		elsewhere.Close()
		close(asked)
		for path := range asked {
			if path == "/secret" || path == "/other" || path == "/control" {
				t.Errorf("asked for %s", path)
			}
		}
	})
	for name, location := range map[string]string{
		"another host":    strings.Replace(elsewhere.URL, "127.0.0.1", "localhost", 1) + "/other",
		"no HTTP":         "file:///etc/passwd",
		"huge":            elsewhere.URL + "/huge",
		"redirect":        elsewhere.URL + "/redirect",
		"control":         elsewhere.URL + "/control.xml",
		"deep":            elsewhere.URL + "/deep",
		"no description":  elsewhere.URL + "/nothing",
		"nobody is there": "http://127.0.0.1:9/",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := start(t, nat.Options{Gateway: nobody, Search: nattest.ServeSearch(t, location)})
			eventually(t, "it fails", func() bool { return m.State().Error != "" })
			if s := m.State(); len(s.Mappings) != 0 {
				t.Errorf("%+v", s)
			}
		})
	}
}

// TestAnotherHangs has devices answer before the router does of which one never says
// what it is.
func TestAnotherHangs(t *testing.T) {
	t.Parallel()
	for range 3 { // what is taken of two things that wait is left to chance
		var asked atomic.Int32
		other := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			if asked.Add(1); r.URL.Path == "/hangs" {
				<-r.Context().Done()
			}
		}))
		t.Cleanup(other.Close)
		router := nattest.NewRouter(t, outside)
		m := start(t, nat.Options{Gateway: nobody, Search: nattest.ServeSearch(t, other.URL+"/hangs", other.URL+"/other", router.ServeControl(t, ""))})
		t.Run("", func(t *testing.T) {
			t.Parallel()
			eventually(t, "ports are forwarded", mapped(m))
			if n := asked.Load(); n != 2 {
				t.Errorf("the others were asked %d times, so the router was not heard at first", n)
			}
		})
	}
}

// TestManyDescriptions has one host name many descriptions.
func TestManyDescriptions(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	asked := make(map[string]bool)
	other := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		asked[r.URL.Path] = true
	}))
	t.Cleanup(other.Close)
	var locations []string
	for i := range 20 {
		locations = append(locations, fmt.Sprintf("%s/%d", other.URL, i))
	}
	m := start(t, nat.Options{Gateway: nobody, Search: nattest.ServeSearch(t, locations...)})
	eventually(t, "it fails", func() bool { return m.State().Error != "" })
	mu.Lock()
	defer mu.Unlock()
	if n := len(asked); n != 3 {
		t.Errorf("%d descriptions were fetched", n)
	}
}

// TestVerboseRouter keeps what a router says short: it is logged and shown.
func TestVerboseRouter(t *testing.T) {
	t.Parallel()
	router := nattest.NewRouter(t, outside)
	router.Refuses, router.Verbose = true, strings.Repeat(" because", 10_000)
	m := start(t, protocols()["UPnP"](t, router))
	eventually(t, "the refusal is known", func() bool { return strings.Contains(m.State().Error, nat.ErrRefused.Error()) })
	if n := len(m.State().Error); n > 1000 {
		t.Errorf("%d bytes of it are kept", n)
	}
}

// TestAddressStays has a router fail to tell its address once it was known.
func TestAddressStays(t *testing.T) {
	t.Parallel()
	router := nattest.NewRouter(t, outside)
	router.Longest = time.Second
	o := protocols()["UPnP"](t, router)
	o.Lifetime = time.Second
	m := start(t, o)
	eventually(t, "ports are forwarded", mapped(m))
	router.Set(func(r *nattest.Router) { r.Secret = true })
	before := router.Asked()
	eventually(t, "mappings are renewed", func() bool { return router.Asked() > before+8 })
	if s := m.State(); s.Address.String() != outside || len(s.Mappings) != len(ports) {
		t.Errorf("%+v", s)
	}
}

func TestPublic(t *testing.T) {
	for text, want := range map[string]bool{
		"81.2.69.160": true, "2a00:1450::1": true, "::ffff:81.2.69.160": true,
		"10.1.2.3": false, "192.168.0.1": false, "172.16.0.1": false, "100.64.0.1": false, "100.127.255.255": false, "169.254.1.1": false,
		"127.0.0.1": false, "0.0.0.0": false, "255.255.255.255": false, "224.0.0.1": false, "240.0.0.1": false,
		"192.0.2.1": false, "198.51.100.1": false, "203.0.113.1": false, "198.18.0.1": false,
		"::1": false, "::": false, "fe80::1": false, "fd00::1": false, "ff02::1": false, "2001:db8::1": false, "fec0::1": false,
		"64:ff9b::1": false, "2002:c000:201::1": false, "fe80::1%eth0": false, "::ffff:10.0.0.1": false,
	} {
		if got := nat.Public(netip.MustParseAddr(text)); got != want {
			t.Errorf("%s: %t", text, got)
		}
	}
	if nat.Public(netip.Addr{}) {
		t.Error("the zero address is public")
	}
}
