package config

import (
	"errors"
	"reflect"
	"slices"
)

// Change is a setting that has another value than before. Passwords are hidden.
type Change struct {
	Key           string
	Before, After any
}

// Changes returns the settings in which two configurations differ, in the order of
// the struct.
func Changes(before, after Config) []Change {
	var out []Change
	now := fields(&after)
	for i, f := range fields(&before) {
		a, b := format(f.value), format(now[i].value)
		if !reflect.DeepEqual(a, b) {
			out = append(out, Change{f.key, f.shown(a), f.shown(b)})
		}
	}
	return out
}

// With returns the configuration with some settings, and where they come from, as
// another one has them.
func (l Loaded) With(other Loaded, keys ...string) Loaded {
	out := Loaded{Config: l.Config, File: l.File, Values: slices.Clone(l.Values)}
	theirs := fields(&other.Config)
	for i, f := range fields(&out.Config) {
		if slices.Contains(keys, f.key) {
			f.value.Set(theirs[i].value)
		}
	}
	for i, v := range out.Values {
		at := slices.IndexFunc(other.Values, func(o Value) bool { return o.Key == v.Key })
		if at >= 0 && slices.Contains(keys, v.Key) {
			out.Values[i] = other.Values[at]
		}
	}
	return out
}

// Reloads reports whether a running daemon takes a change of the setting when it
// reads the configuration again ([Value].Reload).
func Reloads(key string) bool {
	cfg := Default()
	all := fields(&cfg)
	i := slices.IndexFunc(all, func(f field) bool { return f.key == key })
	return i >= 0 && all[i].reload
}

// Check reports whether a value would be accepted for a setting, as an [*Error].
func Check(key, value string) error {
	cfg := Default()
	for _, f := range fields(&cfg) {
		if f.key == key {
			return errors.Join(f.set(value, "what was given")...)
		}
	}
	return &Error{Key: key, Source: "what was given", Err: ErrUnknownKey, Advice: adviceFor(key, Keys())}
}
