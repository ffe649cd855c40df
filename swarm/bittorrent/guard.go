package bittorrent

import (
	"bytes"
	"net/url"
	"slices"

	"github.com/anacrolix/torrent"

	"seeder/swarm"
)

// The library decodes bencode recursively: some million nested lists in an
// info dictionary exhaust the stack, which ends the process. It does so before
// it compares the infohash, so any peer can send them. The dictionary comes in
// pieces of 16 KiB (BEP 9) which, being piece hashes but for the first bytes,
// look random: one byte in 128 opens a list or a dictionary. A message with
// twice as many is refused. As each piece is taken once, the levels of what
// passes stay near a million, which the stack holds.
const (
	openingsFree = 64
	openingsOver = 64
)

// guardMetadata spoils a message that must not reach the library's decoder.
// The library then ends the connection. It is called under the client's lock.
func guardMetadata(e torrent.PeerConnReadExtensionMessageEvent) {
	if nestsTooMuch(e.Payload) {
		clear(e.Payload)
	}
}

func nestsTooMuch(b []byte) bool {
	openings := bytes.Count(b, []byte{'l'}) + bytes.Count(b, []byte{'d'})
	return openings > openingsFree+len(b)/openingsOver
}

// trackersOf returns the trackers to use for a generation: those configured,
// and those of its link that speak UDP (BEP 15). What an HTTP tracker answers
// is bencode of any length, so these are used only where the operator named
// them.
func (s *Swarm) trackersOf(ref swarm.Ref) []string {
	list := slices.Clone(s.trackers())
	for _, t := range ref.Trackers {
		if u, err := url.Parse(t); err == nil && u.Scheme == "udp" && !slices.Contains(list, t) {
			list = append(list, t)
		}
	}
	return list
}
