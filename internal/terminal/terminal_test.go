package terminal

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestVisible(t *testing.T) {
	for in, want := range map[string]string{
		"":                       "",
		"Garden Club":            "Garden Club",
		"Jardín 花园 👩\u200d🌾":     "Jardín 花园 👩\u200d🌾",
		"\x1b[31mred":            `\x1b[31mred`,
		"a\nb\tc\rd":             `a\nb\tc\rd`,
		"bad \xff\xfe":           `bad \xff\xfe`,
		"\u009b31m":              `\u009b31m`,
		"abc\u202ecba":           `abc\u202ecba`,
		"\x00\x7f\u2028\ufeff":   `\x00\x7f\u2028\ufeff`,
		"quoted \"\\\" as it is": "quoted \"\\\" as it is",
	} {
		if got := Visible(in); got != want {
			t.Errorf("Visible(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzTerminal(f *testing.F) {
	f.Add("plain")
	f.Add("\x1b]0;title\a\u009b2J\u202e\U000e0001")
	f.Fuzz(func(t *testing.T, s string) {
		var text, lines bytes.Buffer
		text.WriteString(Visible(s))
		if _, err := io.WriteString(Text(&lines), s); err != nil {
			t.Fatal(err)
		}
		for _, b := range []string{text.String(), strings.NewReplacer("\n", "", "\t", "").Replace(lines.String())} {
			if !utf8.ValidString(b) || strings.ContainsFunc(b, func(r rune) bool { return !harmless(r) }) {
				t.Errorf("%q is left of %q", b, s)
			}
		}
		var out bytes.Buffer
		if err := json.NewEncoder(JSON(&out)).Encode(s); err != nil {
			t.Fatal(err)
		}
		if strings.ContainsFunc(strings.TrimSuffix(out.String(), "\n"), func(r rune) bool { return !harmless(r) }) {
			t.Errorf("JSON %q of %q", out.String(), s)
		}
		var back string
		if err := json.Unmarshal(out.Bytes(), &back); err != nil || back != strings.ToValidUTF8(s, "\ufffd") && utf8.ValidString(s) {
			t.Errorf("%q comes back as %q: %v", s, back, err)
		}
	})
}
