package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/adrg/xdg"
)

const (
	// MaxSocketPath is the longest path of a socket, in bytes: what macOS and
	// the BSDs take. Linux takes four more.
	MaxSocketPath = 103
	// SocketName is the name of the socket in the data folder.
	SocketName = "control.sock"

	probeTimeout = time.Second
)

// Socket is the control socket of a node. It is a [net.Listener].
type Socket struct {
	*net.UnixListener
	path string
	made os.FileInfo
	// folder was made for the socket alone; empty for none.
	folder string
}

// Path returns where programs find the socket.
func (s *Socket) Path() string { return s.path }

// Close stops listening and removes the socket, unless another one has taken
// its place.
func (s *Socket) Close() error {
	err := s.UnixListener.Close()
	now, statErr := os.Lstat(s.path)
	if statErr == nil && os.SameFile(now, s.made) {
		err = errors.Join(err, os.Remove(s.path))
		if s.folder != "" {
			err = errors.Join(err, os.Remove(s.folder))
		}
	}
	return err
}

// Listen makes the control socket in a folder that the caller has locked, mode
// 0600. When the path would be too long it stands in a folder of its own among
// the temporary files of the user; see [Socket.Path]. A socket that a dead
// process left is replaced; [ErrInUse] when a process answers there,
// [ErrNotSocket] when something else has its name.
func Listen(ctx context.Context, dir string) (*Socket, error) {
	path := filepath.Join(dir, SocketName)
	short := ""
	if len(path) > MaxSocketPath {
		var err error
		if short, err = shortFolder(dir); err != nil {
			return nil, fmt.Errorf("make control socket: %w", err)
		}
		path = filepath.Join(short, SocketName)
	}
	s, err := listenAt(ctx, path)
	if err != nil {
		return nil, fmt.Errorf("make control socket %s: %w", path, err)
	}
	s.folder = short
	return s, nil
}

// draftPath is where a socket is made before it gets its name; it is no longer
// than path.
func draftPath(path string) string { return filepath.Join(filepath.Dir(path), ".control", "s") }

// listenAt makes the socket in a folder that nobody else may enter, so that it
// is never open to others, and then moves it to its place.
func listenAt(ctx context.Context, path string) (*Socket, error) {
	if err := probe(ctx, path); err != nil {
		return nil, err
	}
	draft := draftPath(path)
	if err := os.RemoveAll(filepath.Dir(draft)); err != nil {
		return nil, err
	}
	if err := os.Mkdir(filepath.Dir(draft), 0o700); err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(filepath.Dir(draft)) }() // or the next start does
	var config net.ListenConfig
	l, err := config.Listen(ctx, "unix", draft)
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	s := &Socket{UnixListener: l.(*net.UnixListener), path: path}
	s.SetUnlinkOnClose(false)
	if err = os.Chmod(draft, 0o600); err == nil {
		err = os.Rename(draft, path)
	}
	if err == nil {
		s.made, err = os.Lstat(path)
	}
	if err != nil {
		return nil, errors.Join(err, s.UnixListener.Close())
	}
	return s, nil
}

// placeError reports that something else stands where the socket belongs. It wraps
// [ErrNotSocket].
type placeError struct{ path string }

// Error implements error.
func (e *placeError) Error() string { return ErrNotSocket.Error() }

// Hint says what to do about it.
func (e *placeError) Hint() string {
	return "move " + e.path + " away, or remove it: the control socket belongs there"
}

// Unwrap returns [ErrNotSocket].
func (e *placeError) Unwrap() error { return ErrNotSocket }

// probe returns nil when a socket may be made at path.
func probe(ctx context.Context, path string) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case info.Mode().Type() != fs.ModeSocket:
		return &placeError{path}
	}
	dialer := net.Dialer{Timeout: probeTimeout}
	conn, err := dialer.DialContext(ctx, "unix", path)
	switch {
	case err == nil:
		return errors.Join(ErrInUse, conn.Close())
	case isRefused(err), errors.Is(err, fs.ErrNotExist):
		return nil
	default: // it may be alive and busy
		return fmt.Errorf("%w: %w", ErrInUse, err)
	}
}

// Clear removes what a killed node has left outside its folder, before that is
// removed; there may be nothing.
func Clear(dir string) error {
	folders, err := shortFolders(dir)
	var errs []error
	for _, folder := range folders {
		if info, err := os.Lstat(folder); err == nil && info.IsDir() && isMine(info) {
			errs = append(errs, os.RemoveAll(folder))
		}
	}
	return errors.Join(append(errs, err)...)
}

// shortFolder returns a folder that belongs to dir and to this user alone.
func shortFolder(dir string) (string, error) {
	folders, err := shortFolders(dir)
	if err != nil {
		return "", err
	}
	var errs []error
	for _, folder := range folders {
		if err = privateFolder(folder); err == nil {
			return folder, nil
		}
		errs = append(errs, err)
	}
	return "", errors.Join(append(errs, errors.New("no folder with a path that is short enough"))...)
}

// shortFolders returns the folders that would do, the best one first.
func shortFolders(dir string) (folders []string, err error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256([]byte(abs))
	name := "seeder-" + hex.EncodeToString(sum[:8])
	for _, base := range []string{xdg.RuntimeDir, os.TempDir(), "/tmp"} {
		folder := filepath.Join(base, name)
		if len(filepath.Join(folder, SocketName)) <= MaxSocketPath {
			folders = append(folders, folder)
		}
	}
	return folders, nil
}

// privateFolder makes a folder, or takes one that is this user's alone.
func privateFolder(path string) error {
	err := os.Mkdir(path, 0o700)
	if err == nil || !errors.Is(err, fs.ErrExist) {
		return err
	}
	info, err := os.Lstat(path)
	if err != nil {
		return err
	}
	if !info.IsDir() || info.Mode().Perm() != 0o700 || !isMine(info) {
		return fmt.Errorf("%s belongs to somebody else", path)
	}
	return nil
}
