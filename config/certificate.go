package config

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"time"
)

// CheckCertificate reports what keeps api.listen from being served with its
// certificate at a time, as an [*Error]: a file that cannot be read, or holds something
// else, a key of another certificate, one that has expired. It returns the certificate,
// nil where none is used. One that is not valid yet is none of that: the clock of a
// machine may be behind when it starts.
func (l Loaded) CheckCertificate(now time.Time) (*x509.Certificate, error) {
	a := l.Config.API
	if a.Listen == "" || !a.TLS() {
		return nil, nil //nolint:nilnil // none is used
	}
	cert, err := l.readPEM("api.tls_cert", a.TLSCert)
	if err != nil {
		return nil, err
	}
	key, err := l.readPEM("api.tls_key", a.TLSKey)
	if err != nil {
		return nil, err
	}
	leaf, err := firstCertificate(cert)
	if err != nil {
		return nil, l.badFile("api.tls_cert", a.TLSCert, err, "name a file with the certificate in PEM, then those above it")
	}
	if _, err := tls.X509KeyPair(cert, key); err != nil {
		return leaf, l.badFile("api.tls_key", a.TLSKey, err, "name a file with the private key of api.tls_cert in PEM, without a password")
	}
	if now.After(leaf.NotAfter) {
		return leaf, l.badFile("api.tls_cert", a.TLSCert, fmt.Errorf("it has expired on %s", leaf.NotAfter.UTC().Format(time.DateOnly)),
			"renew the certificate; a running node takes the new one by itself")
	}
	return leaf, nil
}

// readPEM reads the file that a setting names.
func (l Loaded) readPEM(key, path string) ([]byte, error) {
	text, err := readSmall(path)
	if failed, ok := errors.AsType[*fs.PathError](err); ok {
		err = failed.Err // which names the path as well
	}
	if err != nil {
		return nil, l.badFile(key, path, err, "name a file that the user who runs seeder can read")
	}
	return text, nil
}

func (l Loaded) badFile(key, path string, err error, advice string) error {
	return &Error{Key: key, Value: path, Source: l.source(key), Err: fmt.Errorf("%w: %w", ErrValue, err), Advice: advice}
}

// firstCertificate returns the one that is served; those above it follow.
func firstCertificate(text []byte) (*x509.Certificate, error) {
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		if block.Type == "CERTIFICATE" {
			cert, err := x509.ParseCertificate(block.Bytes)
			if err != nil {
				return nil, fmt.Errorf("read certificate: %w", err)
			}
			return cert, nil
		}
	}
	return nil, errNoCertificate
}

var errNoCertificate = errors.New("it holds no certificate in PEM")
