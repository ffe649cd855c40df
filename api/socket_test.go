package api_test

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"seeder/api"
	"seeder/node"
)

// leave leaves the socket of a process that has died.
func leave(t *testing.T, path string) {
	t.Helper()
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	l.SetUnlinkOnClose(false)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
}

func checkSocket(t *testing.T, path string) {
	t.Helper()
	info, err := os.Lstat(path)
	if err != nil || info.Mode() != os.ModeSocket|0o600 {
		t.Fatalf("socket %s has mode %v (%v), want 0600", path, info.Mode(), err)
	}
	conn, err := net.Dial("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	conn.Close()
}

func TestSocketOfADeadProcessIsReplaced(t *testing.T) {
	dir := folder(t)
	path := filepath.Join(dir, api.SocketName)
	leave(t, path)
	// What an attempt left that died half-way.
	if err := os.MkdirAll(filepath.Join(dir, ".control"), 0o700); err != nil {
		t.Fatal(err)
	}
	leave(t, filepath.Join(dir, ".control", "s"))
	s := listen(t, dir)
	if s.Path() != path {
		t.Errorf("socket at %s, want %s", s.Path(), path)
	}
	checkSocket(t, path)
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v (%v)", left, err)
	}
}

func TestLiveSocketStays(t *testing.T) {
	dir := folder(t)
	first := listen(t, dir)
	defer first.Close()
	if _, err := api.Listen(t.Context(), dir); !errors.Is(err, api.ErrInUse) {
		t.Errorf("second socket: %v, want ErrInUse", err)
	}
	checkSocket(t, first.Path())
}

func TestOtherFilesStay(t *testing.T) {
	for name, make := range map[string]func(path string) error{
		"file":   func(path string) error { return os.WriteFile(path, []byte("precious"), 0o600) },
		"folder": func(path string) error { return os.Mkdir(path, 0o700) },
		"link":   func(path string) error { return os.Symlink("/dev/null", path) },
	} {
		dir := folder(t)
		path := filepath.Join(dir, api.SocketName)
		if err := make(path); err != nil {
			t.Fatal(err)
		}
		if _, err := api.Listen(t.Context(), dir); !errors.Is(err, api.ErrNotSocket) {
			t.Errorf("%s: %v, want ErrNotSocket", name, err)
		} else if h, ok := errors.AsType[interface {
			error
			Hint() string
		}](err); !ok || !strings.Contains(h.Hint(), filepath.Join(dir, api.SocketName)) {
			t.Errorf("%s: the error does not say what to do", name)
		}
		if _, err := os.Lstat(path); err != nil {
			t.Errorf("%s is gone: %v", name, err)
		}
	}
}

// A socket that took the place of ours is not removed with ours.
func TestCloseLeavesTheSocketOfOthers(t *testing.T) {
	dir := folder(t)
	first := listen(t, dir)
	if err := os.Remove(first.Path()); err != nil {
		t.Fatal(err)
	}
	second := listen(t, dir)
	if err := first.Close(); err != nil {
		t.Error(err)
	}
	checkSocket(t, second.Path())
	if err := second.Close(); err != nil {
		t.Error(err)
	}
}

func TestLongPathsHaveAShortSocket(t *testing.T) {
	dir := filepath.Join(folder(t), strings.Repeat("deep/", 30))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	s := listen(t, dir)
	t.Cleanup(func() { _ = os.Remove(filepath.Dir(s.Path())) })
	if len(s.Path()) > api.MaxSocketPath {
		t.Errorf("path of %d bytes", len(s.Path()))
	}
	checkSocket(t, s.Path())
	info, err := os.Stat(filepath.Dir(s.Path()))
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("its folder has mode %v (%v), want 0700", info.Mode(), err)
	}
	// The same place after a restart, another one for another folder.
	other := listen(t, filepath.Dir(dir))
	t.Cleanup(func() { _ = os.Remove(filepath.Dir(other.Path())) })
	defer other.Close()
	path := s.Path()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Lstat(filepath.Dir(path)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("its folder is left: %v", err)
	}
	again := listen(t, dir)
	defer again.Close()
	if again.Path() != path || other.Path() == path {
		t.Errorf("sockets at %s, then %s, of another folder %s", path, again.Path(), other.Path())
	}
}

// A folder that others may enter could be anybody's.
func TestOpenFolderIsNotUsed(t *testing.T) {
	dir := filepath.Join(folder(t), strings.Repeat("deep/", 30))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", folder(t))
	s := listen(t, dir)
	place := filepath.Dir(s.Path())
	t.Cleanup(func() { _ = os.Remove(place) })
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(place, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(place, 0o777); err != nil {
		t.Fatal(err)
	}
	again, err := api.Listen(t.Context(), dir)
	if err != nil {
		return // there is no other place
	}
	defer again.Close()
	t.Cleanup(func() { _ = os.Remove(filepath.Dir(again.Path())) })
	if filepath.Dir(again.Path()) == place {
		t.Error("the socket stands in a folder that everybody may change")
	}
}

// What a killed node leaves elsewhere can be removed with its folder.
func TestClear(t *testing.T) {
	dir := filepath.Join(folder(t), strings.Repeat("deep/", 30))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	s := listen(t, dir)
	place := filepath.Dir(s.Path())
	if err := s.UnixListener.Close(); err != nil { // as if killed
		t.Fatal(err)
	}
	if err := errors.Join(api.Clear(dir), api.Clear(dir)); err != nil {
		t.Error(err)
	}
	if _, err := os.Lstat(place); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s is left: %v", place, err)
	}
	short := folder(t)
	s = listen(t, short)
	defer s.Close()
	if err := api.Clear(short); err != nil {
		t.Error(err)
	}
	checkSocket(t, s.Path())
}

// Who waits in vain is told what to do, not what a library says.
func TestNodeThatDoesNotAnswer(t *testing.T) {
	defer api.SetClientTimeout(50 * time.Millisecond)()
	path := filepath.Join(folder(t), "mute.sock")
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	err = api.NewClient(path).Refresh(t.Context())
	told, ok := errors.AsType[*node.Error](err)
	if !ok || told.Code != node.Unavailable || told.Advice == "" || strings.Contains(err.Error(), "http") {
		t.Errorf("%v", err)
	}
}
