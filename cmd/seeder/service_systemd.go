package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	kardianos "github.com/kardianos/service"
	"github.com/spf13/pflag"

	"seeder/config"
	"seeder/contrib/systemd"
	"seeder/internal/atomicfile"
)

const (
	unitName     = serviceName + ".service"
	systemData   = "/var/lib/seeder"
	systemConfig = "/etc/seeder/config.yaml"
	systemKeys   = "/etc/seeder/keys"
	// unitMark begins units that this program wrote and may write again.
	unitMark = "# Written by `seeder service install`, which writes it anew.\n"
)

// systemctl runs it for the scope and returns what it printed, or what it
// complained of.
func (s *service) systemctl(ctx context.Context, args ...string) (string, error) {
	if s.scope == scopeUser {
		args = append([]string{"--user"}, args...)
	}
	cmd := exec.CommandContext(ctx, "systemctl", args...)
	out, err := cmd.Output()
	if err == nil {
		return string(out), nil
	}
	var exit *exec.ExitError
	if errors.As(err, &exit) && len(exit.Stderr) > 0 {
		return "", fmt.Errorf("systemctl %s: %s", strings.Join(args, " "), strings.TrimSpace(string(exit.Stderr)))
	}
	return "", fmt.Errorf("systemctl %s: %w", strings.Join(args, " "), err)
}

// reach makes sure that the service manager answers. That of a user is found
// also where the environment does not name it, as after sudo.
func (s *service) reach(ctx context.Context) error {
	if s.scope == scopeUser && os.Getenv("XDG_RUNTIME_DIR") == "" {
		dir := fmt.Sprintf("/run/user/%d", os.Geteuid())
		if _, err := os.Stat(dir); err == nil {
			if err := os.Setenv("XDG_RUNTIME_DIR", dir); err != nil {
				return fmt.Errorf("name the session: %w", err)
			}
		}
	}
	if _, err := s.systemctl(ctx, "show", "--property=Version"); err != nil {
		hint := "is systemd running? `systemctl status` tells"
		if s.scope == scopeUser {
			hint = "log in to this machine as this user, or have root allow its services without log-in: `loginctl enable-linger USER`; " +
				"root can install a service of the system instead"
		}
		return fail(exitFailed, hint, "the service manager of the %s does not answer: %w", s.scope, err)
	}
	return nil
}

// ownUnit is where units go that this program writes.
func (s *service) ownUnit() (string, error) {
	if s.scope == scopeSystem {
		return "/etc/systemd/system/" + unitName, nil
	}
	home, err := os.UserHomeDir() // where the library writes it
	if err != nil {
		return "", fmt.Errorf("find home folder: %w", err)
	}
	return filepath.Join(home, ".config/systemd/user", unitName), nil
}

// packaged reports whether a package of the system has brought a unit for this
// very program, and nothing else is asked of it than what that does.
func (s *service) packaged() bool {
	text := systemd.Service
	if s.scope == scopeUser {
		text = systemd.UserService
	}
	if len(s.args) > 1 || s.user != "seeder" || !strings.Contains(text, "\nExecStart="+s.program+" run\n") {
		return false
	}
	_, err := os.Stat(filepath.Join("/usr/lib/systemd", s.scope, unitName))
	return err == nil
}

func (s *service) installUnit(ctx context.Context) error {
	if err := s.reach(ctx); err != nil {
		return err
	}
	path, err := s.ownUnit()
	if err != nil {
		return err
	}
	if err := s.fits(); err != nil {
		return err
	}
	before, err := s.unitBefore(ctx, path)
	if err != nil {
		return err
	}
	if err := s.enableUnit(ctx, path); err != nil {
		return errors.Join(err, s.putBack(ctx, path, before))
	}
	if s.noStart {
		return nil
	}
	begin := s.now()
	_, err = s.systemctl(ctx, "restart", unitName)
	if err == nil || ctx.Err() != nil { // who does not wait for it lets it go on
		return err
	}
	undone := "it was not installed"
	if before.enabled {
		undone = "it stays installed as it was before"
	}
	err = fail(exitFailed, fmt.Sprintf("`%s` has all of its log; install it again when what it tells of is mended", s.logCommand()),
		"the service does not start, and %s: %w%s", undone, err, s.logTail(ctx, begin))
	return errors.Join(err, s.putBack(ctx, path, before))
}

// enableUnit has systemd know the unit, and start it from now on.
func (s *service) enableUnit(ctx context.Context, path string) error {
	err := forgetUnit(path)
	if err == nil && s.packaged() {
		_, err = s.systemctl(ctx, "enable", unitName)
	} else if err == nil {
		err = s.writeUnit(ctx)
	}
	if err != nil {
		return err
	}
	_, err = s.systemctl(ctx, "daemon-reload")
	return err
}

