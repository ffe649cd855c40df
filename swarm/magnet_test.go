package swarm_test

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"seeder/message"
	"seeder/swarm"
	"seeder/swarm/swarmtest"
)

const hash40 = "615a3600fe3766e4660022c00dcea066d2e3d82d"

// statusMagnet returns the magnet link that the Status client announced.
func statusMagnet(t testing.TB) (link, community string) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(vectors, "signed-announcement", "expected.json"))
	if err != nil {
		t.Fatal(err)
	}
	var v struct {
		Link      string `json:"magnet_uri"`
		Community string `json:"community_id"`
	}
	if err := json.Unmarshal(b, &v); err != nil || v.Link == "" {
		t.Fatalf("vector: %v", err)
	}
	return v.Link, v.Community
}

// TestStatusMagnet reads the link of a Status client, and writes the same.
func TestStatusMagnet(t *testing.T) {
	link, community := statusMagnet(t)
	ref, err := swarm.ParseMagnet(link)
	if err != nil {
		t.Fatal(err)
	}
	if ref.Community.String() != community || hex.EncodeToString(ref.InfoHash[:]) != hash40 || len(ref.Trackers) != 2 {
		t.Errorf("read %+v", ref)
	}
	if got := ref.Magnet(); got != link {
		t.Errorf("wrote\n%s\nwant\n%s", got, link)
	}
}

func TestParseMagnet(t *testing.T) {
	hash := swarm.InfoHash{}
	if _, err := hex.Decode(hash[:], []byte(hash40)); err != nil {
		t.Fatal(err)
	}
	id := swarmtest.Community(1)
	plain := swarm.Ref{InfoHash: hash}
	named := swarm.Ref{InfoHash: hash, Community: id}
	for name, tt := range map[string]struct {
		uri  string
		want swarm.Ref
	}{
		"bare":             {"magnet:?xt=urn:btih:" + hash40, plain},
		"upper case":       {"MAGNET:?xt=urn:btih:" + strings.ToUpper(hash40), plain},
		"base32":           {"magnet:?xt=urn:btih:MFNDMAH6G5TOIZQAELAA3TVAM3JOHWBN", plain},
		"base32 lower":     {"magnet:?xt=urn:btih:mfndmah6g5toizqaelaa3tvam3johwbn", plain},
		"community":        {"magnet:?xt=urn:btih:" + hash40 + "&dn=" + id.String(), named},
		"other name":       {"magnet:?dn=My+Talks&xt=urn:btih:" + hash40, plain},
		"same topic twice": {"magnet:?xt=urn:btih:" + hash40 + "&xt=urn:btih:" + hash40, plain},
		"with version 2":   {"magnet:?xt=urn:btmh:1220aa&xt=urn:btih:" + hash40, plain},
		"trackers": {
			"magnet:?xt=urn:btih:" + hash40 + "&tr=udp%3A%2F%2Fa.example%3A1&tr=ftp://b.example&tr=https://c.example/announce&tr=%00",
			swarm.Ref{InfoHash: hash, Trackers: []string{"udp://a.example:1", "https://c.example/announce"}},
		},
		"peers": {
			"magnet:?xt=urn:btih:" + hash40 + "&x.pe=203.0.113.7%3A4000&x.pe=[2001:db8::1]:5&x.pe=host.example:6" +
				"&x.pe=[fe80::1%25eth0]:7&x.pe=docker_1:8&x.pe=nobody&x.pe=a:0&x.pe=a:65536&x.pe=:7&x.pe=0.0.0.0:8&x.pe=a%2Fb:9" +
				"&x.pe=%3Cb%3E:1&x.pe=[fe80::1%25%3Cb%3E]:1&x.pe=[%3A%3Affff:0.0.0.0]:1&x.pe=ff02%3A%3A1:1&x.pe=[ff02::1]:1&x.pe=a%26b:1",
			swarm.Ref{InfoHash: hash, Peers: []string{"203.0.113.7:4000", "[2001:db8::1]:5", "host.example:6", "[fe80::1%eth0]:7", "docker_1:8"}},
		},
	} {
		got, err := swarm.ParseMagnet(tt.uri)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", name, diff)
		}
	}
}

