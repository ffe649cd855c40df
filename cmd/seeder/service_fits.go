package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strings"
)

// hiddenHomes are the folders that the system's unit cannot see (ProtectHome= in
// systemd.exec(5)).
var hiddenHomes = []string{"/home/", "/root/", "/run/user/"}

// fits refuses what could not start as a service of the system, before anything is
// changed.
func (s *service) fits() error {
	if s.scope != scopeSystem {
		return nil
	}
	for _, home := range hiddenHomes {
		if strings.HasPrefix(s.program, home) {
			to := filepath.Join("/usr/local/bin", serviceName)
			return fail(exitFailed, fmt.Sprintf("install -m 755 %q %s, and then: %s service install", s.program, to, to),
				"the program %s is in a home folder, which a service of the system does not see", s.program)
		}
	}
	return readableBy(systemConfig, s.user)
}

// readableBy refuses a file that a user cannot read. None is as well as one that can be
// read, and a user that does not exist yet gets its own.
func readableBy(path, name string) error {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("look at configuration file: %w", err)
	}
	account, err := user.Lookup(name)
	if _, unknown := errors.AsType[user.UnknownUserError](err); unknown {
		return nil
	}
	if err != nil {
		return fmt.Errorf("find user %s: %w", name, err)
	}
	groups, err := account.GroupIds()
	if err != nil {
		return fmt.Errorf("find groups of %s: %w", name, err)
	}
	uid, gid, known := ownersOf(info)
	mode := info.Mode().Perm()
	switch {
	case !known || account.Uid == "0" || mode&0o004 != 0:
		return nil
	case uid == account.Uid && mode&0o400 != 0, slices.Contains(groups, gid) && mode&0o040 != 0:
		return nil
	}
	return fail(exitFailed, fmt.Sprintf("chgrp %q %s && chmod 640 %s", account.Gid, path, path),
		"the user %s cannot read %s", name, path)
}
