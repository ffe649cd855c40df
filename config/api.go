package config

import (
	"net"
	"net/netip"
	"path/filepath"
	"strings"
)

// API is the section api.
type API struct {
	Listen  string   `key:"listen" form:"optaddr" doc:"Address of the HTTP API and the dashboard; empty for none; 0.0.0.0 is IPv4 and [::] IPv6 alone. Beyond this machine it needs api.tls_cert and api.tls_key. Who asks needs the token in data_dir/api.token."`
	TLSCert string   `key:"tls_cert" form:"optfile" doc:"Certificate of api.listen in PEM, with those above it; read again when it changes."`
	TLSKey  string   `key:"tls_key" form:"optfile" doc:"Private key of the certificate in PEM."`
	Hosts   []string `key:"hosts" form:"hosts" doc:"Further names by which browsers may ask api.listen, beside localhost and addresses of this machine."`
}

// TokenFile returns the path of the token of the API.
func (c Config) TokenFile() string { return filepath.Join(c.DataDir, "api.token") }

// TLS reports whether the API is served over TLS.
func (a API) TLS() bool { return a.TLSCert != "" && a.TLSKey != "" }

// Loopback reports whether the address to listen on is of this machine alone.
func (a API) Loopback() bool { return Loopback(a.Listen) }

// Loopback reports whether host:port is reached from this machine alone.
func Loopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return false
	}
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.Unmap().IsLoopback()
}

// Network returns the network of package net, such as tcp4, on which a transport, tcp or
// udp, listens at host:port: 0.0.0.0 is IPv4 alone, [::] IPv6 alone, and no host or a name
// is whatever there is. Package net alone would take both families for either.
func Network(transport, addr string) string {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return transport
	}
	ip, err := netip.ParseAddr(host)
	switch {
	case err != nil:
		return transport
	case ip.Unmap().Is4():
		return transport + "4"
	default:
		return transport + "6"
	}
}

// checkAPI refuses an API that others could listen to.
func (l Loaded) checkAPI(a API) []error {
	if (a.TLSCert == "") != (a.TLSKey == "") {
		key, value := "api.tls_key", "api.tls_cert"
		if a.TLSKey != "" {
			key, value = value, key
		}
		return []error{&Error{Key: key, Value: "", Source: l.source(key), Err: ErrValue, Advice: "set it, too, or take " + value + " away"}}
	}
	if a.Listen == "" || a.Loopback() || a.TLS() {
		return nil
	}
	return []error{&Error{
		Key: "api.listen", Value: a.Listen, Source: l.source("api.listen"), Err: ErrValue,
		Advice: "set api.tls_cert and api.tls_key, or use an address of this machine, such as 127.0.0.1:26883; ssh -L brings it elsewhere",
	}}
}

// readHost reads the name of a host, without port.
func readHost(s string) (any, error) {
	if s == "" || len(s) > 253 || strings.ContainsAny(s, " /:*\t\n@") {
		return nil, errShape
	}
	return strings.ToLower(s), nil
}
