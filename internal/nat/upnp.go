package nat

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"time"
)

const (
	// maxDocument bounds what a router may answer, in bytes.
	maxDocument = 256 << 10
	// maxDepth bounds how devices may lie within devices.
	maxDepth = 8
	// callFor bounds one request.
	callFor = 5 * time.Second
	// otherPorts is how many ports are tried when the one that is wanted is taken.
	otherPorts = 4
	// maxHeader bounds the header of an answer, in bytes.
	maxHeader = 16 << 10
	// maxControl bounds the address at which a router is controlled, in bytes.
	maxControl = 1 << 10
	// description is what routers show to those who look at their mappings.
	description = "seeder"
)

// Error codes of WANIPConnection:1, 2.4.16.
const (
	errConflict  = 718 // somebody else has the port
	errPermanent = 725 // mappings without an end only
	errNoEntry   = 714 // there is no such mapping
)

// services are those that forward ports, the best first.
var services = []string{
	"urn:schemas-upnp-org:service:WANIPConnection:2",
	"urn:schemas-upnp-org:service:WANIPConnection:1",
	"urn:schemas-upnp-org:service:WANPPPConnection:1",
}

// upnp is a router that speaks UPnP.
type upnp struct {
	client  *http.Client
	host    netip.Addr
	service string
	control string // URL
}

// findUPnP looks for a router and takes the first that knows its address.
func (m *Mapper) findUPnP(ctx context.Context) (router, error) {
	var best router
	var errs []error
	err := m.search(ctx, func(f found) bool {
		r, err := describe(ctx, f)
		if err != nil {
			errs = append(errs, err)
			return false
		}
		if best == nil {
			best = r
		}
		address, err := r.outside(ctx)
		if err != nil || address.IsUnspecified() {
			return false
		}
		best = r
		return true
	})
	switch {
	case best != nil:
		return best, nil
	case err != nil:
		return nil, err
	case len(errs) > 0:
		return nil, errs[0]
	default:
		return nil, ErrNoRouter
	}
}

// device is what the description of a device holds that matters here (UPnP
// Device Architecture 1.0, 2.1).
type device struct {
	Devices  []device `xml:"deviceList>device"`
	Services []struct {
		Type    string `xml:"serviceType"`
		Control string `xml:"controlURL"`
	} `xml:"serviceList>service"`
}

// describe fetches the description of a router and picks its service.
func describe(ctx context.Context, f found) (*upnp, error) {
	r := &upnp{host: f.host, client: &http.Client{
		Timeout:       callFor,
		Transport:     &http.Transport{DisableKeepAlives: true, MaxResponseHeaderBytes: maxHeader}, // no proxy: it is in this network
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, f.at.String(), nil)
	if err != nil {
		return nil, fmt.Errorf("describe router: %w", err)
	}
	status, body, err := r.do(req)
	if err != nil {
		return nil, err
	}
	var root struct {
		Base   string `xml:"URLBase"`
		Device device `xml:"device"`
	}
	if err := xml.Unmarshal(body, &root); err != nil || status != http.StatusOK {
		return nil, fmt.Errorf("%w: description of %s: status %d", errors.Join(ErrAnswer, err), f.at, status)
	}
	best := len(services)
	root.Device.walk(maxDepth, func(kind, control string) {
		if i := slices.Index(services, kind); i >= 0 && i < best {
			best, r.service, r.control = i, kind, control
		}
	})
	if best == len(services) {
		return nil, fmt.Errorf("%w: %s forwards no ports", ErrNoRouter, f.host)
	}
	base := f.at
	if u, err := url.Parse(root.Base); err == nil && root.Base != "" {
		base = u
	}
	control, err := base.Parse(r.control)
	if err != nil || !sameHost(control, f.host) || len(control.String()) > maxControl {
		return nil, fmt.Errorf("%w: it is controlled at another host, %.100q", ErrAnswer, r.control)
	}
	r.control = control.String()
	return r, nil
}

func (d *device) walk(depth int, fn func(kind, control string)) {
	for _, s := range d.Services {
		fn(s.Type, s.Control)
	}
	for i := range d.Devices {
		if depth > 0 {
			d.Devices[i].walk(depth-1, fn)
		}
	}
}

// do sends a request and reads a bounded answer.
func (r *upnp) do(req *http.Request) (status int, body []byte, err error) {
	res, err := r.client.Do(req)
	if err != nil {
		return 0, nil, fmt.Errorf("ask router: %w", err)
	}
	defer func() { _ = res.Body.Close() }() // it was only read
	body, err = io.ReadAll(io.LimitReader(res.Body, maxDocument+1))
	if err == nil && len(body) > maxDocument {
		err = fmt.Errorf("%w: more than %d bytes", ErrAnswer, maxDocument)
	}
	if err != nil {
		return 0, nil, fmt.Errorf("read the router's answer: %w", err)
	}
	return res.StatusCode, body, nil
}

func (r *upnp) name() (protocol, address string) { return "UPnP", r.control }

// argument is one of an action, in the order of the service's description.
type argument struct{ name, value string }

// faultError is an error that the router's service returned.
type faultError struct {
	code int
	text string
}

func (f *faultError) Error() string { return fmt.Sprintf("UPnP error %d %.100q", f.code, f.text) }

// answer is what an action of interest returns.
type answer struct {
	Address string `xml:"Body>GetExternalIPAddressResponse>NewExternalIPAddress"`
	Fault   *struct {
		Code int    `xml:"detail>UPnPError>errorCode"`
		Text string `xml:"detail>UPnPError>errorDescription"`
	} `xml:"Body>Fault"`
}

// call invokes an action (UPnP Device Architecture 1.0, 3.2).
func (r *upnp) call(ctx context.Context, action string, args ...argument) (answer, error) {
	var b bytes.Buffer
	fmt.Fprintf(&b, `<?xml version="1.0"?>`+"\r\n"+
		`<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" s:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/">`+
		`<s:Body><u:%s xmlns:u="%s">`, action, r.service)
	for _, a := range args {
		fmt.Fprintf(&b, "<%s>", a.name)
		if err := xml.EscapeText(&b, []byte(a.value)); err != nil {
			return answer{}, fmt.Errorf("write request: %w", err)
		}
		fmt.Fprintf(&b, "</%s>", a.name)
	}
	fmt.Fprintf(&b, "</u:%s></s:Body></s:Envelope>\r\n", action)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, r.control, &b)
	if err != nil {
		return answer{}, fmt.Errorf("write request: %w", err)
	}
	req.Header.Set("Content-Type", `text/xml; charset="utf-8"`)
	req.Header["SOAPAction"] = []string{`"` + r.service + "#" + action + `"`} // some routers want this spelling
	status, body, err := r.do(req)
	if err != nil {
		return answer{}, err
	}
	var got answer
	err = xml.Unmarshal(body, &got)
	switch {
	case got.Fault != nil:
		return got, fmt.Errorf("%w: %s: %w", ErrRefused, action, &faultError{got.Fault.Code, got.Fault.Text})
	case err != nil || status != http.StatusOK:
		return got, fmt.Errorf("%w: %s: status %d", errors.Join(ErrAnswer, err), action, status)
	}
	return got, nil
}

