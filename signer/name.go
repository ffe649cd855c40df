package signer

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxName is the longest name of a key or a community, in bytes.
const MaxName = 200

// ErrName reports a name that is too long, or that would not show as it is.
var ErrName = errors.New("name not accepted")

// CheckName returns nil for a name that people can read and type: UTF-8 of at
// most [MaxName] bytes, of characters that print, joiners within words and
// emoji included, and spaces between them; one of them at least is to be seen. "." and
// "..", which mean something else in paths, are none. No name is fine, too. The error
// wraps [ErrName].
func CheckName(name string) error {
	switch {
	case len(name) > MaxName:
		return fmt.Errorf("%w: %d bytes, the limit is %d", ErrName, len(name), MaxName)
	case !utf8.ValidString(name):
		return fmt.Errorf("%w: %q is not UTF-8", ErrName, name)
	case strings.TrimSpace(name) != name:
		return fmt.Errorf("%w: %q begins or ends with a space", ErrName, name)
	case name == "." || name == "..":
		return fmt.Errorf("%w: %q means something else in paths", ErrName, name)
	}
	seen := name == ""
	for _, r := range name {
		if !unicode.IsPrint(r) && r != nonJoiner && r != joiner {
			return fmt.Errorf("%w: %q holds %q, which does not print", ErrName, name, r)
		}
		seen = seen || !invisible(r)
	}
	if !seen {
		return fmt.Errorf("%w: nothing of %+q is to be seen", ErrName, name)
	}
	return nil
}

const nonJoiner, joiner = '\u200c', '\u200d'

// invisible reports characters that count as printing and show nothing.
func invisible(r rune) bool {
	const brailleBlank = '\u2800'
	return r == nonJoiner || r == joiner || r == brailleBlank ||
		unicode.In(r, unicode.White_Space, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}
