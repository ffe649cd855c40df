package digest

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"testing"

	"seeder/message"
)

func TestNothing(t *testing.T) {
	want := Sum{Digest: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}
	if got := New().Sum(); got != want {
		t.Errorf("digest of nothing = %+v, want %+v", got, want)
	}
}

func TestTwoMessages(t *testing.T) {
	a, b := bytes.Repeat([]byte{1}, 32), bytes.Repeat([]byte{2}, 32)
	d := New()
	for _, m := range []message.Message{{Timestamp: 5, Hash: b}, {Timestamp: 258, Hash: a}} {
		if err := d.Add(&m); err != nil {
			t.Fatal(err)
		}
	}
	var in []byte
	in = append(append(in, 0, 0, 0, 0, 0, 0, 0, 5), b...)
	in = append(append(in, 0, 0, 0, 0, 0, 0, 1, 2), a...)
	want := Sum{Digest: fmt.Sprintf("%x", sha256.Sum256(in)), Messages: 2, First: 5, Last: 258}
	if got := d.Sum(); got != want {
		t.Errorf("digest = %+v, want %+v", got, want)
	}
	if again := d.Sum(); again != want {
		t.Errorf("second reading = %+v, want %+v", again, want)
	}
}

func TestOrderIsChecked(t *testing.T) {
	key := func(b byte) []byte { return bytes.Repeat([]byte{b}, 32) }
	for name, second := range map[string]message.Message{
		"twice":         {Timestamp: 5, Hash: key(5)},
		"earlier":       {Timestamp: 4, Hash: key(9)},
		"key too small": {Timestamp: 5, Hash: key(4)},
	} {
		d := New()
		if err := d.Add(&message.Message{Timestamp: 5, Hash: key(5)}); err != nil {
			t.Fatal(err)
		}
		before := d.Sum()
		if err := d.Add(&second); !errors.Is(err, ErrOrder) {
			t.Errorf("%s: error = %v, want ErrOrder", name, err)
		}
		if d.Sum() != before {
			t.Errorf("%s: a refused message changed the digest", name)
		}
	}
}
