package signer

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"seeder/internal/atomicfile"
	"seeder/message"
)

var (
	// ErrNoKey reports that the keystore has no key of the community.
	ErrNoKey = errors.New("no key of this community")
	// ErrKeyFile reports a key file that is malformed or named after another
	// community than its key's.
	ErrKeyFile = errors.New("bad key file")
	// ErrExposed reports a key file that other users of the machine can read
	// or write.
	ErrExposed = errors.New("key file is open to other users")
	// ErrUnreadable reports a key file that this user may not read.
	ErrUnreadable = errors.New("key file cannot be read by this user")
)

// keyFileVersion is the version that [Keystore.Add] writes and the only one read.
const keyFileVersion = 1

const keyFileSuffix = ".json"

// maxKeyFile bounds what is read of a key file, in bytes; one has about 250.
const maxKeyFile = 64 << 10

// Keystore keeps private keys in a directory. It is safe for concurrent use by
// several processes: files are published whole.
type Keystore struct {
	dir  string
	lent string // see WithLent
}

// Stored describes a key of a keystore without the key itself.
type Stored struct {
	// Community is whose key it is.
	Community message.CommunityID `json:"community"`
	// Name is for people, as given to [Keystore.Add].
	Name string `json:"name"`
}

// keyFile is the JSON of a key file.
type keyFile struct {
	Version   int                 `json:"version"`
	Community message.CommunityID `json:"community"`
	Name      string              `json:"name"`
	Key       string              `json:"key"`
}

// OpenKeystore names the directory of a keystore. It need not exist: Add
// creates it.
func OpenKeystore(dir string) *Keystore { return &Keystore{dir: dir} }

// Add stores a key under its community's id. Adding a key that is there
// replaces its name, which is one that [CheckName] accepts.
func (s *Keystore) Add(k *Key, name string) error {
	if err := CheckName(name); err != nil {
		return err
	}
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return fmt.Errorf("create keystore: %w", err)
	}
	b, err := json.Marshal(keyFile{Version: keyFileVersion, Community: k.community, Name: name, Key: k.Hex()})
	if err != nil {
		return fmt.Errorf("encode key file: %w", err)
	}
	if err := atomicfile.Write(s.path(k.community), append(b, '\n'), 0o600); err != nil {
		return fmt.Errorf("store key: %w", err)
	}
	return nil
}

// AddNew stores a key as Add does, and marks it as made for a community that nothing
// else knows of yet. A process that dies afterwards leaves a key that [Keystore.IsNew].
func (s *Keystore) AddNew(k *Key, name string) error {
	if err := CheckName(name); err != nil {
		return err
	}
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return fmt.Errorf("create keystore: %w", err)
	}
	if err := atomicfile.Write(s.newPath(k.community), nil, 0o600); err != nil {
		return fmt.Errorf("store key: %w", err)
	}
	return s.Add(k, name)
}

// IsNew reports whether a key is one of AddNew that nobody has settled.
func (s *Keystore) IsNew(c message.CommunityID) bool {
	_, err := os.Lstat(s.newPath(c))
	return err == nil
}

// Settle says that the community of a key of AddNew is known.
func (s *Keystore) Settle(c message.CommunityID) error {
	if err := os.Remove(s.newPath(c)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("settle key: %w", err)
	}
	return nil
}

func (s *Keystore) newPath(c message.CommunityID) string {
	return filepath.Join(s.dir, c.String()+".new")
}

// MarkBackedUp notes that a key was given away for a copy, beside the key and not in it:
// a key file is never written again.
func (s *Keystore) MarkBackedUp(c message.CommunityID, at time.Time) error {
	if err := os.MkdirAll(s.dir, 0o700); err != nil { // of a key that is lent
		return fmt.Errorf("create keystore: %w", err)
	}
	path := s.backedUpPath(c)
	if err := atomicfile.Write(path, nil, 0o600); err != nil {
		return fmt.Errorf("mark key: %w", err)
	}
	if err := os.Chtimes(path, at, at); err != nil {
		return fmt.Errorf("mark key: %w", err)
	}
	return nil
}

// BackedUp returns when MarkBackedUp was last called for a community; the zero time
// for never.
func (s *Keystore) BackedUp(c message.CommunityID) time.Time {
	info, err := os.Lstat(s.backedUpPath(c))
	if err != nil {
		return time.Time{}
	}
	return info.ModTime()
}

