package inspect_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"seeder/archive"
	"seeder/archive/archivetest"
	"seeder/inspect"
	"seeder/message"
)

// TestCallbacks expects the head, then each archive followed by its messages.
func TestCallbacks(t *testing.T) {
	path := filepath.Join(vectorRoot, "append/second")
	whole, err := inspect.Path(t.Context(), path, inspect.Options{Messages: true})
	if err != nil {
		t.Fatal(err)
	}
	var got inspect.Report
	read, raw := 0, 0
	for _, a := range whole.Archives {
		raw += int(a.Size - a.Padding)
	}
	opts := inspect.Options{
		Read: func(n int) { read += n },
		Begin: func(r *inspect.Report) error {
			got = *r
			return nil
		},
		Each: func(a *inspect.Archive) error {
			got.Archives = append(got.Archives, *a)
			return nil
		},
		Message: func(m *inspect.Message) error {
			a := &got.Archives[len(got.Archives)-1]
			a.Messages = append(a.Messages, *m)
			return nil
		},
	}
	report, err := inspect.Path(t.Context(), path, opts)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(whole, got); diff != "" {
		t.Errorf("callbacks (-whole +handed over):\n%s", diff)
	}
	if read != raw {
		t.Errorf("%d bytes were read, the archives have %d", read, raw)
	}
	for _, a := range report.Archives {
		if a.Messages != nil {
			t.Error("messages are kept")
		}
	}
	stop := errors.New("enough")
	opts.Message = func(*inspect.Message) error { return stop }
	if _, err := inspect.Path(t.Context(), path, opts); !errors.Is(err, stop) {
		t.Errorf("error of Message: %v", err)
	}
	opts.Begin = func(*inspect.Report) error { return stop }
	opts.Each = func(*inspect.Archive) error {
		t.Error("Each is called after Begin failed")
		return nil
	}
	if _, err := inspect.Path(t.Context(), path, opts); !errors.Is(err, stop) {
		t.Errorf("error of Begin: %v", err)
	}
}

// TestNothingOfARefusedArchiveIsHandedOver changes the last message, which a
// reader that does not verify first would notice too late.
func TestNothingOfARefusedArchiveIsHandedOver(t *testing.T) {
	v := vectorNamed(t, "sealed")
	dir := folderOf(t, v, false)
	data := readFile(t, filepath.Join(dir, "data"))
	data[len(v.Archives[0])-1] ^= 1
	write(t, filepath.Join(dir, "data"), data)
	_, err := inspect.Path(t.Context(), dir, inspect.Options{Message: func(*inspect.Message) error {
		t.Error("a message is handed over")
		return nil
	}})
	var refusal *inspect.Refusal
	if !errors.As(err, &refusal) {
		t.Errorf("%v, want a refusal", err)
	}
}

func TestFileThatChangesMeanwhile(t *testing.T) {
	v := vectorNamed(t, "sealed")
	dir := folderOf(t, v, false)
	path := filepath.Join(dir, "data")
	data := readFile(t, path)
	for name, change := range map[string]func() error{
		"a byte": func() error {
			b := append([]byte(nil), data...)
			b[len(v.Archives[0])-1] ^= 1
			return os.WriteFile(path, b, 0o600)
		},
		"the end": func() error { return os.Truncate(path, int64(len(v.Archives[0])/2)) },
	} {
		write(t, path, data)
		var refusal *inspect.Refusal
		_, err := inspect.Path(t.Context(), dir, inspect.Options{
			Each:    func(*inspect.Archive) error { return change() },
			Message: func(*inspect.Message) error { return nil },
		})
		if !errors.Is(err, inspect.ErrChanged) || errors.As(err, &refusal) {
			t.Errorf("%s: %v, want ErrChanged", name, err)
		}
	}
}

func TestCandidates(t *testing.T) {
	v := vectorNamed(t, "sealed")
	dir := folderOf(t, v, false)
	plain := filepath.Join(t.TempDir(), "plain")
	if err := os.Rename(dir, plain); err != nil {
		t.Fatal(err)
	}
	other := archivetest.Key(7).Community()
	for _, tt := range []struct {
		name       string
		candidates []message.CommunityID
		found      bool
	}{
		{"none", nil, false},
		{"others", []message.CommunityID{other}, false},
		{"the one", []message.CommunityID{other, v.Community}, true},
	} {
		calls := 0
		report, err := inspect.Path(t.Context(), plain, inspect.Options{Candidates: func() []message.CommunityID {
			calls++
			return tt.candidates
		}})
		if err != nil || calls != 1 {
			t.Fatalf("%s: %v after %d calls", tt.name, err, calls)
		}
		found := report.Community != nil && *report.Community == v.Community && report.Archives[0].Signer != nil
		if found != tt.found || (report.Community == nil) == tt.found {
			t.Errorf("%s: community %v, signer %v", tt.name, report.Community, report.Archives[0].Signer)
		}
	}
	// Where something names a community, it has to be that one.
	opts := inspect.Options{Community: other, Candidates: func() []message.CommunityID { return []message.CommunityID{v.Community} }}
	if _, err := inspect.Path(t.Context(), plain, opts); !errors.Is(err, archive.ErrForeign) {
		t.Errorf("another community asked for: %v", err)
	}
}

func TestSingleFileSaysNotWhose(t *testing.T) {
	v := vectorNamed(t, "sealed")
	path := filepath.Join(t.TempDir(), "archive")
	write(t, path, v.Archives[0])
	if _, err := inspect.Path(t.Context(), path, inspect.Options{Community: v.Community}); !errors.Is(err, inspect.ErrUnknown) {
		t.Errorf("%v, want ErrUnknown", err)
	}
}
