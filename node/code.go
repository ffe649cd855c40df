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

// sentinels are errors of other packages by what they mean to who asks. The first
// that fits counts, so what the node lacks stands above what was asked for.
var sentinels = []struct {
	code Code
	errs []error
}{
	{NoSpace, []error{store.ErrNoSpace, syscall.ENOSPC}},
	{Unavailable, []error{store.ErrUnavailable, store.ErrClosed}},
	{Refused, []error{operation.ErrRefused}},
	{Invalid, []error{message.ErrCommunityID, signer.ErrKey, signer.ErrName, quota.ErrForm, quota.ErrKey, limits.ErrNothing, operation.ErrID}},
	{NotFound, []error{store.ErrNotFound, signer.ErrNoKey, fs.ErrNotExist, ErrNoDatabase}},
}
