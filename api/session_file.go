package api

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"time"

	"seeder/internal/atomicfile"
)

// SessionsName is the name of the file of sessions in the data folder.
const SessionsName = "api.sessions"

const (
	// maxSessionsFile bounds what is read of the file, in bytes.
	maxSessionsFile = 1 << 20
	// saveAfter is how much longer a session lasts in memory than in the file.
	saveAfter = time.Hour
)

// savedSession is a session in the file, which holds no secrets: who reads it cannot
// use one.
type savedSession struct {
	Cookie string `json:"cookie"` // hash in hex
	Token  string `json:"token"`  // hash in hex
	CSRF   string `json:"csrf"`   // hash in hex
	Used   int64  `json:"used"`   // milliseconds since the Unix epoch
}

// readHash reads a hash in hex.
func readHash(text string) (h hash, ok bool) {
	b, err := hex.DecodeString(text)
	if err != nil || len(b) != len(h) {
		return h, false
	}
	return hash(b), true
}

// load reads the sessions of the process before, if there is a file. Those that are
// too old, or that another token began, end when they are used.
func (s *sessions) load() error {
	f, err := os.Open(s.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close() // read only
	var saved []savedSession
	if err := json.NewDecoder(io.LimitReader(f, maxSessionsFile)).Decode(&saved); err != nil {
		return err //nolint:wrapcheck // logged with the path
	}
	for _, one := range saved {
		cookie, ok := readHash(one.Cookie)
		token, known := readHash(one.Token)
		csrf, whole := readHash(one.CSRF)
		if ok && known && whole && len(s.all) < MaxSessions {
			s.all[cookie] = &session{csrf: csrf, token: token, used: time.UnixMilli(one.Used)}
		}
	}
	return nil
}

// save writes the file. The lock is held.
func (s *sessions) save() {
	if s.path == "" {
		return
	}
	s.saved = s.clock.Now()
	list := make([]savedSession, 0, len(s.all))
	for cookie, one := range s.all {
		list = append(list, savedSession{hex.EncodeToString(cookie[:]), hex.EncodeToString(one.token[:]), hex.EncodeToString(one.csrf[:]), one.used.UnixMilli()})
	}
	body, err := json.Marshal(list)
	if err == nil {
		err = atomicfile.Write(s.path, append(body, '\n'), 0o600)
	}
	if err != nil {
		s.logger.Warn("browsers have to log in again after a restart", "error", err)
	}
}
