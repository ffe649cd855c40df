package main

import (
	"bytes"
	"strings"
	"testing"

	"seeder/inspect"
)

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