// unitBefore is what there was of the service before it was installed.
type unitBefore struct {
	text    []byte // of the unit that this program wrote; nil for none
	enabled bool
}

// unitBefore returns what there is of the service. A unit of others is refused.
func (s *service) unitBefore(ctx context.Context, path string) (unitBefore, error) {
	text, err := unitText(path)
	if err != nil {
		return unitBefore{}, err
	}
	state, err := s.unitState(ctx)
	return unitBefore{text: text, enabled: state.Enabled}, err
}

// undoTimeout is how long putting things back may take.
const undoTimeout = time.Minute

// putBack makes the service what it was before, also for somebody who has interrupted it.
func (s *service) putBack(ctx context.Context, path string, before unitBefore) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), undoTimeout)
	defer cancel()
	var faults []error
	do := func(args ...string) {
		_, err := s.systemctl(ctx, args...)
		faults = append(faults, err)
	}
	if !before.enabled {
		if state, err := s.unitState(ctx); err == nil && state.Installed {
			do("disable", "--now", unitName)
		}
	}
	if before.text == nil {
		faults = append(faults, forgetUnit(path))
	} else {
		faults = append(faults, atomicfile.Write(path, before.text, 0o644))
	}
	do("daemon-reload")
	if before.enabled {
		do("enable", unitName)
	} else {
		_, _ = s.systemctl(ctx, "reset-failed", unitName) // it may not count as failed
	}
	if err := errors.Join(faults...); err != nil {
		return fmt.Errorf("undo installation: %w", err)
	}
	return nil
}

// logTail returns the last lines that the service has logged since begin, to be put
// behind a message; empty where there are none that this user may read.
func (s *service) logTail(ctx context.Context, begin time.Time) string {
	args := []string{"--unit", serviceName, "--since", fmt.Sprintf("@%d", begin.Unix()), "--lines", "10", "--output", "cat", "--quiet", "--no-pager"}
	if s.scope == scopeUser {
		args = append([]string{"--user"}, args...)
	}
	_ = exec.CommandContext(ctx, "journalctl", "--sync").Run() // users may not; what is late is missing then
	out, err := exec.CommandContext(ctx, "journalctl", args...).Output()
	text := strings.TrimSpace(string(out))
	if err != nil || text == "" {
		return ""
	}
	return "\n  " + strings.ReplaceAll(text, "\n", "\n  ")
}

// unitText returns the text of a unit that this program wrote, nil where there is none;
// one of others is refused.
func unitText(path string) ([]byte, error) {
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read unit: %w", err)
	}
	if !strings.HasPrefix(string(b), unitMark) {
		return nil, fail(exitFailed, "move it away, or edit it yourself", "the unit %s is not of `seeder service install`", path)
	}
	return b, nil
}

// forgetUnit removes a unit that this program wrote; one of others is refused.
func forgetUnit(path string) error {
	if text, err := unitText(path); err != nil || text == nil {
		return err
	}
	if err := os.Remove(path); err != nil {
		return fmt.Errorf("remove unit: %w", err)
	}
	return nil
}

// writeUnit writes the unit and enables it.
func (s *service) writeUnit(ctx context.Context) error {
	if s.scope == scopeSystem {
		if err := s.prepareSystem(ctx); err != nil {
			return err
		}
	}
	svc, err := s.library(s.unit())
	if err != nil {
		return err
	}
	if err := svc.Install(); err != nil {
		return fmt.Errorf("install service: %w", err)
	}
	return nil
}

// unit is the text of the unit for this program.
func (s *service) unit() string {
	text := systemd.Service
	if s.scope == scopeUser {
		text = systemd.UserService
	}
	// Variables are not looked for in the program's path, so their sign stays as it is.
	line := "\nExecStart=" + strings.ReplaceAll(quoteUnit(s.program), "$$", "$")
	for _, arg := range s.args {
		line += " " + quoteUnit(arg)
	}
	if len(s.args) == 0 {
		line += " run"
	}
	text = strings.Replace(text, "\nExecStart=/usr/bin/seeder run", line, 1)
	if s.user != "" {
		text = strings.Replace(text, "\nUser=seeder\nGroup=seeder\n", "\nUser="+s.user+"\n", 1)
	}
	return unitMark + text
}

// quoteUnit writes a word of a command as systemd.service(5) reads it: without
// specifiers, variables and escapes.
func quoteUnit(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, `%`, `%%`, `$`, `$$`, "\n", `\n`).Replace(s) + `"`
}

