package nattest

import (
	"encoding/xml"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Description is what the router says of itself; %s stands for the service.
const Description = `<?xml version="1.0"?>
<root xmlns="urn:schemas-upnp-org:device-1-0"><specVersion><major>1</major><minor>0</minor></specVersion>
<device><deviceType>urn:schemas-upnp-org:device:InternetGatewayDevice:1</deviceType><friendlyName>Test</friendlyName>
<serviceList><service><serviceType>urn:schemas-upnp-org:service:Layer3Forwarding:1</serviceType><controlURL>/l3</controlURL></service></serviceList>
<deviceList><device><deviceType>urn:schemas-upnp-org:device:WANDevice:1</deviceType>
<deviceList><device><deviceType>urn:schemas-upnp-org:device:WANConnectionDevice:1</deviceType>
<serviceList><service><serviceType>%s</serviceType><controlURL>/control</controlURL></service></serviceList>
</device></deviceList></device></deviceList></device></root>`

// DefaultService is the service that forwards ports.
const DefaultService = "urn:schemas-upnp-org:service:WANIPConnection:1"

// ServeUPnP answers searches, and calls by HTTP, until the test ends. It returns
// where it is searched. The description may be another one; "" for the default.
func (r *Router) ServeUPnP(t testing.TB, description string) netip.AddrPort {
	t.Helper()
	return ServeSearch(t, r.ServeControl(t, description))
}

// ServeControl is ServeUPnP without an answer to searches. It returns where the
// description is.
func (r *Router) ServeControl(t testing.TB, description string) string {
	t.Helper()
	if description == "" {
		description = fmt.Sprintf(Description, DefaultService)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /root.xml", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, description) })
	mux.HandleFunc("POST /control", r.control)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL + "/root.xml"
}

// ServeSearch answers searches for routers with locations, each in an answer of its
// own, until the test ends.
func ServeSearch(t testing.TB, locations ...string) netip.AddrPort {
	t.Helper()
	return serveUDP(t, func(q []byte, _ netip.AddrPort) (list [][]byte) {
		text := string(q)
		if !strings.HasPrefix(text, "M-SEARCH * HTTP/1.1\r\n") || !strings.Contains(text, `MAN: "ssdp:discover"`) {
			return nil
		}
		_, st, _ := strings.Cut(text, "\r\nST: ")
		st, _, _ = strings.Cut(st, "\r\n")
		for _, location := range locations {
			list = append(list, fmt.Appendf(nil, "HTTP/1.1 200 OK\r\nCACHE-CONTROL: max-age=120\r\nEXT:\r\n"+
				"ST: %s\r\nUSN: uuid:1::%s\r\nLOCATION: %s\r\n\r\n", st, st, location))
		}
		return list
	})
}

// call is what may stand in a call of the service.
type call struct {
	Add struct {
		Outside  uint16 `xml:"NewExternalPort"`
		Protocol string `xml:"NewProtocol"`
		Inside   uint16 `xml:"NewInternalPort"`
		Client   string `xml:"NewInternalClient"`
		Lease    int    `xml:"NewLeaseDuration"`
	} `xml:"Body>AddPortMapping"`
	Delete struct {
		Outside  uint16 `xml:"NewExternalPort"`
		Protocol string `xml:"NewProtocol"`
	} `xml:"Body>DeletePortMapping"`
}

// control answers a call of the service.
func (r *Router) control(w http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(io.LimitReader(req.Body, 1<<16))
	if err != nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked++
	action := req.Header.Get("SOAPAction")
	var q call
	if err := xml.Unmarshal(body, &q); err != nil {
		fault(w, 402, "Invalid Args")
		return
	}
	switch {
	case r.Secret && strings.HasSuffix(action, `#GetExternalIPAddress"`):
		fault(w, 501, "Action Failed")
	case strings.HasSuffix(action, `#GetExternalIPAddress"`):
		reply(w, "GetExternalIPAddress", "<NewExternalIPAddress>"+r.Address.String()+"</NewExternalIPAddress>")
	case r.Refuses:
		fault(w, 606, "Action not authorized"+r.Verbose)
	case strings.HasSuffix(action, `#AddPortMapping"`):
		client, _, _ := net.SplitHostPort(req.RemoteAddr)
		r.add(w, client, q)
	case strings.HasSuffix(action, `#DeletePortMapping"`):
		if !r.take(strings.ToLower(q.Delete.Protocol), q.Delete.Outside) {
			fault(w, 714, "NoSuchEntryInArray")
			return
		}
		reply(w, "DeletePortMapping", "")
	default:
		fault(w, 401, "Invalid Action")
	}
}

// add answers who wants a port forwarded.
func (r *Router) add(w http.ResponseWriter, client string, q call) {
	switch {
	case q.Add.Client != client:
		fault(w, 606, "Not for others")
		return
	case r.Permanent && q.Add.Lease != 0:
		fault(w, 725, "OnlyPermanentLeasesSupported")
		return
	}
	m := Mapping{
		Protocol: strings.ToLower(q.Add.Protocol), Inside: q.Add.Inside, Outside: q.Add.Outside,
		Client: netip.MustParseAddr(q.Add.Client), Lifetime: time.Duration(q.Add.Lease) * time.Second,
	}
	if r.put(m) == nil {
		fault(w, 718, "ConflictInMappingEntry")
		return
	}
	reply(w, "AddPortMapping", "")
}

func reply(w io.Writer, action, body string) {
	_, _ = io.WriteString(w, `<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><u:`+action+
		`Response xmlns:u="`+DefaultService+`">`+body+`</u:`+action+`Response></s:Body></s:Envelope>`)
}

func fault(w http.ResponseWriter, code int, text string) {
	w.WriteHeader(http.StatusInternalServerError)
	_, _ = io.WriteString(w, `<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault>`+
		`<faultcode>s:Client</faultcode><faultstring>UPnPError</faultstring><detail><UPnPError xmlns="urn:schemas-upnp-org:control-1-0"><errorCode>`+
		strconv.Itoa(code)+`</errorCode><errorDescription>`+text+`</errorDescription></UPnPError></detail></s:Fault></s:Body></s:Envelope>`)
}
