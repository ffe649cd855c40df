package archive_test

import (
	"bytes"
	"errors"
	"testing"

	"seeder/archive"
	"seeder/archive/archivetest"
	"seeder/message"
)

// The second check of the same bytes shows the same messages; authors are not
// looked at again, all else is.
func TestCheckAgain(t *testing.T) {
	list := []message.Message{
		{Timestamp: week.From, Topic: "abcd", Payload: []byte("one")},
		{Timestamp: week.From + 1, Topic: "abcd", Payload: []byte("two")},
	}
	topics := []message.Topic{"abcd"}
	raw, sum := encode(t, week, topics, list)
	sealed, err := archive.NewEntry(week, topics, 0, sum, message.ArchiveID{}, 0)
	if err != nil {
		t.Fatal(err)
	}
	key := archivetest.Key(1)
	if err := archive.Sign(&sealed, key); err != nil {
		t.Fatal(err)
	}
	unsealed := sealed
	unsealed.Seal, unsealed.Signature = nil, nil
	unsealed.ID = unsealed.ComputeID()
	other := bytes.Replace(raw, []byte("two"), []byte("too"), 1)
	for _, c := range []struct {
		name  string
		entry archive.Entry
		raw   []byte
		by    message.CommunityID
		want  error
	}{
		{"sealed", sealed, raw, key.Community(), nil},
		{"unsealed", unsealed, raw, key.Community(), nil},
		{"sealed, changed", sealed, other, key.Community(), archive.ErrContent},
		{"unsealed, changed", unsealed, other, key.Community(), archive.ErrChanged},
		{"truncated", unsealed, raw[:len(raw)-1], key.Community(), archive.ErrLength},
		{"of another", sealed, raw, archivetest.Key(2).Community(), archive.ErrForeign},
	} {
		var seen []message.Message
		got, err := archive.CheckAgain(c.by, &c.entry, bytes.NewReader(c.raw), sum, func(m *message.Message) error {
			seen = append(seen, m.Clone())
			return nil
		})
		if !errors.Is(err, c.want) || (err == nil) != (c.want == nil) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
		if err == nil && (got != sum || len(seen) != 2 || string(seen[1].Payload) != "two") {
			t.Errorf("%s: %v and %d messages", c.name, got, len(seen))
		}
	}
	if archive.Refused(archive.ErrChanged) {
		t.Error("an archive that has changed since it was checked is refused for it")
	}
}