func (s *Keystore) backedUpPath(c message.CommunityID) string {
	return filepath.Join(s.dir, c.String()+".backed-up")
}

// Load returns the key of a community. The error wraps [ErrNoKey],
// [ErrKeyFile], [ErrExposed] or one of the file system.
func (s *Keystore) Load(c message.CommunityID) (*Key, error) {
	k, _, err := s.read(c)
	if !errors.Is(err, ErrNoKey) {
		return k, err
	}
	keys, _, faults := s.lentKeys()
	for _, k := range keys {
		if k.community == c {
			return k, nil
		}
	}
	return nil, errors.Join(err, faults)
}

// List returns the keys of the keystore in order of community id; none when
// the directory does not exist. A file that cannot be read as a key does not
// keep the others away: they come with an error that joins one for each such
// file, which says which.
func (s *Keystore) List() ([]Stored, error) {
	files, err := os.ReadDir(s.dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("list keystore: %w", err)
	}
	var list []Stored
	var faults []error
	for _, f := range files {
		name, ok := strings.CutSuffix(f.Name(), keyFileSuffix)
		if !ok {
			continue
		}
		c, err := message.ParseCommunityID(name)
		if err != nil || c.String() != name {
			faults = append(faults, fmt.Errorf("%w: %s is not named after a community", ErrKeyFile, filepath.Join(s.dir, f.Name())))
			continue
		}
		_, kf, err := s.read(c)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		list = append(list, Stored{Community: c, Name: kf.Name})
	}
	lent, names, err := s.lentKeys()
	faults = append(faults, err)
	for i, k := range lent {
		at, stored := slices.BinarySearchFunc(list, k.community, func(a Stored, c message.CommunityID) int {
			return slices.Compare(a.Community[:], c[:])
		})
		if !stored {
			list = slices.Insert(list, at, Stored{Community: k.community, Name: names[i]})
		}
	}
	return list, errors.Join(faults...)
}

func (s *Keystore) path(c message.CommunityID) string {
	return filepath.Join(s.dir, c.String()+keyFileSuffix)
}

func (s *Keystore) read(c message.CommunityID) (*Key, keyFile, error) {
	path := s.path(c)
	b, err := readSecret(path, 0o077)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, keyFile{}, fmt.Errorf("%w: %s in %s", ErrNoKey, c, s.dir)
	}
	if err != nil {
		return nil, keyFile{}, err
	}
	k, kf, err := parseKeyFile(b, c)
	if err != nil {
		return nil, keyFile{}, fmt.Errorf("%w: %s: %w", ErrKeyFile, path, err)
	}
	return k, kf, nil
}

// readSecret reads a small file that has none of the permissions in closed.
func readSecret(path string, closed fs.FileMode) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("find key file: %w", err)
	}
	if !info.Mode().IsRegular() || info.Size() > maxKeyFile {
		return nil, fmt.Errorf("%w: %s is not a small regular file", ErrKeyFile, path)
	}
	// Windows has no such bits; its directories under the profile are private.
	if info.Mode().Perm()&closed != 0 && runtime.GOOS != "windows" {
		return nil, fmt.Errorf("%w: %s has mode %#o, want 0600", ErrExposed, path, info.Mode().Perm())
	}
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrPermission) {
		return nil, fmt.Errorf("%w: %w", ErrUnreadable, err)
	}
	if err != nil {
		return nil, fmt.Errorf("read key file: %w", err)
	}
	return b, nil
}

// parseKeyFile reads the key of a community, or of any when c is zero. It keeps the
// key's digits out of every error.
func parseKeyFile(b []byte, c message.CommunityID) (*Key, keyFile, error) {
	var kf keyFile
	if err := json.Unmarshal(b, &kf); err != nil {
		return nil, keyFile{}, errors.New("not the JSON of a key")
	}
	if kf.Version != keyFileVersion {
		return nil, keyFile{}, fmt.Errorf("version %d, want %d", kf.Version, keyFileVersion)
	}
	k, err := ParseKey(kf.Key)
	if err != nil {
		return nil, keyFile{}, err
	}
	if c.IsZero() {
		c = kf.Community
	}
	if k.community != c || kf.Community != c {
		return nil, keyFile{}, fmt.Errorf("the key is of %s", k.community)
	}
	return k, kf, nil
}
