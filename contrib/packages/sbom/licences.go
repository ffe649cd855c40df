package main

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
)

// words by which licences are recognized, once each run of white space is one space.
var words = []struct {
	id   string
	text *regexp.Regexp
}{
	{"Apache-2.0", regexp.MustCompile(`Apache License,? Version 2\.0|Apache-2\.0`)},
	{"MIT", regexp.MustCompile(`Permission is hereby granted, free of charge, to any person obtaining|MIT Software License`)},
	{"BSD-3-Clause", regexp.MustCompile(`Redistribution and use in source and binary forms.* used to endorse or promote`)},
	{"ISC", regexp.MustCompile(`Permission to use, copy, modify, and(/or)? distribute this software`)},
	{"MPL-2.0", regexp.MustCompile(`Mozilla Public License,? [Vv]ersion 2\.0`)},
	// The texts that stand here are those of go-ethereum, which says "or any later version".
	{"GPL-3.0-or-later", regexp.MustCompile(`^GNU GENERAL PUBLIC LICENSE Version 3`)},
	{"LGPL-3.0-or-later", regexp.MustCompile(`^GNU LESSER GENERAL PUBLIC LICENSE Version 3`)},
	{"LGPL-2.1-or-later", regexp.MustCompile(`GNU Lesser General Public License.* either version 2\.1`)},
	{"Zlib", regexp.MustCompile(`The origin of this software must not be misrepresented`)},
	{"Unlicense", regexp.MustCompile(`This is free and unencumbered software`)},
	{"blessing", regexp.MustCompile(`SQLite Is Public Domain`)},
}

var (
	twoClauses = regexp.MustCompile(`Redistribution and use in source and binary forms`)
	space      = regexp.MustCompile(`\s+`)
)

// recognize returns the licences that a text states or names, by their ids.
func recognize(text string) []string {
	text = strings.TrimSpace(space.ReplaceAllString(text, " "))
	var ids []string
	for _, w := range words {
		if w.text.MatchString(text) {
			ids = append(ids, w.id)
		}
	}
	if twoClauses.MatchString(text) && !slices.Contains(ids, "BSD-3-Clause") {
		ids = append(ids, "BSD-2-Clause")
	}
	return ids
}

// licences are ids by "name version" of what they hold for.
type licences map[string][]string

// readLicences reads what tools/licences has written: texts after a line of "=",
// each below the indented lines "name version, file" of all it holds for.
func readLicences(path string) (licences, error) {
	all, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read licences: %w", err)
	}
	known := make(licences)
	for _, block := range strings.Split(string(all), "\n"+strings.Repeat("=", 78)+"\n")[1:] {
		names, text, _ := strings.Cut(block, "\n\n")
		ids := recognize(text)
		for name := range strings.SplitSeq(names, "\n") {
			name, _, ok := strings.Cut(strings.TrimSpace(name), ", ")
			if !ok {
				return nil, fmt.Errorf("read licences: %s has no line \"name version, file\" above a text but %q", path, name)
			}
			known[name] = append(known[name], ids...)
		}
	}
	return known, nil
}

// of returns the licences of a component, sorted.
func (l licences) of(name string) ([]licence, error) {
	ids := slices.Clone(l[name])
	slices.Sort(ids)
	ids = slices.Compact(ids)
	if len(ids) == 0 {
		return nil, fmt.Errorf("no licence of %s is recognized: run make licences, or name its words in contrib/packages/sbom", name)
	}
	all := make([]licence, len(ids))
	for i, id := range ids {
		all[i].Licence = &licenceID{id}
	}
	return all, nil
}
