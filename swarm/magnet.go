package swarm

import (
	"encoding/base32"
	"encoding/hex"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"seeder/message"
)

const (
	// MaxMagnetLength is the longest magnet link read, in bytes.
	MaxMagnetLength = 8192
	// MaxTrackers is how many trackers of a link or torrent are used.
	MaxTrackers = 32
	// MaxPeers is how many peer addresses of a link are used.
	MaxPeers = 64
)

// ParseMagnet reads a magnet link (BEP 9) with a version 1 infohash in hex or
// base32. Community is what `dn` names, or zero when that is no community id.
// Trackers and peers that cannot be used are left out. The error wraps
// [ErrMagnet].
func ParseMagnet(uri string) (Ref, error) {
	if len(uri) > MaxMagnetLength {
		return Ref{}, fmt.Errorf("%w: %d bytes, at most %d are allowed", ErrMagnet, len(uri), MaxMagnetLength)
	}
	scheme, query, ok := strings.Cut(uri, ":?")
	if !ok || !strings.EqualFold(scheme, "magnet") {
		return Ref{}, fmt.Errorf("%w: does not begin with magnet:?", ErrMagnet)
	}
	params, err := url.ParseQuery(query)
	if err != nil {
		return Ref{}, fmt.Errorf("%w: read parameters: %w", ErrMagnet, err)
	}
	hash, err := exactTopic(params["xt"])
	if err != nil {
		return Ref{}, err
	}
	ref := Ref{InfoHash: hash}
	if id, err := message.ParseCommunityID(params.Get("dn")); err == nil {
		ref.Community = id
	}
	for _, t := range params["tr"] {
		if usableTracker(t) && len(ref.Trackers) < MaxTrackers {
			ref.Trackers = append(ref.Trackers, t)
		}
	}
	for _, p := range params["x.pe"] {
		if UsableAddr(p) && len(ref.Peers) < MaxPeers {
			ref.Peers = append(ref.Peers, p)
		}
	}
	return ref, nil
}

// exactTopic finds the one version 1 infohash among the `xt` parameters. A
// version 2 topic beside it is ignored.
func exactTopic(topics []string) (hash InfoHash, err error) {
	found := false
	for _, xt := range topics {
		text, ok := strings.CutPrefix(xt, "urn:btih:")
		if !ok {
			continue
		}
		h, err := parseInfoHash(text)
		if err != nil {
			return InfoHash{}, err
		}
		if found && h != hash {
			return InfoHash{}, fmt.Errorf("%w: names two torrents", ErrMagnet)
		}
		hash, found = h, true
	}
	if !found || hash == (InfoHash{}) {
		return InfoHash{}, fmt.Errorf("%w: no version 1 infohash (xt=urn:btih:)", ErrMagnet)
	}
	return hash, nil
}

func parseInfoHash(text string) (InfoHash, error) {
	var b []byte
	var err error
	switch len(text) {
	case 40:
		b, err = hex.DecodeString(text)
	case 32:
		b, err = base32.StdEncoding.DecodeString(strings.ToUpper(text))
	default:
		err = fmt.Errorf("%d characters, want 40 or 32", len(text))
	}
	if err != nil {
		return InfoHash{}, fmt.Errorf("%w: read infohash: %w", ErrMagnet, err)
	}
	return InfoHash(b), nil
}

// ParseInfoHash reads the 40 hex digits of an infohash. The error wraps
// [ErrMagnet].
func ParseInfoHash(s string) (InfoHash, error) {
	if len(s) != 40 {
		return InfoHash{}, fmt.Errorf("%w: infohash of %d characters, want 40", ErrMagnet, len(s))
	}
	return parseInfoHash(s)
}

// Magnet returns the magnet link of the generation: infohash, community,
// trackers, peers.
func (r Ref) Magnet() string {
	var b strings.Builder
	fmt.Fprintf(&b, "magnet:?xt=urn:btih:%x&dn=%s", r.InfoHash, r.Community)
	for _, t := range r.Trackers {
		b.WriteString("&tr=" + url.QueryEscape(t))
	}
	for _, p := range r.Peers {
		b.WriteString("&x.pe=" + url.QueryEscape(p))
	}
	return b.String()
}

// UsableAddr reports whether s is a host and a port between 1 and 65535 that
// can be dialled.
func UsableAddr(s string) bool {
	host, port, err := net.SplitHostPort(s)
	if err != nil {
		return false
	}
	name := host
	if ip, err := netip.ParseAddr(host); err == nil {
		if ip = ip.Unmap(); ip.IsUnspecified() || ip.IsMulticast() {
			return false
		}
		name = "zone" + ip.Zone()
	}
	if name == "" || len(name) > 253 || strings.ContainsFunc(name, notInName) {
		return false
	}
	n, err := strconv.ParseUint(port, 10, 16)
	return err == nil && n > 0
}

// notInName reports what no name of a host holds that package net looks up.
func notInName(r rune) bool {
	return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '_' && r != '.'
}
