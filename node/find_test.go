package node_test

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"seeder/message"
	"seeder/node"
)

// codeOf returns the code of an error, "" for none.
func codeOf(err error) node.Code {
	if e, ok := errors.AsType[*node.Error](err); ok {
		return e.Code
	}
	return ""
}

func hintOf(err error) string {
	if e, ok := errors.AsType[*node.Error](err); ok {
		return e.Hint()
	}
	return ""
}

func TestPick(t *testing.T) {
	id := func(b ...byte) message.CommunityID {
		var c message.CommunityID
		copy(c[:], b)
		return c
	}
	list := []node.Named{{id(2, 0xab, 0xcd), "Garden"}, {id(2, 0xab, 0xce), "Pond"}, {id(3, 0x11), "Pond"}, {id(3, 0x22), ""}, {id(3, 0x33), "02abcd"}}
	tests := []struct {
		arg  string
		want int
		code node.Code
	}{
		{list[1].ID.String(), 1, ""},
		{strings.ToUpper(list[1].ID.String()), 1, ""},
		{"Garden", 0, ""},
		{"0x02abce", 1, ""},
		{"0311", 2, ""},
		{"02abcd", 4, ""}, // a name goes before a prefix
		{"0x02ab", 0, node.Ambiguous},
		{"Pond", 0, node.Ambiguous},
		{"garden", 0, node.NotFound},
		{"0x0", 0, node.NotFound},
		{"", 0, node.NotFound},
		{"0344", 0, node.NotFound},
	}
	for _, tt := range tests {
		got, err := node.Pick("community", tt.arg, list, "hint")
		if codeOf(err) != tt.code || (err == nil && got != tt.want) {
			t.Errorf("Pick(%q) = %d, %v; want %d, code %q", tt.arg, got, err, tt.want, tt.code)
		}
		if err != nil && hintOf(err) == "" {
			t.Errorf("Pick(%q) gives no hint", tt.arg)
		}
	}
}

func TestPickFindsEveryUniquePrefix(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		list := make([]node.Named, rapid.IntRange(1, 6).Draw(rt, "n"))
		for i := range list {
			copy(list[i].ID[:], rapid.SliceOfN(rapid.ByteRange(2, 3), 33, 33).Draw(rt, "id"))
		}
		i := rapid.IntRange(0, len(list)-1).Draw(rt, "i")
		prefix := list[i].ID.String()[:rapid.IntRange(2+node.MinPrefix, 68).Draw(rt, "length")]
		same := 0
		for _, n := range list {
			if strings.HasPrefix(n.ID.String(), prefix) {
				same++
			}
		}
		got, err := node.Pick("community", prefix, list, "")
		if full := len(prefix) == 68; same == 1 || full {
			if err != nil || list[got].ID != list[i].ID {
				rt.Fatalf("Pick(%s) = %d, %v; want %d", prefix, got, err, i)
			}
		} else if codeOf(err) != node.Ambiguous {
			rt.Fatalf("Pick(%s) = %d, %v, which names %d", prefix, got, err, same)
		}
	})
}
