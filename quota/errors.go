package quota

import (
	"errors"
	"fmt"
	"strings"

	"seeder/internal/nearest"
)

var (
	// ErrForm reports a text that is no value of its kind; it comes wrapped in a
	// [*FormError].
	ErrForm = errors.New("not understood")
	// ErrKey reports a setting that does not exist; it comes wrapped in a
	// [*KeyError].
	ErrKey = errors.New("unknown setting")
)

// FormError reports a value that was refused. It wraps [ErrForm].
type FormError struct {
	Key     string // the setting; empty where none is meant
	Value   string // as it was written
	Accepts string // the accepted forms
	Nearest string // the form that may be meant; empty when none is near
}

// Error says what was refused and what is accepted.
func (e *FormError) Error() string {
	text := fmt.Sprintf("%.80q is %v: %s", e.Value, ErrForm, e.Hint())
	if e.Key != "" {
		text = e.Key + ": " + text
	}
	return text
}

// Hint says what to write instead.
func (e *FormError) Hint() string {
	if e.Nearest != "" {
		return "did you mean " + e.Nearest + "? Otherwise use " + e.Accepts
	}
	return "use " + e.Accepts
}

// Unwrap returns [ErrForm].
func (e *FormError) Unwrap() error { return ErrForm }

// KeyError reports a setting that does not exist. It wraps [ErrKey].
type KeyError struct {
	Key     string   // as it was written
	Nearest string   // the most similar setting; empty when none is similar
	Known   []string // all settings
}

// Error names the setting and the nearest one.
func (e *KeyError) Error() string { return fmt.Sprintf("%v %.40q: %s", ErrKey, e.Key, e.Hint()) }

// Hint says what to write instead.
func (e *KeyError) Hint() string {
	if e.Nearest != "" {
		return "did you mean " + e.Nearest + "?"
	}
	return "the settings are " + strings.Join(e.Known, ", ")
}

// Unwrap returns [ErrKey].
func (e *KeyError) Unwrap() error { return ErrKey }

func unknownKey(key string, keys []Key) error {
	e := &KeyError{Key: key}
	for _, k := range keys {
		e.Known = append(e.Known, k.Name)
	}
	key = strings.ReplaceAll(strings.ToLower(key[:min(len(key), 64)]), "-", "_") // as a flag is written
	if near, far := nearest.Word(key, e.Known); far <= max(len(near)/3, 1) {
		e.Nearest = near
	}
	return e
}
