package main

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/mattn/go-runewidth"
	"pgregory.net/rapid"
)

func TestLinesAreCut(t *testing.T) {
	for _, tt := range []struct {
		line  screenLine
		width int
		want  string
	}{
		{textLine("hello"), 10, "hello"},
		{textLine("hello"), 5, "hello"},
		{textLine("hello"), 4, "hel…"},
		{textLine("hello"), 1, "…"},
		{screenLine{{"he", good}, {"llo", bad}}, 5, "hello"},
		{screenLine{{"he", good}, {"llo", bad}}, 4, "hel…"},
		{screenLine{{"he", good}, {"llo", bad}}, 2, "h…"},
		{screenLine{{"he", good}, {"", bad}}, 2, "he"},
		{textLine("花園クラブ"), 10, "花園クラブ"},
		{textLine("花園クラブ"), 6, "花園…"},
		{textLine("a\x1b[2Jb\n"), 80, `a\x1b[2Jb\n`},
	} {
		if got := tt.line.fit(tt.width).String(); got != tt.want {
			t.Errorf("%q at %d: %q, want %q", tt.line.String(), tt.width, got, tt.want)
		}
	}
}

func TestNoLineIsWider(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var l screenLine
		for range rapid.IntRange(0, 4).Draw(rt, "pieces") {
			l = append(l, piece{text: rapid.String().Draw(rt, "text"), style: good})
		}
		width := rapid.IntRange(1, 40).Draw(rt, "width")
		got := l.fit(width).String()
		if runewidth.StringWidth(got) > width || !utf8.ValidString(got) {
			rt.Fatalf("%q has %d columns, want at most %d", got, runewidth.StringWidth(got), width)
		}
	})
}

func TestScreenRedraws(t *testing.T) {
	var out bytes.Buffer
	width, height := 8, 3
	s := &screen{out: &out, colour: true, size: func() (int, int, error) { return width, height, nil }}
	lines := []screenLine{{{"one", good}}, textLine("two is long"), textLine("three"), textLine("four")}
	if err := s.draw(lines); err != nil {
		t.Fatal(err)
	}
	const first = enterScreen + home + clearRight + "\x1b[32mone\x1b[0m\r\n" + clearRight + "two is …\r\n" + clearBelow + "three"
	if out.String() != first {
		t.Errorf("drawn %q, want %q", out.String(), first)
	}
	out.Reset()
	s.colour, width = false, 4
	if err := s.draw(lines[:2]); err != nil {
		t.Fatal(err)
	}
	if want := home + clearRight + "one\r\n" + clearBelow + "two…"; out.String() != want {
		t.Errorf("drawn again %q, want %q", out.String(), want)
	}
	out.Reset()
	if err := errors.Join(s.Close(), s.Close()); err != nil {
		t.Fatal(err)
	}
	if want := leaveScreen + "one\r\ntwo…\r\n"; out.String() != want {
		t.Errorf("at the end %q, want %q", out.String(), want)
	}
}

func TestSizeOfATerminalThatDoesNotTell(t *testing.T) {
	for _, size := range []func() (int, int, error){
		func() (int, int, error) { return 0, 0, nil },
		func() (int, int, error) { return -1, -1, errors.ErrUnsupported },
	} {
		if w, h := (&screen{size: size}).dimensions(); w != usualWidth || h != usualHeight {
			t.Errorf("%d columns and %d lines", w, h)
		}
	}
}

func TestOnlyTerminalsAreRedrawn(t *testing.T) {
	if s := newScreen(&strings.Builder{}); s != nil {
		t.Error("a buffer is redrawn")
	}
}
