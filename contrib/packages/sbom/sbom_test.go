package main

import (
	"debug/buildinfo"
	"encoding/json"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	someSum = "h1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
	someHex = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
	texts   = `What others have made.

==============================================================================
  Go, LICENSE
  example.org/One v1.0.0+incompatible, LICENSE

Redistribution and use in source and binary forms, ...
may be used to
endorse or promote products

==============================================================================
  @some/package 2.0.0, LICENSE
  example.org/other v2.0.0, LICENSE

Permission is hereby granted, free of charge, to
any person obtaining a copy

==============================================================================
  example.org/odd v1.0.0, LICENSE

Ask my aunt.
`
	lockFile = `{"packages": {
  "": {"version": "0.0.0"},
  "node_modules/@some/package": {"version": "2.0.0", "integrity": "sha512-AAEC"},
  "node_modules/tool": {"version": "3.0.0", "integrity": "sha512-AAEC", "dev": true}
}}`
)

func write(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func someLicences(t *testing.T) licences {
	t.Helper()
	known, err := readLicences(write(t, texts))
	if err != nil {
		t.Fatal(err)
	}
	return known
}

func ids(names ...string) []licence {
	var all []licence
	for _, name := range names {
		all = append(all, licence{Licence: &licenceID{name}})
	}
	return all
}

func TestGoModules(t *testing.T) {
	got, err := goModules(&buildinfo.BuildInfo{GoVersion: "go1.2.3", Deps: []*debug.Module{
		{Path: "example.org/One", Version: "v1.0.0+incompatible", Sum: someSum},
		{Path: "example.org/replaced", Version: "v9.0.0", Replace: &debug.Module{Path: "example.org/other", Version: "v2.0.0", Sum: someSum}},
	}}, someLicences(t))
	if err != nil {
		t.Fatal(err)
	}
	want := []component{
		{Ref: "pkg:golang/std@1.2.3", Type: "library", Name: "std", Version: "1.2.3", Licences: ids("BSD-3-Clause"), Purl: "pkg:golang/std@1.2.3"},
		{
			Ref: "pkg:golang/example.org/one@v1.0.0%2Bincompatible", Type: "library", Name: "example.org/One", Version: "v1.0.0+incompatible",
			Hashes: []hash{{"SHA-256", someHex}}, Licences: ids("BSD-3-Clause"), Purl: "pkg:golang/example.org/one@v1.0.0%2Bincompatible",
		},
		{
			Ref: "pkg:golang/example.org/other@v2.0.0", Type: "library", Name: "example.org/other", Version: "v2.0.0",
			Hashes: []hash{{"SHA-256", someHex}}, Licences: ids("MIT"), Purl: "pkg:golang/example.org/other@v2.0.0",
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestIncompleteModules(t *testing.T) {
	for want, m := range map[string]debug.Module{
		"is not its hash":               {Path: "example.org/other", Version: "v2.0.0"},
		"no licence of example.org/odd": {Path: "example.org/odd", Version: "v1.0.0", Sum: someSum},
		"no licence of example.org/new": {Path: "example.org/new", Version: "v1.0.0", Sum: someSum},
	} {
		_, err := goModules(&buildinfo.BuildInfo{Deps: []*debug.Module{&m}}, someLicences(t))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s gives %v, not %q", m.Path, err, want)
		}
	}
}

func TestPackages(t *testing.T) {
	got, err := npmPackages(write(t, lockFile), someLicences(t))
	if err != nil {
		t.Fatal(err)
	}
	want := []component{{
		Ref: "pkg:npm/%40some/package@2.0.0", Type: "library", Name: "@some/package", Version: "2.0.0",
		Hashes: []hash{{"SHA-512", "000102"}}, Licences: ids("MIT"), Purl: "pkg:npm/%40some/package@2.0.0",
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for name, lock := range map[string]string{
		"no hash":    strings.Replace(lockFile, "sha512-AAEC", "", 1),
		"no licence": strings.Replace(lockFile, `"2.0.0"`, `"2.0.1"`, 1),
	} {
		if got, err := npmPackages(write(t, lock), someLicences(t)); err == nil {
			t.Errorf("%s: no error, but %v", name, got)
		}
	}
}

// TestDocument lists what is in this test's program with the licences of the
// repository, so that one which nothing recognizes is found here.
func TestDocument(t *testing.T) {
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	args := []string{"-version", "v1.2.3", "-lock", "../../../web/package-lock.json", "-licences", "../../../web/licences.txt", program}
	var out, again strings.Builder
	if err := run(args, &out); err != nil {
		t.Fatal(err)
	}
	if err := run(args, &again); err != nil || again.String() != out.String() {
		t.Errorf("another run gives another list (%v)", err)
	}
	var list bom
	if err := json.Unmarshal([]byte(out.String()), &list); err != nil {
		t.Fatal(err)
	}
	found := make(map[string]bool)
	for _, c := range list.Components {
		found[c.Name] = true
	}
	for _, name := range []string{"std", "preact", "uplot", "glibc"} {
		if !found[name] {
			t.Errorf("%s is not in the list", name)
		}
	}
	if c := list.Metadata.Component; c.Version != "v1.2.3" || len(c.Hashes) != 1 {
		t.Errorf("the program is listed as %+v", c)
	}
	if len(list.Dependencies) != 1 || len(list.Dependencies[0].DependsOn) != len(list.Components) {
		t.Errorf("the program is said to depend on %v", list.Dependencies)
	}
}

// TestRecognizesAll holds the words against every text in the repository: whatever
// the program contains has a licence that is recognized.
func TestRecognizesAll(t *testing.T) {
	known, err := readLicences("../../../web/licences.txt")
	if err != nil {
		t.Fatal(err)
	}
	if len(known) < 100 {
		t.Errorf("read the licences of %d components", len(known))
	}
	for name := range known {
		if _, err := known.of(name); err != nil {
			t.Error(err)
		}
	}
}
