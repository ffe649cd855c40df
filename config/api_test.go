package config

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestNetworkOfAnAddress(t *testing.T) {
	for addr, want := range map[string]string{
		"0.0.0.0:1": "tcp4", "192.0.2.7:1": "tcp4", "[::ffff:192.0.2.7]:1": "tcp4", "[::]:1": "tcp6", "[fe80::1%eth0]:1": "tcp6",
		":1": "tcp", "localhost:1": "tcp", "nothing": "tcp",
	} {
		if got := Network("tcp", addr); got != want {
			t.Errorf("%s: %s, want %s", addr, got, want)
		}
	}
}

func TestAPIBeyondThisMachineNeedsTLS(t *testing.T) {
	clean(t)
	for line, key := range map[string]string{
		"":                              "",
		"api: {listen: ''}":             "",
		"api: {listen: 'localhost:1'}":  "",
		"api: {listen: '127.9.9.9:1'}":  "",
		"api: {listen: '[::1]:1'}":      "",
		"api: {listen: '0.0.0.0:1'}":    "api.listen",
		"api: {listen: ':1'}":           "api.listen",
		"api: {listen: '192.0.2.7:1'}":  "api.listen",
		"api: {listen: '[::]:1'}":       "api.listen",
		"api: {listen: 'myhost:1'}":     "api.listen",
		"api: {listen: 'nothing'}":      "api.listen",
		"api: {tls_cert: c}":            "api.tls_key",
		"api: {tls_key: k}":             "api.tls_cert",
		"api: {hosts: ['a:1']}":         "api.hosts",
		"api: {hosts: ['*.a.example']}": "api.hosts",
		"api: {listen: '0.0.0.0:1', tls_cert: c, tls_key: k, hosts: [A.example]}": "",
	} {
		got, err := Load(write(t, line), nil)
		fault, failed := errors.AsType[*Error](err)
		if failed != (key != "") || failed && (fault.Key != key || fault.Advice == "") {
			t.Errorf("%s: %v, want an error of %q", line, err, key)
		}
		if strings.Contains(line, "A.example") && (!slices.Equal(got.Config.API.Hosts, []string{"a.example"}) || !filepath.IsAbs(got.Config.API.TLSCert) || !got.Config.API.TLS()) {
			t.Errorf("%s: %+v", line, got.Config.API)
		}
	}
}
