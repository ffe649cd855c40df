package main

import (
	"cmp"
	"context"
	"debug/buildinfo"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// goModules lists the modules of a program, what stands in for another under its
// own name, and Go's library.
func goModules(info *buildinfo.BuildInfo, known licences) ([]component, error) {
	language, err := known.of("Go")
	if err != nil {
		return nil, err
	}
	version := strings.TrimPrefix(info.GoVersion, "go")
	parts := []component{{
		Ref: "pkg:golang/std@" + version, Type: "library", Name: "std", Version: version,
		Licences: language, Purl: "pkg:golang/std@" + version,
	}}
	for _, m := range info.Deps {
		if m.Replace != nil {
			m = m.Replace
		}
		sum, err := decode("h1:", m.Sum)
		if err != nil {
			return nil, fmt.Errorf("module %s: %w", m.Path, err)
		}
		named, err := known.of(m.Path + " " + m.Version)
		if err != nil {
			return nil, err
		}
		// "+" would be read as a space.
		purl := "pkg:golang/" + strings.ToLower(m.Path) + "@" + strings.ReplaceAll(m.Version, "+", "%2B")
		parts = append(parts, component{
			Ref: purl, Type: "library", Name: m.Path, Version: m.Version,
			Hashes: []hash{{"SHA-256", sum}}, Licences: named, Purl: purl,
		})
	}
	return parts, nil
}

// npmPackages lists the packages of a lock file that are not for development alone.
func npmPackages(path string, known licences) ([]component, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read lock file: %w", err)
	}
	var lock struct {
		Packages map[string]struct {
			Version   string
			Integrity string
			Dev       bool
		}
	}
	if err := json.Unmarshal(content, &lock); err != nil {
		return nil, fmt.Errorf("read lock file: %w", err)
	}
	var parts []component
	for folder, p := range lock.Packages {
		_, name, ok := strings.Cut(folder, "node_modules/")
		if !ok || p.Dev {
			continue
		}
		sum, err := decode("sha512-", p.Integrity)
		if err != nil {
			return nil, fmt.Errorf("package %s: %w", name, err)
		}
		named, err := known.of(name + " " + p.Version)
		if err != nil {
			return nil, err
		}
		purl := "pkg:npm/" + strings.Replace(name, "@", "%40", 1) + "@" + p.Version
		parts = append(parts, component{
			Ref: purl, Type: "library", Name: name, Version: p.Version,
			Hashes: []hash{{"SHA-512", sum}}, Licences: named, Purl: purl,
		})
	}
	slices.SortFunc(parts, func(a, b component) int { return cmp.Compare(a.Ref, b.Ref) })
	return parts, nil
}

// decode turns a hash as lock files write it into hex.
func decode(prefix, sum string) (string, error) {
	encoded, ok := strings.CutPrefix(sum, prefix)
	raw, err := base64.StdEncoding.DecodeString(encoded)
	if !ok || err != nil || len(raw) == 0 {
		return "", fmt.Errorf("%q is not its hash", sum)
	}
	return hex.EncodeToString(raw), nil
}

// library is a static library that the linker takes from this machine.
type library struct {
	name, file, licence string
}

var libraries = []library{
	{"glibc", "libc.a", "LGPL-2.1-or-later"},
	{"libstdc++", "libstdc++.a", "GPL-3.0-or-later WITH GCC-exception-3.1"},
	{"libgcc", "libgcc.a", "GPL-3.0-or-later WITH GCC-exception-3.1"},
}

// cLibraries lists the C libraries that are linked into the program, with the
// version that Debian's package manager knows.
func cLibraries(ctx context.Context, arch string) ([]component, error) {
	var parts []component
	for _, l := range libraries {
		part := component{Ref: l.name, Type: "library", Name: l.name, Licences: []licence{{Expression: l.licence}}}
		where, err := said(ctx, "cc", "-print-file-name="+l.file)
		if err != nil {
			return nil, err
		}
		if where, err = filepath.EvalSymlinks(where); err != nil {
			return nil, fmt.Errorf("find %s: %w", l.file, err)
		}
		if _, err := exec.LookPath("dpkg-query"); err == nil {
			owner, err := said(ctx, "dpkg-query", "-S", where)
			if err != nil {
				return nil, err
			}
			owner, _, _ = strings.Cut(owner, ": ")
			if part.Version, err = said(ctx, "dpkg-query", "-W", "-f", "${Version}", owner); err != nil {
				return nil, err
			}
			owner, _, _ = strings.Cut(owner, ":")
			part.Purl = "pkg:deb/debian/" + strings.ReplaceAll(owner, "+", "%2B") + "@" + part.Version + "?arch=" + arch
			part.Ref = part.Purl
		}
		parts = append(parts, part)
	}
	return parts, nil
}

// said runs a command and returns what it prints.
func said(ctx context.Context, name string, args ...string) (string, error) {
	out, err := exec.CommandContext(ctx, name, args...).Output()
	if err != nil {
		return "", fmt.Errorf("run %s %s: %w", name, strings.Join(args, " "), err)
	}
	return strings.TrimSpace(string(out)), nil
}