func (r *upnp) outside(ctx context.Context) (netip.Addr, error) {
	got, err := r.call(ctx, "GetExternalIPAddress")
	if err != nil {
		return netip.Addr{}, err
	}
	a, err := netip.ParseAddr(got.Address)
	if err != nil {
		return netip.Addr{}, fmt.Errorf("%w: address %.100q", ErrAnswer, got.Address)
	}
	return a.Unmap(), nil
}

func (r *upnp) forward(ctx context.Context, p Port, want uint16, lifetime time.Duration) (uint16, time.Duration, error) {
	local, err := r.local(ctx)
	if err != nil {
		return 0, 0, err
	}
	var fault *faultError
	for range otherPorts + 1 {
		err = r.add(ctx, p, want, local, lifetime)
		if errors.As(err, &fault) && fault.code == errPermanent && lifetime > 0 {
			lifetime = 0
			err = r.add(ctx, p, want, local, lifetime)
		}
		if !errors.As(err, &fault) || fault.code != errConflict {
			break
		}
		want = 49152 + rand.N[uint16](16384) // others than what programs listen on
	}
	if err != nil {
		return 0, 0, err
	}
	return want, lifetime, nil
}

func (r *upnp) add(ctx context.Context, p Port, outside uint16, local netip.Addr, lifetime time.Duration) error {
	_, err := r.call(ctx, "AddPortMapping",
		argument{"NewRemoteHost", ""},
		argument{"NewExternalPort", strconv.Itoa(int(outside))},
		argument{"NewProtocol", upper(p.Protocol)},
		argument{"NewInternalPort", strconv.Itoa(int(p.Number))},
		argument{"NewInternalClient", local.String()},
		argument{"NewEnabled", "1"},
		argument{"NewPortMappingDescription", description},
		argument{"NewLeaseDuration", strconv.Itoa(int(lifetime / time.Second))})
	return err
}

func (r *upnp) remove(ctx context.Context, m Mapping) error {
	_, err := r.call(ctx, "DeletePortMapping",
		argument{"NewRemoteHost", ""},
		argument{"NewExternalPort", strconv.Itoa(int(m.Outside))},
		argument{"NewProtocol", upper(m.Protocol)})
	var fault *faultError
	if errors.As(err, &fault) && fault.code == errNoEntry {
		return nil
	}
	return err
}

func upper(p Protocol) string {
	if p == UDP {
		return "UDP"
	}
	return "TCP"
}

// local returns the address of this machine in the router's network.
func (r *upnp) local(ctx context.Context) (netip.Addr, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "udp4", netip.AddrPortFrom(r.host, 9).String()) // sends nothing
	if err != nil {
		return netip.Addr{}, fmt.Errorf("find own address: %w", err)
	}
	defer func() { _ = conn.Close() }() // nothing is buffered
	a, err := netip.ParseAddrPort(conn.LocalAddr().String())
	if err != nil {
		return netip.Addr{}, fmt.Errorf("find own address: %w", err)
	}
	return a.Addr().Unmap(), nil
}
