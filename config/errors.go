package config

import (
	"errors"
	"fmt"
)

var (
	// ErrFile reports a configuration file that cannot be read or is not YAML.
	ErrFile = errors.New("cannot use configuration file")
	// ErrUnknownKey reports a setting that does not exist.
	ErrUnknownKey = errors.New("unknown setting")
	// ErrValue reports a value that a setting does not accept.
	ErrValue = errors.New("value not accepted")
)

// Error says which setting is wrong, where it was set and what would be right.
type Error struct {
	// Key is the setting, such as waku.listen; empty for an error of the file.
	Key string
	// Value is what was found there.
	Value string
	// Source says where: a file, an environment variable or a flag.
	Source string
	// Advice says what to do instead.
	Advice string
	// Err is one of the sentinel errors, or wraps one.
	Err error
}

// Error implements error.
func (e *Error) Error() string {
	switch {
	case e.Key == "":
		return fmt.Sprintf("%s: %v", e.Source, e.Err)
	case errors.Is(e.Err, ErrUnknownKey):
		return fmt.Sprintf("%s: %v %s", e.Source, e.Err, e.Key)
	default:
		return fmt.Sprintf("%s: %s: %v: %.120q", e.Source, e.Key, e.Err, e.Value)
	}
}

// Unwrap returns Err.
func (e *Error) Unwrap() error { return e.Err }

// Hint says what to do about it.
func (e *Error) Hint() string { return e.Advice }
