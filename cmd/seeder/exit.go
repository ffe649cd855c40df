package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"syscall"

	"seeder/config"
	"seeder/daemon"
	"seeder/ingest"
	"seeder/message"
	"seeder/node"
	"seeder/owner"
	"seeder/quota"
	"seeder/signer"
	"seeder/store"
)

// Exit codes.
const (
	exitDone        = 0 // done
	exitFailed      = 1 // failed, or interrupted
	exitUsage       = 2 // wrong arguments or configuration
	exitNotFound    = 3 // no such community, key, archive or file
	exitRefused     = 4 // input or archive refused by verification
	exitUnreachable = 5 // no daemon runs, or the one that did the work has stopped
	exitUnannounced = 6 // done and stored, but no peer has taken the announcement within the timeout
)

const exitHelp = `Exit codes: 0 done, 1 failed or interrupted, 2 wrong arguments or configuration,
3 not found, 4 input or archive refused by verification, 5 no daemon runs, or the one
that did the work has stopped, 6 done, but no peer took the announcement within the timeout.`

// failure is an error with its exit code and what to do about it.
type failure struct {
	code int
	err  error
	hint string
}

// Error implements error.
func (f *failure) Error() string { return f.err.Error() }

// Unwrap returns the cause.
func (f *failure) Unwrap() error { return f.err }

// Hint says what to do about it.
func (f *failure) Hint() string { return f.hint }

func fail(code int, hint, format string, args ...any) error {
	return &failure{code: code, hint: hint, err: fmt.Errorf(format, args...)}
}

func usage(hint, format string, args ...any) error { return fail(exitUsage, hint, format, args...) }

// exitCode maps an error to the code that the process ends with.
func exitCode(err error) int {
	var f *failure
	var line *ingest.LineError
	var setting *config.Error
	var coded *node.Error
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &f):
		return f.code
	case errors.As(err, &coded):
		return exitOf(coded.Code)
	case errors.As(err, &setting), errors.Is(err, message.ErrCommunityID), errors.Is(err, signer.ErrKey), errors.Is(err, quota.ErrForm), errors.Is(err, quota.ErrKey):
		return exitUsage
	case errors.As(err, &line) && (errors.Is(err, ingest.ErrSyntax) || errors.Is(err, ingest.ErrLineTooLong) || errors.Is(err, ingest.ErrField)):
		return exitRefused
	case errors.Is(err, store.ErrNotFound), errors.Is(err, signer.ErrNoKey), errors.Is(err, fs.ErrNotExist):
		return exitNotFound
	default:
		return exitFailed
	}
}

// exitOf maps what kind of error it is to the code that the process ends with.
func exitOf(code node.Code) int {
	switch code {
	case node.NotFound:
		return exitNotFound
	case node.Ambiguous, node.Invalid, node.Conflict:
		return exitUsage
	case node.Refused:
		return exitRefused
	case node.Unavailable, node.NoSpace, node.Internal:
		return exitFailed
	default:
		return exitFailed
	}
}

// hintOf returns what to do about an error, or "".
func hintOf(err error) string {
	var h interface{ Hint() string }
	switch {
	case errors.As(err, &h) && h.Hint() != "":
		return h.Hint()
	case errors.Is(err, owner.ErrBehind):
		return "`seeder rebuild` restores the database from the archives; or put the newest copy of the database back"
	case errors.Is(err, daemon.ErrRunning):
		return "stop the other one, or give this one another folder with --data-dir"
	case errors.Is(err, signer.ErrNoKey):
		return "`seeder key list` shows the keys there are"
	case errors.Is(err, signer.ErrExposed):
		return "make the file yours alone: chmod 600"
	case errors.Is(err, signer.ErrUnreadable):
		return "give the file to the user of the node: chown, and chmod 600"
	case errors.Is(err, store.ErrNewerSchema):
		return "use the newer version of seeder that wrote it"
	case errors.Is(err, signer.ErrKeyFile):
		return "move what is no key out of the folder of keys, or put your copy of the key back"
	case errors.Is(err, store.ErrNoSpace):
		return "free at least 8 MiB on the disk of the database"
	case errors.Is(err, syscall.ENOSPC):
		return "free some disk space"
	case errors.Is(err, syscall.EADDRINUSE):
		return "stop the program that uses this port, or take another one: --waku-listen, --swarm-listen, --api-listen"
	case errors.Is(err, fs.ErrPermission) && isListen(err):
		return "ports below 1024 are for root: take another one: --waku-listen, --swarm-listen, --api-listen"
	case errors.Is(err, syscall.ENOTDIR):
		return "name a folder with --data-dir; a file is in its place"
	case errors.Is(err, syscall.ELOOP):
		return "name the file or folder itself: the links lead to each other"
	case errors.Is(err, fs.ErrPermission):
		return "give this user access, or use another folder with --data-dir"
	default:
		return ""
	}
}

// isListen reports whether err is of listening at an address.
func isListen(err error) bool {
	op, ok := errors.AsType[*net.OpError](err)
	return ok && op.Op == "listen"
}

// report prints an error, each of several joined ones by itself.
func report(w io.Writer, err error) {
	if errors.Is(err, context.Canceled) {
		fmt.Fprintln(w, "seeder: interrupted")
		return
	}
	for _, e := range split(err) {
		fmt.Fprintln(w, "seeder:", e)
		if hint := hintOf(e); hint != "" {
			fmt.Fprintln(w, "hint:", hint)
		}
	}
}

// split takes apart an error that joins others without a text of its own.
func split(err error) []error {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok || errors.Join(joined.Unwrap()...).Error() != err.Error() {
		return []error{err}
	}
	var out []error
	for _, e := range joined.Unwrap() {
		out = append(out, split(e)...)
	}
	return out
}
