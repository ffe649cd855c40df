package limits_test

import (
	"testing"

	"seeder/archive"
	"seeder/limits"
	"seeder/message"
	"seeder/store"
	"seeder/swarm"
)

// TestBeside holds what is set aside against what was measured: how much a
// database and its log grew for archives of so many messages.
func TestBeside(t *testing.T) {
	for _, m := range []struct{ size, messages, database, log int64 }{
		{1920014, 40000, 6470447, 6624048}, // messages of 48 bytes
		{6639848, 26666, 10158967, 10291764},
		{7319831, 13333, 9296185, 9442582},
		{7986797, 133, 8306268, 8466004}, // of 60 kB
	} {
		padding := uint64(swarm.PieceLength - m.size%swarm.PieceLength)
		entry := archive.Entry{
			Span: message.Span{From: 1, To: 2}, Topics: []message.Topic{"\x01\x02\x03\x04"},
			Size: uint64(m.size) + padding, Padding: padding,
			Seal: &archive.Seal{MessageCount: uint64(m.messages)}, Signature: make([]byte, 65),
		}
		if _, err := archive.ParseEntry(entry.Encode()); err != nil {
			t.Fatal(err)
		}
		row := store.Archive{Size: entry.Size, Padding: padding, Entry: entry.Encode()}
		got, took := limits.Beside(row, 0), m.database+m.log
		if got < took || got > 2*took {
			t.Errorf("%d bytes are set aside for %d messages that took %d", got, m.messages, took)
		}
		large := limits.Beside(row, 1<<40)
		if large < got+m.messages*4096 {
			t.Errorf("%d bytes are set aside in a large database", large)
		}
		row.Entry = nil
		if limits.Beside(row, 0) < m.size*2 {
			t.Error("an archive without a seal takes nothing")
		}
	}
}
