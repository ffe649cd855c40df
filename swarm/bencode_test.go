package swarm

import (
	"bytes"
	"errors"
	"maps"
	"strings"
	"testing"

	"github.com/anacrolix/torrent/bencode"
	"pgregory.net/rapid"
)

// genValue makes values that bencode knows, nested up to depth levels.
func genValue(depth int) *rapid.Generator[any] {
	leaf := rapid.OneOf(
		rapid.Map(rapid.Int64(), func(i int64) any { return i }),
		rapid.Map(rapid.String(), func(s string) any { return s }),
	)
	if depth == 0 {
		return leaf
	}
	inner := genValue(depth - 1)
	return rapid.OneOf(
		leaf,
		rapid.Map(rapid.SliceOfN(inner, 0, 4), func(l []any) any { return l }),
		rapid.Map(rapid.MapOfN(rapid.String(), inner, 0, 4), func(m map[string]any) any { return m }),
	)
}

// same compares a decoded value with what was encoded.
func same(v value, want any) bool {
	switch w := want.(type) {
	case int64:
		return v.kind == 'i' && v.int == w
	case string:
		return v.kind == 's' && v.text == w
	case []any:
		if v.kind != 'l' || len(v.list) != len(w) {
			return false
		}
		for i := range w {
			if !same(v.list[i], w[i]) {
				return false
			}
		}
		return true
	case map[string]any:
		if v.kind != 'd' || len(v.dict) != len(w) {
			return false
		}
		for k := range maps.Keys(w) {
			if !same(v.dict[k], w[k]) {
				return false
			}
		}
		return true
	}
	return false
}

// TestBencodeLikeOthers reads what another implementation writes.
func TestBencodeLikeOthers(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		want := genValue(4).Draw(r, "value")
		b, err := bencode.Marshal(want)
		if err != nil {
			r.Fatal(err)
		}
		v, err := decodeBencode(b)
		if err != nil {
			r.Fatalf("%q: %v", b, err)
		}
		if !same(v, want) {
			r.Errorf("%q read as %+v", b, v)
		}
		if !bytes.Equal(v.raw, b) {
			r.Errorf("raw bytes %q, want %q", v.raw, b)
		}
		cut := rapid.IntRange(0, len(b)-1).Draw(r, "cut")
		if _, err := decodeBencode(b[:cut]); !errors.Is(err, errBencode) {
			r.Errorf("%q: %v, want it refused", b[:cut], err)
		}
	})
}

// TestBencodeIsStrict refuses what could be read in two ways.
func TestBencodeIsStrict(t *testing.T) {
	for _, in := range []string{
		"", "i", "ie", "i-0e", "i00e", "i01e", "i+1e", "i 1e", "i1", "i1.5e", "i9223372036854775808e",
		"1", "1:", "2:a", "01:a", "-1:a", "1 :a", ":", "+1:a",
		"l", "li1e", "lx", "d", "de1", "d1:a", "d1:ae", "di1ei2ee",
		"d1:bi1e1:ai2ee", "d1:ai1e1:ai2ee", "i1ei2e", "x", "e",
	} {
		if v, err := decodeBencode([]byte(in)); !errors.Is(err, errBencode) {
			t.Errorf("%q read as %+v, %v", in, v, err)
		}
	}
}

func TestBencodeDepth(t *testing.T) {
	nested := func(n int) []byte { return []byte(strings.Repeat("l", n) + strings.Repeat("e", n)) }
	if _, err := decodeBencode(nested(maxDepth + 1)); err != nil {
		t.Errorf("at the limit: %v", err)
	}
	if _, err := decodeBencode(nested(maxDepth + 2)); !errors.Is(err, errBencode) {
		t.Errorf("beyond the limit: %v", err)
	}
}
