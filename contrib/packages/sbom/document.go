package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
)

// bom is a document of CycloneDX 1.6 (cyclonedx.org/docs/1.6/json), as far as it is
// used here.
type bom struct {
	Schema       string       `json:"$schema"`
	Format       string       `json:"bomFormat"`
	Spec         string       `json:"specVersion"`
	Serial       string       `json:"serialNumber"`
	Version      int          `json:"version"`
	Metadata     metadata     `json:"metadata"`
	Components   []component  `json:"components"`
	Dependencies []dependency `json:"dependencies"`
}

type metadata struct {
	Timestamp string    `json:"timestamp,omitempty"`
	Component component `json:"component"`
}

type component struct {
	Ref      string    `json:"bom-ref"`
	Type     string    `json:"type"`
	Name     string    `json:"name"`
	Version  string    `json:"version,omitempty"`
	Hashes   []hash    `json:"hashes,omitempty"`
	Licences []licence `json:"licenses,omitempty"`
	Purl     string    `json:"purl,omitempty"`
}

type hash struct {
	Algorithm string `json:"alg"`
	Content   string `json:"content"` // in hex
}

// licence is one that texts of the component name by its id in SPDX's list, or an
// expression of such ids, which stands alone. With several, the component's files say
// which holds for what.
type licence struct {
	Licence    *licenceID `json:"license,omitempty"`
	Expression string     `json:"expression,omitempty"`
}

type licenceID struct {
	ID string `json:"id"`
}

type dependency struct {
	Ref       string   `json:"ref"`
	DependsOn []string `json:"dependsOn"`
}

// document puts a list together. Its serial number follows from the program.
func document(path, version, built string, parts []component) (bom, error) {
	program, err := os.ReadFile(path)
	if err != nil {
		return bom{}, fmt.Errorf("read program: %w", err)
	}
	sum := sha256.Sum256(program)
	id := sha256.Sum256(append([]byte("sbom of "), sum[:]...))
	id[6] = id[6]&0x0f | 0x80 // a UUID of version 8, whose content is up to who makes it
	id[8] = id[8]&0x3f | 0x80
	self := component{
		Ref: "seeder", Type: "application", Name: "seeder", Version: version,
		Hashes: []hash{{"SHA-256", hex.EncodeToString(sum[:])}},
	}
	refs := make([]string, 0, len(parts))
	for _, p := range parts {
		refs = append(refs, p.Ref)
	}
	return bom{
		Schema: "http://cyclonedx.org/schema/bom-1.6.schema.json", Format: "CycloneDX", Spec: "1.6", Version: 1,
		Serial:       fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:16]),
		Metadata:     metadata{Timestamp: built, Component: self},
		Components:   parts,
		Dependencies: []dependency{{Ref: self.Ref, DependsOn: refs}},
	}, nil
}
