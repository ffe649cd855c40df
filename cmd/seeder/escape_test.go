package main

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"seeder/inspect"
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
		if got := visible(in); got != want {
			t.Errorf("visible(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzPlain(f *testing.F) {
	f.Add("plain")
	f.Add("\x1b]0;title\a\u009b2J\u202e\U000e0001")
	f.Fuzz(func(t *testing.T, s string) {
		var text, lines bytes.Buffer
		text.WriteString(visible(s))
		if _, err := io.WriteString(plainText{&lines}, s); err != nil {
			t.Fatal(err)
		}
		for _, b := range []string{text.String(), strings.NewReplacer("\n", "", "\t", "").Replace(lines.String())} {
			if !utf8.ValidString(b) || strings.ContainsFunc(b, func(r rune) bool { return !harmless(r) }) {
				t.Errorf("%q is left of %q", b, s)
			}
		}
		var out bytes.Buffer
		if err := json.NewEncoder(plainJSON{&out}).Encode(s); err != nil {
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

// TestTopicsAreEscaped shows the topic that an untrusted archive may have.
func TestTopicsAreEscaped(t *testing.T) {
	m := inspect.Message{Topic: "/a/1/\x1b[31mEVIL\n/proto"}
	var out bytes.Buffer
	a := &app{out: &out, output: "text"}
	s := a.verifyStream()
	if err := s.begin(&inspect.Report{}); err != nil {
		t.Fatal(err)
	}
	if err := s.message(&m); err != nil {
		t.Fatal(err)
	}
	if err := s.end(nil); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(out.String(), "\x1b") || !strings.Contains(out.String(), `/a/1/\x1b[31mEVIL\n/proto`) {
		t.Errorf("%q", out.String())
	}
}
