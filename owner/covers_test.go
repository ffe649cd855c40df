package owner

import "testing"

func TestCovers(t *testing.T) {
	const (
		torrent = "magnet:?xt=urn:btih:0123456789012345678901234567890123456789&dn=x"
		other   = "magnet:?xt=urn:btih:1123456789012345678901234567890123456789&dn=x"
		tracker = "&tr=udp%3A%2F%2Ftracker.example%3A1"
		one     = "&x.pe=81.2.69.160%3A1"
		two     = "&x.pe=81.2.69.161%3A1"
	)
	for name, tt := range map[string]struct {
		announced, link string
		want            bool
	}{
		"the same":           {torrent + one, torrent + one, true},
		"another torrent":    {torrent, other, false},
		"another tracker":    {torrent, torrent + tracker, false},
		"a tracker less":     {torrent + tracker, torrent, false},
		"a new address":      {torrent, torrent + one, false},
		"another address":    {torrent + one, torrent + two, false},
		"one address more":   {torrent + one, torrent + one + two, false},
		"an address unknown": {torrent + one, torrent, true},
		"one of them known":  {torrent + one + two, torrent + two, true},
		"not understood":     {"nothing", torrent, false},
	} {
		if got := covers(tt.announced, tt.link); got != tt.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}
