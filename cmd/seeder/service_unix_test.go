//go:build unix

package main

import (
	"os"
	"os/user"
	"path/filepath"
	"strings"
	"testing"
)

func TestConfigurationThatTheServiceCannotRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.yaml")
	nobody, err := user.Lookup("nobody")
	if err != nil {
		t.Skip("there is no user nobody")
	}
	if err := readableBy(path, nobody.Username); err != nil {
		t.Errorf("none yet: %v", err)
	}
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := readableBy(path, nobody.Username); err == nil || exitCode(err) != exitFailed || hintOf(err) == "" {
		t.Errorf("of another user: %v, hint %q", err, hintOf(err))
	}
	if err := readableBy(path, "no-such-user-here"); err != nil {
		t.Errorf("for a user that is made later: %v", err)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := readableBy(path, nobody.Username); err != nil {
		t.Errorf("for all: %v", err)
	}
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o400); err != nil {
		t.Fatal(err)
	}
	if err := readableBy(path, me.Username); err != nil {
		t.Errorf("of its own: %v", err)
	}
}

func TestSystemServiceOfAProgramInAHomeFolder(t *testing.T) {
	s := &service{serviceOptions: serviceOptions{scope: scopeSystem, user: "seeder"}, program: "/home/robin/.local/bin/seeder"}
	if err := s.fits(); err == nil || hintOf(err) != `install -m 755 "/home/robin/.local/bin/seeder" /usr/local/bin/seeder, and then: /usr/local/bin/seeder service install` {
		t.Errorf("%v, hint %q", err, hintOf(err))
	}
	s.scope = scopeUser
	if err := s.fits(); err != nil {
		t.Errorf("a service of the user: %v", err)
	}
}

// systemd undoes %% everywhere, but $$ in arguments only.
func TestUnitOfAProgramWithSigns(t *testing.T) {
	s := &service{serviceOptions: serviceOptions{scope: scopeUser}, program: "/opt/100% $my/seeder", args: []string{"run", "--data-dir", "/srv/$x"}}
	want := "\nExecStart=\"/opt/100%% $my/seeder\" \"run\" \"--data-dir\" \"/srv/$$x\"\n"
	if got := s.unit(); !strings.Contains(got, want) {
		t.Errorf("no line %q in %s", want, got)
	}
}
