package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	kardianos "github.com/kardianos/service"

	"seeder/config"
)

const serviceName = "seeder"

// service is the node as a service of this machine. Under systemd it writes the
// unit that packages have, too; elsewhere it writes what its library does.
type service struct {
	serviceOptions
	program string   // absolute path of this program
	args    []string // what it is started with
	systemd bool
	now     func() time.Time
}

// newService returns the service that the options mean. given tells that a flag
// names data folder or configuration.
func (a *app) newService(o serviceOptions, loaded config.Loaded, given bool) (*service, error) {
	platform := kardianos.ChosenSystem()
	if platform == nil {
		return nil, fail(exitFailed, "start `seeder run` from what starts programs here", "no service manager is known on this machine")
	}
	s := &service{serviceOptions: o, now: a.clock.Now, systemd: kardianos.Platform() == "linux-systemd"}
	if runtime.GOOS == "linux" && !s.systemd {
		return nil, fail(exitFailed, "start `seeder run` from what starts programs here, or `@reboot seeder run` in a crontab", "no systemd runs on this machine")
	}
	if o.scope == scopeSystem && given {
		return nil, usage("leave out --config and --data-dir, or use --scope user", "the system's service has its data in %s and its configuration in %s", systemData, systemConfig)
	}
	program, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find this program: %w", err)
	}
	if s.program, err = filepath.EvalSymlinks(program); err != nil {
		return nil, fmt.Errorf("find this program: %w", err)
	}
	if o.scope == scopeUser {
		s.args, err = argumentsOf(loaded)
	}
	return s, err
}

// argumentsOf returns what makes a program of the same user, but of another
// environment, use the same configuration and data.
func argumentsOf(loaded config.Loaded) ([]string, error) {
	args := []string{"run"}
	if loaded.File != "" && (loaded.File != config.DefaultPath() || os.Getenv("XDG_CONFIG_HOME") != "") {
		path, err := filepath.Abs(loaded.File)
		if err != nil {
			return nil, fmt.Errorf("find configuration file: %w", err)
		}
		args = append(args, "--config", path)
	}
	for _, v := range loaded.Values {
		if v.Key != "data_dir" || strings.HasPrefix(v.Source, "file ") || (v.Source == "default" && os.Getenv("XDG_DATA_HOME") == "") {
			continue
		}
		path, err := filepath.Abs(loaded.Config.DataDir)
		if err != nil {
			return nil, fmt.Errorf("find data folder: %w", err)
		}
		args = append(args, "--data-dir", path)
	}
	return args, nil
}

// library returns the library's service; unit is that of systemd, or "".
func (s *service) library(unit string) (kardianos.Service, error) {
	options := kardianos.KeyValue{"UserService": s.scope == scopeUser}
	if unit != "" {
		options["SystemdScript"] = unit
	}
	args := s.args
	if len(args) == 0 {
		args = []string{"run"}
	}
	svc, err := kardianos.New(idle{}, &kardianos.Config{
		Name: serviceName, DisplayName: "seeder", Description: "History of chat communities",
		Executable: s.program, Arguments: args, Option: options,
	})
	if err != nil {
		return nil, fmt.Errorf("ask the service manager: %w", err)
	}
	return svc, nil
}

// idle is what the library wants to run; the service runs `seeder run` instead.
type idle struct{}

func (idle) Start(kardianos.Service) error { return nil }
func (idle) Stop(kardianos.Service) error  { return nil }

// mayChange refuses users who cannot change the service of the system.
func (s *service) mayChange() error {
	if s.scope == scopeSystem && os.Geteuid() > 0 {
		return fail(exitFailed, "run it as root, with sudo; or leave out --scope system for a service of this user", "only root installs and removes services of the system")
	}
	return nil
}

func (s *service) install(ctx context.Context) error {
	if err := s.mayChange(); err != nil {
		return err
	}
	if s.systemd {
		return s.installUnit(ctx)
	}
	svc, err := s.library("")
	if err != nil {
		return err
	}
	if err := svc.Install(); err != nil {
		return fmt.Errorf("install service: %w", err)
	}
	if s.noStart {
		return nil
	}
	if err := svc.Start(); err != nil {
		return errors.Join(fmt.Errorf("start service: %w", err), svc.Uninstall())
	}
	return nil
}

func (s *service) uninstall(ctx context.Context) error {
	if err := s.mayChange(); err != nil {
		return err
	}
	if s.systemd {
		return s.uninstallUnit(ctx)
	}
	svc, err := s.library("")
	if err != nil {
		return err
	}
	_ = svc.Stop() // it may not run
	if err := svc.Uninstall(); err != nil {
		return fmt.Errorf("remove service: %w", err)
	}
	return nil
}

func (s *service) state(ctx context.Context) (serviceState, error) {
	if s.systemd {
		return s.unitState(ctx)
	}
	out := serviceState{Scope: s.scope, Platform: kardianos.Platform(), State: "not installed"}
	svc, err := s.library("")
	if err != nil {
		return out, err
	}
	status, err := svc.Status()
	if errors.Is(err, kardianos.ErrNotInstalled) {
		return out, nil
	}
	if err != nil {
		return out, fmt.Errorf("ask the service manager: %w", err)
	}
	out.Installed, out.Enabled = true, true
	switch status {
	case kardianos.StatusRunning:
		out.State = "running"
	case kardianos.StatusStopped:
		out.State = "stopped"
	default:
		out.State = "unknown"
	}
	return out, nil
}

func (s *service) notInstalled() error {
	return fail(exitNotFound, "`seeder service install` installs it", "no service of the %s is installed", s.scope)
}
