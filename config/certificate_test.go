package config

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"seeder/internal/certtest"
)

func TestCertificateIsLookedAt(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	cert, key := certtest.Write(t, t.TempDir(), now.Add(time.Minute))
	other, otherKey := certtest.Write(t, t.TempDir(), now.Add(time.Minute))
	old, oldKey := certtest.Write(t, t.TempDir(), now.Add(-time.Second))
	early, earlyKey := certtest.Write(t, t.TempDir(), now.Add(certtest.Valid+time.Hour))
	garbage, broken := filepath.Join(t.TempDir(), "garbage"), filepath.Join(t.TempDir(), "broken")
	for path, text := range map[string]string{
		garbage: "no PEM", broken: "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, tt := range map[string]struct {
		cert, key, wrong, says string
	}{
		"none":                       {"", "", "", ""},
		"good":                       {cert, key, "", ""},
		"not valid yet":              {early, earlyKey, "", ""},
		"expired":                    {old, oldKey, "api.tls_cert", "it has expired on 2023-11-14"},
		"the key of another":         {cert, otherKey, "api.tls_key", "does not match"},
		"another of the key":         {other, key, "api.tls_key", "does not match"},
		"garbage":                    {garbage, key, "api.tls_cert", "no certificate in PEM"},
		"broken":                     {broken, key, "api.tls_cert", "x509"},
		"garbage for a key":          {cert, garbage, "api.tls_key", "tls"},
		"a certificate for a key":    {cert, cert, "api.tls_key", "tls"},
		"no file":                    {cert + "x", key, "api.tls_cert", "no such file"},
		"no file with the key":       {cert, key + "x", "api.tls_key", "no such file"},
		"a folder":                   {t.TempDir(), key, "api.tls_cert", "not a regular file"},
		"a device that never ends":   {"/dev/zero", key, "api.tls_cert", "not a regular file"},
		"the key as the certificate": {key, key, "api.tls_cert", "no certificate in PEM"},
	} {
		l := Loaded{Config: Default(), Values: []Value{{Key: "api.tls_cert", Source: "file a"}, {Key: "api.tls_key", Source: "file a"}}}
		l.Config.API.TLSCert, l.Config.API.TLSKey = tt.cert, tt.key
		leaf, err := l.CheckCertificate(now)
		fault, failed := errors.AsType[*Error](err)
		switch {
		case tt.wrong == "" && (err != nil || (leaf != nil) != (tt.cert != "")):
			t.Errorf("%s: %v, %v", name, leaf, err)
		case tt.wrong != "" && (!failed || fault.Key != tt.wrong || fault.Advice == "" || fault.Source != "file a" || !strings.Contains(err.Error(), tt.says)):
			t.Errorf("%s: %v, want an error of %s with %q", name, err, tt.wrong, tt.says)
		}
		l.Config.API.Listen = ""
		if leaf, err := l.CheckCertificate(now); leaf != nil || err != nil {
			t.Errorf("%s, and nobody listens: %v", name, err)
		}
	}
}