// prepareSystem makes what the packages make, too: the user, the folders and a
// configuration to edit.
func (s *service) prepareSystem(ctx context.Context) error {
	if _, err := user.Lookup(s.user); err != nil {
		line := fmt.Sprintf(`u %s - "history of chat communities" %s`, s.user, systemData)
		if out, err := exec.CommandContext(ctx, "systemd-sysusers", "--inline", line).CombinedOutput(); err != nil {
			return fail(exitFailed, fmt.Sprintf("make it yourself: useradd --system --home-dir %s %s", systemData, s.user),
				"cannot make the user %s: %w: %s", s.user, err, strings.TrimSpace(string(out)))
		}
	}
	account, err := user.Lookup(s.user)
	if err != nil {
		return fmt.Errorf("find user %s: %w", s.user, err)
	}
	gid, err := strconv.Atoi(account.Gid)
	if err != nil {
		return fmt.Errorf("find group of %s: %w", s.user, err)
	}
	if err := os.MkdirAll(filepath.Dir(systemConfig), 0o755); err != nil {
		return fmt.Errorf("create folder of the configuration file: %w", err)
	}
	if err := os.MkdirAll(systemKeys, 0o700); err != nil {
		return fmt.Errorf("create folder of keys: %w", err)
	}
	return starterConfig(systemConfig, gid)
}

// starterConfig writes a configuration that root edits and the group reads,
// unless there is one.
func starterConfig(path string, gid int) error {
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	flags := pflag.NewFlagSet(path, pflag.ContinueOnError)
	config.AddFlags(flags, "data_dir")
	if err := flags.Set("data-dir", systemData); err != nil {
		return fmt.Errorf("name the data folder: %w", err)
	}
	loaded, err := config.Load(os.DevNull, flags)
	if err != nil {
		return err
	}
	var b strings.Builder
	if err := loaded.WriteStarter(&b); err != nil {
		return err
	}
	if err := atomicfile.Write(path, []byte(b.String()), 0o640); err != nil {
		return fmt.Errorf("write configuration file: %w", err)
	}
	if err := os.Chown(path, 0, gid); err != nil {
		return fmt.Errorf("give configuration file to the service: %w", err)
	}
	return nil
}

func (s *service) uninstallUnit(ctx context.Context) error {
	state, err := s.unitState(ctx)
	if err != nil {
		return err
	}
	if !state.Installed {
		return s.notInstalled()
	}
	path, err := s.ownUnit()
	if err != nil {
		return err
	}
	if _, err := unitText(path); err != nil {
		return err
	}
	if _, err := s.systemctl(ctx, "disable", "--now", unitName); err != nil {
		return fail(exitFailed, "`systemctl status seeder` tells more", "cannot stop the service: %w", err)
	}
	if err := forgetUnit(path); err != nil {
		return err
	}
	_, err = s.systemctl(ctx, "daemon-reload")
	return err
}

// unitState asks systemd.
func (s *service) unitState(ctx context.Context) (serviceState, error) {
	out := serviceState{Scope: s.scope, Platform: kardianos.Platform(), State: "not installed"}
	if err := s.reach(ctx); err != nil {
		return out, err
	}
	text, err := s.systemctl(ctx, "show", unitName, "--property=LoadState,ActiveState,SubState,UnitFileState,FragmentPath,MainPID,Result")
	if err != nil {
		return out, fail(exitFailed, "`systemctl status seeder` tells more", "cannot ask for the service: %w", err)
	}
	has := make(map[string]string)
	for line := range strings.Lines(text) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		has[key] = value
	}
	if has["LoadState"] == "not-found" {
		return out, nil
	}
	out.Installed, out.Unit, out.Log = true, has["FragmentPath"], s.logCommand()
	out.Enabled = strings.HasPrefix(has["UnitFileState"], "enabled")
	out.PID, _ = strconv.Atoi(has["MainPID"]) // 0 for none
	out.State = unitWords(has["ActiveState"])
	if has["SubState"] == "auto-restart" {
		out.State = "failed" // and is tried again in a while, which it was before, too
	}
	if out.State == "failed" {
		out.Reason = has["Result"]
	}
	if has["LoadState"] != "loaded" {
		out.State, out.Reason = "failed", "unit is "+has["LoadState"]
	}
	if s.scope == scopeUser {
		lingers := s.lingers()
		out.Lingers = &lingers
	}
	return out, nil
}

// unitWords says what a systemd state means for a node.
func unitWords(active string) string {
	switch active {
	case "active", "reloading":
		return "running"
	case "activating":
		return "starting"
	case "deactivating":
		return "stopping"
	case "failed":
		return "failed"
	default:
		return "stopped"
	}
}

// lingers reports whether the services of this user go on without log-in.
func (*service) lingers() bool {
	me, err := user.Current()
	if err != nil {
		return false
	}
	_, err = os.Stat(filepath.Join("/var/lib/systemd/linger", me.Username))
	return err == nil
}

func (s *service) logCommand() string {
	if s.scope == scopeUser {
		return "journalctl --user -u " + serviceName
	}
	return "journalctl -u " + serviceName
}
