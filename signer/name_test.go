package signer_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"seeder/signer"
)

func TestNames(t *testing.T) {
	for name, ok := range map[string]bool{
		"": true, "Garden Club": true, "Jardín": true, "花园": true, "👩\u200d🌾 growers": true, "می\u200cخواهم": true,
		strings.Repeat("a", signer.MaxName): true, strings.Repeat("a", signer.MaxName+1): false,
		" ": false, " Garden": false, "Garden ": false, "two\nlines": false, "tab\there": false, "\x1b[31mred": false,
		"bad \xff": false, "abc\u202ecba": false, "nul\x00": false, "c1\u009b": false, "bom\ufeff": false,
		".": false, "..": false, "...": true, ".a": true, "\u3164": false, "\u3164 \uffa0": false, "\u200d": false, "\u2800\ufe0f": false, "\u3164a": true, "❤\ufe0f": true,
	} {
		err := signer.CheckName(name)
		if (err == nil) != ok || err != nil && !errors.Is(err, signer.ErrName) {
			t.Errorf("CheckName(%.20q) = %v, want ok %v", name, err, ok)
		}
		if err != nil && strings.ContainsAny(err.Error(), "\x1b\n\u202e") {
			t.Errorf("%q shows what it refuses", err)
		}
		dir := t.TempDir()
		if err := signer.OpenKeystore(dir).Add(key(t, one), name); (err == nil) != ok {
			t.Errorf("Add with %.20q: %v, want ok %v", name, err, ok)
		}
		if list, err := signer.OpenKeystore(dir).List(); err != nil || len(list) == 1 != ok {
			t.Errorf("%d keys after %.20q: %v", len(list), name, err)
		}
	}
}

// TestListGoesOnBesideBadFiles puts files between keys that are none.
func TestListGoesOnBesideBadFiles(t *testing.T) {
	dir := t.TempDir()
	keys := signer.OpenKeystore(dir)
	k := key(t, one)
	if err := keys.Add(k, "Garden"); err != nil {
		t.Fatal(err)
	}
	foreign := "0x02" + strings.Repeat("0", 63) + "1.json"
	for _, name := range []string{".x.json", "notes.json", foreign} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("{}"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	list, err := keys.List()
	if len(list) != 1 || list[0].Community != k.Community() || list[0].Name != "Garden" {
		t.Errorf("keys %v, want the one there is", list)
	}
	if !errors.Is(err, signer.ErrKeyFile) {
		t.Fatalf("error %v, want ErrKeyFile", err)
	}
	for _, name := range []string{".x.json", "notes.json", foreign} {
		if !strings.Contains(err.Error(), name) {
			t.Errorf("%s is not named: %v", name, err)
		}
	}
}