func TestParseMagnetRefuses(t *testing.T) {
	other := strings.Repeat("ab", 20)
	for name, uri := range map[string]string{
		"empty":            "",
		"no link":          "https://example.org/",
		"no query":         "magnet:xt=urn:btih:" + hash40,
		"no topic":         "magnet:?dn=x&tr=udp://a.example:1",
		"version 2 only":   "magnet:?xt=urn:btmh:1220" + strings.Repeat("00", 32),
		"other topic":      "magnet:?xt=urn:sha1:" + hash40,
		"short":            "magnet:?xt=urn:btih:" + hash40[1:],
		"long":             "magnet:?xt=urn:btih:" + hash40 + "0",
		"no hex":           "magnet:?xt=urn:btih:" + strings.Repeat("g", 40),
		"no base32":        "magnet:?xt=urn:btih:" + strings.Repeat("1", 32),
		"zero":             "magnet:?xt=urn:btih:" + strings.Repeat("0", 40),
		"two torrents":     "magnet:?xt=urn:btih:" + hash40 + "&xt=urn:btih:" + other,
		"one is malformed": "magnet:?xt=urn:btih:" + hash40 + "&xt=urn:btih:xyz",
		"bad escape":       "magnet:?xt=urn:btih:" + hash40 + "&dn=%zz",
		"over-long":        "magnet:?xt=urn:btih:" + hash40 + "&dn=" + strings.Repeat("x", swarm.MaxMagnetLength),
	} {
		if ref, err := swarm.ParseMagnet(uri); !errors.Is(err, swarm.ErrMagnet) {
			t.Errorf("%s: %+v, %v, want ErrMagnet", name, ref, err)
		}
	}
}

func TestParseMagnetIsBounded(t *testing.T) {
	uri := "magnet:?xt=urn:btih:" + hash40 + strings.Repeat("&tr=udp://a:1", 100) + strings.Repeat("&x.pe=a:1", 200)
	ref, err := swarm.ParseMagnet(uri)
	if err != nil || len(ref.Trackers) != swarm.MaxTrackers || len(ref.Peers) != swarm.MaxPeers {
		t.Errorf("%d trackers and %d peers: %v", len(ref.Trackers), len(ref.Peers), err)
	}
}

func TestParseInfoHash(t *testing.T) {
	if h, err := swarm.ParseInfoHash(hash40); err != nil || hex.EncodeToString(h[:]) != hash40 {
		t.Errorf("%x, %v", h, err)
	}
	for _, s := range []string{"", hash40[2:], strings.Repeat("x", 40), "MFNDMAH6G5TOIZQAELAA3TVAM3JOHWBN"} {
		if _, err := swarm.ParseInfoHash(s); !errors.Is(err, swarm.ErrMagnet) {
			t.Errorf("%q: %v", s, err)
		}
	}
}

func FuzzParseMagnet(f *testing.F) {
	link, _ := statusMagnet(f)
	f.Add(link)
	f.Add("magnet:?xt=urn:btih:MFNDMAH6G5TOIZQAELAA3TVAM3JOHWBN&x.pe=1.2.3.4:5&x.pe=[::1]:6")
	f.Add("magnet:?xt=urn:btmh:1220&dn=%00")
	f.Fuzz(func(t *testing.T, uri string) {
		ref, err := swarm.ParseMagnet(uri)
		if err != nil {
			if !errors.Is(err, swarm.ErrMagnet) {
				t.Errorf("untyped error %v", err)
			}
			return
		}
		if ref.Community.IsZero() {
			ref.Community = swarmtest.Community(1)
		}
		if _, err := message.CommunityIDFromBytes(ref.Community[:]); err != nil {
			t.Errorf("community %x: %v", ref.Community, err)
		}
		link := ref.Magnet()
		if len(link) > swarm.MaxMagnetLength {
			return
		}
		again, err := swarm.ParseMagnet(link)
		if diff := cmp.Diff(ref, again); err != nil || diff != "" {
			t.Errorf("%q read back: %v\n%s", link, err, diff)
		}
	})
}
