package api

import (
	"bytes"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime"
	"sync"

	"seeder/internal/atomicfile"
)

// TokenName is the name of the file of the token in the data folder.
const TokenName = "api.token"

// tokenBytes is how many random bits a token has, by eight.
const tokenBytes = 32

// maxTokenFile bounds what is read of the file, in bytes.
const maxTokenFile = 256

var (
	// ErrToken reports a file that holds no token.
	ErrToken = errors.New("malformed API token")
	// ErrTokenExposed reports a file that other users of the machine can read or
	// write.
	ErrTokenExposed = errors.New("API token is open to other users")
)

// ReadToken returns the token of a file. The error wraps [fs.ErrNotExist],
// [ErrToken] or [ErrTokenExposed].
func ReadToken(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close() // read only
	info, err := f.Stat()
	if err != nil {
		return "", err
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return "", fmt.Errorf("%w: %s has mode %04o, chmod 600 makes it yours alone", ErrTokenExposed, path, info.Mode().Perm())
	}
	text, err := io.ReadAll(io.LimitReader(f, maxTokenFile))
	if err != nil {
		return "", err
	}
	token := string(bytes.TrimSpace(text))
	if b, err := base64.RawURLEncoding.DecodeString(token); err != nil || len(b) != tokenBytes {
		return "", fmt.Errorf("%w: %s; `seeder token rotate` makes another", ErrToken, path)
	}
	return token, nil
}

// WriteToken makes a token and puts it into a file that only this user may read,
// over the one that is there. A running node takes it at once: the token before and
// all sessions that began with it end.
func WriteToken(path string, random io.Reader) (string, error) {
	var b [tokenBytes]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return "", fmt.Errorf("make API token: %w", err)
	}
	token := base64.RawURLEncoding.EncodeToString(b[:])
	if err := atomicfile.Write(path, []byte(token+"\n"), 0o600); err != nil {
		return "", fmt.Errorf("write API token: %w", err)
	}
	return token, nil
}

// EnsureToken returns the token of a file, and makes one where there is no file.
func EnsureToken(path string, random io.Reader) (string, error) {
	token, err := ReadToken(path)
	if errors.Is(err, fs.ErrNotExist) {
		return WriteToken(path, random)
	}
	return token, err
}

// hash is the SHA-256 of a secret, so that none is kept and comparing takes the
// same time for all.
type hash [sha256.Size]byte

func hashOf(secret string) hash { return sha256.Sum256([]byte(secret)) }

func (h hash) equal(other hash) bool { return subtle.ConstantTimeCompare(h[:], other[:]) == 1 }

// Token is the token of a file, as it is now. It is safe for concurrent use.
type Token struct {
	path string

	mu   sync.Mutex
	read os.FileInfo // nil before the first time, and after a failure
	hash hash
}

// OpenToken follows the token of a file.
func OpenToken(path string) *Token { return &Token{path: path} }

// Path returns where the token is.
func (t *Token) Path() string { return t.path }

// now returns the hash of the token. The file is read again when it has changed.
func (t *Token) now() (hash, error) {
	info, err := os.Stat(t.path)
	t.mu.Lock()
	defer t.mu.Unlock()
	if err != nil {
		t.read = nil
		return hash{}, err
	}
	if t.read != nil && os.SameFile(t.read, info) && t.read.ModTime().Equal(info.ModTime()) && t.read.Mode() == info.Mode() {
		return t.hash, nil
	}
	token, err := ReadToken(t.path)
	if err != nil {
		t.read = nil // it may be readable the next time without having changed
		return hash{}, err
	}
	t.read, t.hash = info, hashOf(token)
	return t.hash, nil
}

// is reports whether a secret is the token.
func (t *Token) is(secret string) bool {
	now, err := t.now()
	return err == nil && hashOf(secret).equal(now)
}
