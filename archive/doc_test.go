package archive_test

import (
	"encoding/hex"
	"regexp"
	"strings"
	"testing"

	"seeder/archive"
	"seeder/message"
	"seeder/signer"
)

// docHex returns the hex digits of the worked example in the package comment,
// without the words beside them.
func docHex(t *testing.T) string {
	t.Helper()
	_, example, ok := strings.Cut(string(readFile(t, "doc.go")), "Worked example")
	if !ok {
		t.Fatal("no worked example")
	}
	line := regexp.MustCompile(`(?m)^//\t((?:0x)?[0-9a-f]{2}(?: ?[0-9a-f]{2})*)(?:  .*)?$`)
	var digits strings.Builder
	for _, m := range line.FindAllStringSubmatch(example, -1) {
		digits.WriteString(strings.ReplaceAll(m[1], " ", ""))
	}
	return digits.String()
}

func TestWorkedExample(t *testing.T) {
	key, err := signer.ParseKey(strings.Repeat("0", 63) + "1")
	if err != nil {
		t.Fatal(err)
	}
	m := message.Message{Timestamp: 1704067200, Topic: "\x8a\x2a\x40\xf7", Payload: []byte("hi")}
	span := message.PartitionOf(m.Timestamp)
	topics := []message.Topic{m.Topic}
	raw, sum := encode(t, span, topics, []message.Message{m})
	e, err := archive.NewEntry(span, topics, 0, sum, message.ArchiveID{}, 0)
	if err != nil {
		t.Fatal(err)
	}
	unsigned := e.Encode()
	if err := archive.Sign(&e, key); err != nil {
		t.Fatal(err)
	}
	want := hex.EncodeToString(raw) + hex.EncodeToString(unsigned) + e.ID.String() + hex.EncodeToString(e.Signature)
	if got := docHex(t); got != want {
		t.Errorf("the package comment says\n%s\nwant\n%s", got, want)
	}
}
