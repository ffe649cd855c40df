// Package terminal keeps text of others from doing more to a terminal than being
// shown: control characters, changes of the direction of text and bytes that
// are no UTF-8 are written as escapes.
package terminal

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Joiners inside words and emoji: invisible, but they change nothing else.
const (
	zeroWidthNonJoiner = '\u200c'
	zeroWidthJoiner    = '\u200d'
)

// harmless reports whether a terminal shows the character and does nothing
// else: no control characters, no change of the direction of text.
func harmless(r rune) bool {
	return unicode.IsPrint(r) || r == zeroWidthJoiner || r == zeroWidthNonJoiner
}

// Visible returns text of others as one field of a line: what is not harmless,
// line ends included, is written as an escape such as \n or \x1b.
func Visible(s string) string { return escaped(s, "", goEscape) }

// goEscape is the escape of Go for a character, or for a byte that is none.
func goEscape(s string) string { return strings.Trim(strconv.Quote(s), `"`) }

// escaped replaces what is neither harmless nor kept, and bytes that are no
// UTF-8.
func escaped(s, keep string, escape func(string) string) string {
	var b strings.Builder
	done := 0
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if bad := r == utf8.RuneError && size == 1; bad || !harmless(r) && !strings.ContainsRune(keep, r) {
			b.WriteString(s[done:i])
			b.WriteString(escape(s[i : i+size]))
			done = i + size
		}
		i += size
	}
	if done == 0 {
		return s
	}
	b.WriteString(s[done:])
	return b.String()
}

// Text returns a writer that filters what is written for people: lines and
// columns stay, other control characters are escaped. A character may not be
// split between writes.
func Text(w io.Writer) io.Writer { return text{w} }

type text struct{ io.Writer }

// Write implements [io.Writer].
func (t text) Write(p []byte) (int, error) { return writeEscaped(t.Writer, p, "\n\t", goEscape) }

// JSON returns a writer that filters JSON: it escapes as JSON does, but more
// characters.
func JSON(w io.Writer) io.Writer { return jsonText{w} }

type jsonText struct{ io.Writer }

// Write implements [io.Writer].
func (j jsonText) Write(p []byte) (int, error) { return writeEscaped(j.Writer, p, "\n", jsonEscape) }

// jsonEscape escapes characters of a JSON string. Encoders leave no bytes that
// are no UTF-8.
func jsonEscape(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r > 0xffff {
			const surrogates, low = 0xd800, 0xdc00
			r -= 0x10000
			fmt.Fprintf(&b, `\u%04x\u%04x`, surrogates+r>>10, low+r&0x3ff)
			continue
		}
		fmt.Fprintf(&b, `\u%04x`, r)
	}
	return b.String()
}

func writeEscaped(w io.Writer, p []byte, keep string, escape func(string) string) (int, error) {
	clean := func(b byte) bool { return b >= ' ' && b < 0x7f || strings.IndexByte(keep, b) >= 0 }
	if !bytes.ContainsFunc(p, func(r rune) bool { return r >= 0x7f || !clean(byte(r)) }) {
		return w.Write(p)
	}
	if _, err := io.WriteString(w, escaped(string(p), keep, escape)); err != nil {
		return 0, err
	}
	return len(p), nil
}
