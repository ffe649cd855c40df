package member_test

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"seeder/announce/announcetest"
	"seeder/archive"
	"seeder/catalog"
	"seeder/internal/clock"
	"seeder/message"
	"seeder/store"
	"seeder/swarm"
	"seeder/swarm/swarmtest"
)

// statusVectors holds archives and an announcement of one community, made by a
// Status client.
const statusVectors = "../testdata/status-go"

func readVector(t *testing.T, name ...string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(append([]string{statusVectors}, name...)...))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestMemberFollowsAStatusCommunity takes the announcement that a Status client
// sent and the torrent it announces to their end: no archive of it is sealed.
func TestMemberFollowsAStatusCommunity(t *testing.T) {
	var vector struct {
		Community message.CommunityID `json:"community_id"`
		InfoHash  string              `json:"infohash"`
		Archives  []struct {
			ID       message.ArchiveID `json:"id"`
			Messages []struct {
				Payload string `json:"payload"`
			} `json:"messages"`
		} `json:"archives_by_offset"`
	}
	if err := json.Unmarshal(readVector(t, "small", "expected.json"), &vector); err != nil {
		t.Fatal(err)
	}
	clk := clock.NewFixed(time.Date(2024, 2, 1, 0, 0, 0, 0, time.UTC))
	w := &world{t: t, community: vector.Community, clock: clk, buses: announcetest.NewNetwork(clk), peers: swarmtest.NewNetwork()}
	o := w.newNode(store.RoleMember) // stands for the Status client
	if got := hex.EncodeToString(seedVector(o)); got != vector.InfoHash {
		t.Fatalf("seeded as %s, the Status client's torrent is %s", got, vector.InfoHash)
	}
	m := w.newNode(store.RoleMember)
	m.follow()
	total := 0
	for _, a := range vector.Archives {
		total += len(a.Messages)
	}
	m.eventually("all messages are imported", func() bool {
		o.bus.Inject(readVector(t, "signed-announcement", "waku_message.bin"))
		return m.digest().Messages == uint64(total) && m.count(store.Imported) == len(vector.Archives)
	})
	rows := m.archives()
	for i, row := range rows {
		if row.ID != vector.Archives[i].ID || row.Sealed {
			t.Errorf("archive %d is %s, sealed %v; want %s, not sealed", i, row.ID, row.Sealed, vector.Archives[i].ID)
		}
	}
	var payloads []string
	m.view(func(tx store.Tx) error {
		return tx.ScanMessages(w.community, rows[0].Span, store.Canonical, func(m *message.Message) error {
			payloads = append(payloads, hex.EncodeToString(m.Payload))
			return nil
		})
	})
	for _, want := range vector.Archives[0].Messages {
		found := false
		for _, got := range payloads {
			found = found || got == want.Payload
		}
		if !found {
			t.Errorf("a message of the first archive is not in the database: payload %.40s...", want.Payload)
		}
	}
}

// seedVector cuts the Status client's data into archive files and seeds them
// with its own index.
func seedVector(o *node) []byte {
	o.t.Helper()
	data, index := readVector(o.t, "small", "data"), readVector(o.t, "small", "index")
	entries, err := archive.DecodeIndex(index, uint64(len(data)))
	if err != nil {
		o.t.Fatal(err)
	}
	for i := range entries {
		e := &entries[i]
		draft, err := o.files.Create(o.community)
		if err == nil {
			_, err = draft.Write(data[e.Offset:][:e.Raw()])
		}
		if err == nil {
			err = draft.Commit(e.ID)
		}
		if err != nil {
			o.t.Fatal(err)
		}
	}
	torrent, err := o.swarm.Seed(o.t.Context(), swarm.Generation{Community: o.community, Index: index, Files: catalog.Files(entries)})
	if err != nil {
		o.t.Fatal(err)
	}
	return torrent.InfoHash[:]
}
