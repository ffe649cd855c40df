package signer

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"seeder/message"
)

// LentKey is the name of a lent key, whichever community's it is.
const LentKey = "owner-key"

// lentPrefix begins the names of keys that a whole directory lends:
// LoadCredential=keys:/etc/seeder/keys makes keys_NAME of each file NAME.
const lentPrefix = "keys_"

// WithLent returns the keystore with the keys that others lend for as long as this
// process runs, as systemd's credentials are: files in a directory, named owner-key,
// after their community, or keys_ and anything. Each holds the hex digits of a key, or
// is a key file. They are read and never written; a stored key comes before them. An
// empty dir lends none, and other files in it are none.
func (s *Keystore) WithLent(dir string) *Keystore { return &Keystore{dir: s.dir, lent: dir} }

// lentKeys returns the keys that are lent, in order of community, with an error for each
// file that cannot be read as a key.
func (s *Keystore) lentKeys() (keys []*Key, names []string, err error) {
	if s.lent == "" {
		return nil, nil, nil
	}
	files, err := os.ReadDir(s.lent)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, fmt.Errorf("list lent keys: %w", err)
	}
	var faults []error
	for _, f := range files {
		if !isLent(f.Name()) {
			continue
		}
		k, name, err := readLent(filepath.Join(s.lent, f.Name()))
		if err != nil {
			faults = append(faults, err)
			continue
		}
		at, twice := slices.BinarySearchFunc(keys, k, func(a, b *Key) int { return slices.Compare(a.community[:], b.community[:]) })
		if !twice {
			keys, names = slices.Insert(keys, at, k), slices.Insert(names, at, name)
		}
	}
	return keys, names, errors.Join(faults...)
}

func isLent(name string) bool {
	_, named := lentFor(name)
	return named || name == LentKey || strings.HasPrefix(name, lentPrefix)
}

// lentFor returns the community that a file is named after.
func lentFor(name string) (message.CommunityID, bool) {
	name = strings.TrimSuffix(strings.TrimPrefix(name, lentPrefix), keyFileSuffix)
	c, err := message.ParseCommunityID(name)
	return c, err == nil && c.String() == name
}

// readLent reads one lent key. Who manages services may let the group read it, too,
// where only the service is of that group.
func readLent(path string) (*Key, string, error) {
	b, err := readSecret(path, 0o037)
	if err != nil {
		return nil, "", err
	}
	want, named := lentFor(filepath.Base(path))
	text := strings.TrimSpace(string(b))
	if k, err := ParseKey(text); err == nil {
		if named && k.community != want {
			return nil, "", fmt.Errorf("%w: %s: the key is of %s", ErrKeyFile, path, k.community)
		}
		return k, "", nil
	}
	k, kf, err := parseKeyFile(b, want)
	if err != nil {
		return nil, "", fmt.Errorf("%w: %s: %w", ErrKeyFile, path, err)
	}
	return k, kf.Name, nil
}
