package bittorrent

import (
	"slices"

	"github.com/anacrolix/torrent"
	utHolepunch "github.com/anacrolix/torrent/peer_protocol/ut-holepunch"
)

// withoutHolepunch takes ut_holepunch (BEP 55) out of the extensions that are
// offered, so that the library ignores its messages: it ends the process when a peer
// sends one that does not offer the extension itself, and so cannot be answered.
func withoutHolepunch(m *torrent.LocalLtepProtocolMap) {
	for i, name := range m.Index {
		if name == utHolepunch.ExtensionName {
			m.Index = slices.Delete(m.Index, i, i+1)
			if i < m.NumBuiltin {
				m.NumBuiltin--
			}
			return
		}
	}
}
