package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"seeder/config"
)

// Scopes of a service: who it works for.
const (
	scopeUser   = "user"
	scopeSystem = "system"
)

// serviceState is what `service` tells of the service on this machine.
type serviceState struct {
	// Scope is user or system, Platform what manages services here, such as
	// linux-systemd.
	Scope    string `json:"scope"`
	Platform string `json:"platform"`
	// Installed says whether there is a unit, Unit where (empty when not known).
	Installed bool   `json:"installed"`
	Unit      string `json:"unit,omitempty"`
	// Enabled says whether it starts by itself.
	Enabled bool `json:"enabled"`
	// State is running, starting, stopping, stopped, failed (also while it is tried
	// again) or not installed.
	State string `json:"state"`
	// Reason is why it failed, in the words of the service manager.
	Reason string `json:"reason,omitempty"`
	// PID is that of the running node, or 0.
	PID int `json:"pid,omitempty"`
	// Lingers says whether a user's service goes on after log-out; absent for
	// the system's.
	Lingers *bool `json:"lingers,omitempty"`
	// Log is the command that shows the log.
	Log string `json:"log,omitempty"`
}

// serviceOptions are the flags of `service`.
type serviceOptions struct {
	scope   string
	user    string
	noStart bool
}

func (a *app) serviceCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "service",
		Short: "Run the node in the background, from the start of the machine or log-in on",
		Long: "Installs `seeder run` as a service: for root as one of the system, with a user of its own, data\n" +
			"in /var/lib/seeder and the configuration /etc/seeder/config.yaml; for others as a service of this\n" +
			"user, with the data and the configuration that commands use. Tried with systemd.",
		Args: cobra.ArbitraryArgs,
		RunE: group,
	}
	cmd.AddCommand(a.serviceInstall(), a.serviceUninstall(), a.serviceStatus())
	return cmd
}

func (a *app) serviceInstall() *cobra.Command {
	var o serviceOptions
	cmd := &cobra.Command{
		Use:   "install",
		Short: "Install the service, or renew it, and start it",
		Long: "Ends when the node works. One that does not start is not installed: what it has logged is\n" +
			"shown, and all is as it was before. Repeat it after the program or its data folder has moved.",
		Args: exactly(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withService(cmd, o, func(ctx context.Context, s *service) error { return s.install(ctx) })
		},
	}
	addScope(cmd, &o)
	cmd.Flags().StringVar(&o.user, "user", "seeder", "user that the system's service runs as; made when there is none")
	cmd.Flags().BoolVar(&o.noStart, "no-start", false, "start it with the next boot or log-in only")
	return cmd
}

func (a *app) serviceUninstall() *cobra.Command {
	var o serviceOptions
	cmd := &cobra.Command{
		Use:   "uninstall",
		Short: "Stop the service and remove it; data, keys and configuration stay",
		Args:  exactly(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withService(cmd, o, func(ctx context.Context, s *service) error { return s.uninstall(ctx) })
		},
	}
	addScope(cmd, &o)
	return cmd
}

func (a *app) serviceStatus() *cobra.Command {
	var o serviceOptions
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Show whether the service is installed and runs",
		Long:  "`seeder status` shows what the node does. The exit code is 3 when there is no service.",
		Args:  exactly(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withService(cmd, o, func(ctx context.Context, s *service) error {
				state, err := s.state(ctx)
				if err == nil && !state.Installed {
					err = s.notInstalled()
				}
				return err
			})
		},
	}
	addScope(cmd, &o)
	return cmd
}

func addScope(cmd *cobra.Command, o *serviceOptions) {
	cmd.Flags().StringVar(&o.scope, "scope", "", "user or system (default: system for root, otherwise user)")
}

// withService does something with the service of this machine and prints in what
// state it is then.
func (a *app) withService(cmd *cobra.Command, o serviceOptions, do func(context.Context, *service) error) error {
	switch o.scope {
	case "":
		o.scope = scopeUser
		if os.Geteuid() == 0 {
			o.scope = scopeSystem
		}
	case scopeUser, scopeSystem:
	default:
		return usage("use --scope user or --scope system", "unknown scope %q", o.scope)
	}
	loaded, err := config.Load(a.configFile, cmd.Flags())
	if err != nil && o.scope == scopeUser {
		return err // the service would not start with it either
	}
	if user := cmd.Flags().Lookup("user"); user != nil && user.Changed && o.scope == scopeUser {
		return usage("leave it out, or use --scope system", "--user is for the service of the system; that of a user runs as this user")
	}
	s, err := a.newService(o, loaded, cmd.Flags().Changed("data-dir") || a.configFile != "")
	if err != nil {
		return err
	}
	ctx := cmd.Context()
	if err := do(ctx, s); err != nil {
		return err
	}
	state, err := s.state(ctx)
	if err != nil {
		return err
	}
	if err := a.print(state, func(w io.Writer) { serviceText(w, state) }); err != nil {
		return err
	}
	if state.Installed && state.Lingers != nil && !*state.Lingers {
		fmt.Fprintln(a.stderr(), "hint: it stops when you log out of this machine; `loginctl enable-linger` keeps it going")
	}
	return nil
}

func serviceText(w io.Writer, s serviceState) {
	state := s.State
	if s.PID != 0 {
		state += fmt.Sprintf(" (pid %d)", s.PID)
	}
	if s.Reason != "" {
		state += ": " + s.Reason
	}
	fmt.Fprintf(w, "service\t%s, of the %s\n", state, s.Scope)
	if !s.Installed {
		return
	}
	if s.Unit != "" {
		fmt.Fprintf(w, "unit\t%s\n", s.Unit)
	}
	starts := "only when told to"
	switch {
	case s.Enabled && s.Scope == scopeSystem:
		starts = "with the machine"
	case s.Enabled && s.Lingers != nil && *s.Lingers:
		starts = "with the machine, before log-in"
	case s.Enabled:
		starts = "at log-in"
	}
	fmt.Fprintf(w, "starts\t%s\n", starts)
	if s.Log != "" {
		fmt.Fprintf(w, "log\t%s\n", s.Log)
	}
}
