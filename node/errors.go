package node

import (
	"errors"
	"fmt"
)

// Code says in a word what kind of error it is, for programs.
type Code string

// The codes.
const (
	NotFound    Code = "not_found"   // no such community, key, archive or operation
	Ambiguous   Code = "ambiguous"   // a name or the beginning of an id fits several
	Invalid     Code = "invalid"     // what was given is not understood
	Conflict    Code = "conflict"    // it contradicts what is there
	Refused     Code = "refused"     // not allowed, or refused by verification
	Unavailable Code = "unavailable" // the database or the daemon cannot be reached now
	NoSpace     Code = "no_space"    // the disk is full
	Internal    Code = "internal"    // anything else
)

// ErrNoDatabase reports a change where there is no database yet.
var ErrNoDatabase = errors.New("there is no database yet")

// Error is an error for people and programs.
type Error struct {
	Code Code
	// Advice says what to do about it; it may be empty.
	Advice string
	Err    error
}

// Error implements error.
func (e *Error) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Hint says what to do about it; empty when nobody knows.
func (e *Error) Hint() string { return e.Advice }

func fail(code Code, advice, format string, args ...any) error {
	return &Error{Code: code, Advice: advice, Err: fmt.Errorf(format, args...)}
}
