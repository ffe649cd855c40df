package ingest

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"io"
	"os"
	"testing"

	"seeder/archive"
	"seeder/message"
)

// TestStatusMessagesWithoutLoss writes the messages of a Status client's archives as
// lines, and expects the same bytes back.
func TestStatusMessagesWithoutLoss(t *testing.T) {
	const folder = "../testdata/status-go/small/"
	data, err := os.ReadFile(folder + "data")
	if err != nil {
		t.Fatal(err)
	}
	index, err := os.ReadFile(folder + "index")
	if err != nil {
		t.Fatal(err)
	}
	entries, err := archive.DecodeIndex(index, uint64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var lines bytes.Buffer
	var want [][]byte
	padded := 0
	enc := json.NewEncoder(&lines)
	for i := range entries {
		e := &entries[i]
		d := archive.NewDecoder(bytes.NewReader(data[e.Offset:][:e.Raw()]))
		for {
			m, err := d.Next()
			if err == io.EOF { //nolint:errorlint // Next returns it as it is
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			want = append(want, m.AppendWire(nil))
			if len(m.Padding) > 0 {
				padded++
			}
			if err := enc.Encode(lineOf(m)); err != nil {
				t.Fatal(err)
			}
		}
	}
	got, err := readAll(&lines, community(t))
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != len(want) || padded == 0 {
		t.Fatalf("%d messages, want %d, %d of them padded", len(got), len(want), padded)
	}
	for i := range got {
		if !bytes.Equal(got[i].AppendWire(nil), want[i]) {
			t.Errorf("message %d is %x, want %x", i, got[i].AppendWire(nil), want[i])
		}
	}
}

func lineOf(m *message.Message) map[string]any {
	topic := string(m.Topic)
	if len(topic) == 4 {
		topic = "0x" + hex.EncodeToString([]byte(topic))
	}
	return map[string]any{
		"timestamp": m.Timestamp, "topic": topic, "payload": base64.StdEncoding.EncodeToString(m.Payload),
		"sig": hex.EncodeToString(m.Sig), "hash": hex.EncodeToString(m.Hash), "third_party_id": m.ThirdPartyID,
		"padding": base64.StdEncoding.EncodeToString(m.Padding),
	}
}
