package node

import (
	"errors"
	"io/fs"
	"syscall"

	"seeder/config"
	"seeder/limits"
	"seeder/message"
	"seeder/operation"
	"seeder/quota"
	"seeder/signer"
	"seeder/store"
)

// CodeOf returns what kind of error err is: the code of the first [*Error] in its
// chain, or what follows from the sentinels of other packages.
func CodeOf(err error) Code {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	for _, s := range sentinels {
		for _, target := range s.errs {
			if errors.Is(err, target) {
				return s.code
			}
		}
	}
	if _, ok := errors.AsType[*config.Error](err); ok {
		return Invalid
	}
	return Internal
}

// HintOf returns what to do about an error: what it says itself, or what follows from
// the sentinels of other packages; empty when nobody knows.
func HintOf(err error) string {
	h, ok := errors.AsType[interface {
		error
		Hint() string
	}](err)
	if ok && h.Hint() != "" {
		return h.Hint()
	}
	for _, s := range sentinels {
		for _, target := range s.errs {
			if errors.Is(err, target) {
				return s.hint
			}
		}
	}
	if CodeOf(err) == Internal {
		return "the log of the node has more"
	}
	return ""
}

// sentinels are errors of other packages by what they mean to who asks, and what to do
// about them. The first that fits counts, so what the node lacks stands above what was
// asked for.
var sentinels = []struct {
	code Code
	hint string
	errs []error
}{
	{NoSpace, "free at least 8 MiB on the disk of the database", []error{store.ErrNoSpace}},
	{NoSpace, "free some disk space", []error{syscall.ENOSPC}},
	{Unavailable, "try again; if it stays so, `seeder doctor` looks", []error{store.ErrUnavailable, store.ErrClosed}},
	{Refused, "", []error{operation.ErrRefused}},
	{Invalid, "an id is 0x and 66 hex digits; `seeder community list` shows those there are", []error{message.ErrCommunityID}},
	{Invalid, "an id is 32 hex digits; `seeder operation list` shows those there are", []error{operation.ErrID}},
	{Invalid, "`seeder limits show` shows the settings there are", []error{quota.ErrForm, quota.ErrKey, limits.ErrNothing}},
	{Invalid, "", []error{signer.ErrKey, signer.ErrName}},
	{NotFound, "`seeder key list` shows the keys there are", []error{signer.ErrNoKey}},
	{NotFound, "`seeder community create` or `seeder community join` makes one", []error{ErrNoDatabase}},
	{NotFound, hintNoCommunity, []error{store.ErrNotFound}},
	{NotFound, "", []error{fs.ErrNotExist}},
	{Internal, "make the file yours alone: chmod 600", []error{signer.ErrExposed}},
	{Internal, "give the file to the user of the node: chown, and chmod 600", []error{signer.ErrUnreadable}},
	{Internal, "put your copy of the key back", []error{signer.ErrKeyFile}},
}
