package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"seeder/config"
	"seeder/daemon"
	"seeder/internal/clock"
	"seeder/internal/terminal"
	"seeder/store"
)

// app is what commands share: the streams, the clock and the global flags.
type app struct {
	in       io.Reader
	out, err io.Writer
	clock    clock.Clock
	version  string

	configFile string
	output     string
	// started is set once the arguments were understood.
	started bool
}

// execute runs the command that args name, prints its error and returns the
// exit code.
func (a *app) execute(ctx context.Context, args []string) int {
	root := a.root()
	root.SetArgs(args)
	root.SetIn(a.in)
	root.SetOut(a.out)
	root.SetErr(a.err)
	err := root.ExecuteContext(ctx)
	if err != nil && !a.started && exitCode(err) == exitFailed {
		err = usage("`seeder help` shows commands and flags", "%w", err)
	}
	if err != nil {
		report(a.stderr(), err)
	}
	return exitCode(err)
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "seeder",
		Short: "Keep the history of chat communities available without servers",
		Long: "seeder archives the history of a community, seeds it over BitTorrent, announces it over\n" +
			"Waku, and fetches and checks what others have archived. `seeder demo` shows all of it.\n\n" + exitHelp,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.ArbitraryArgs,
		RunE:          group,
		PersistentPreRunE: func(*cobra.Command, []string) error {
			if a.output != "text" && a.output != "json" {
				return usage("use --output text or --output json", "unknown output format %q", a.output)
			}
			a.started = true
			return nil
		},
	}
	root.SetHelpTemplate(helpTemplate)
	root.SetHelpCommand(helpCommand())
	flags := root.PersistentFlags()
	flags.StringVar(&a.configFile, "config", "", "configuration file (default "+config.DefaultPath()+")")
	flags.StringVarP(&a.output, "output", "o", "text", "form of the result: text or json")
	config.AddFlags(flags, "data_dir", "log.level", "log.format")
	root.AddCommand(
		a.demoCommand(), a.initCommand(), a.runCommand(), a.statusCommand(), a.doctorCommand(), a.historyCommand(), a.activityCommand(),
		a.communityCommand(), a.limitsCommand(), a.ingestCommand(), a.archiveCommand(),
		a.importCommand(), a.rebuildCommand(), a.operationCommand(), a.verifyCommand(),
		a.digestCommand(), a.exportCommand(), a.keyCommand(), a.configCommand(),
		a.reloadCommand(), a.logLevelCommand(), a.tokenCommand(), a.dashboardCommand(),
		a.serviceCommand(),
		a.versionCommand(),
		a.manCommand(),
	)
	a.complete(root)
	return root
}

// helpTemplate shows what a command does before anything else.
const helpTemplate = `{{.Short}}.
{{with .Long}}
{{trimTrailingWhitespaces .}}
{{end}}
{{.UsageString}}`

// group runs a command that only has subcommands.
func group(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		if !cmd.HasParent() {
			return cmd.Help()
		}
		var names []string
		for _, sub := range cmd.Commands() {
			names = append(names, sub.Name())
		}
		return usage("add one of: "+strings.Join(names, ", "), "%s needs a subcommand", cmd.CommandPath())
	}
	hint := "`" + cmd.CommandPath() + " --help` lists the commands"
	cmd.SuggestionsMinimumDistance = 2
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		hint = "did you mean `" + cmd.CommandPath() + " " + near[0] + "`?"
	}
	return usage(hint, "unknown command %q", cmd.CommandPath()+" "+args[0])
}

// exactly wants as many arguments as there are names.
func exactly(names ...string) cobra.PositionalArgs { return between(len(names), names...) }

// between wants at least the first least of the named arguments, and no more
// than all.
func between(least int, names ...string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) < least {
			return usage("usage: "+cmd.UseLine(), "%s is missing", names[len(args)])
		}
		if len(args) > len(names) {
			return usage("usage: "+cmd.UseLine(), "unexpected argument %q", args[len(names)])
		}
		return nil
	}
}

// loaded returns the configuration for a command, and where its values come from.
func (a *app) loaded(cmd *cobra.Command) (config.Loaded, error) {
	return config.Load(a.configFile, cmd.Flags())
}

// load returns the configuration for a command.
func (a *app) load(cmd *cobra.Command) (config.Config, error) {
	loaded, err := a.loaded(cmd)
	return loaded.Config, err
}

// loadQuiet does what load does for a command that tells what it does itself:
// unless somebody has set the level, only warnings are logged.
func (a *app) loadQuiet(cmd *cobra.Command) (config.Config, error) {
	loaded, err := config.Load(a.configFile, cmd.Flags())
	if loaded.IsDefault("log.level") {
		loaded.Config.Log.Level = "warn"
	}
	return loaded.Config, err
}

// logger returns the logger that the configuration asks for, and what decides which
// lines it writes.
func (a *app) logger(cfg config.Config) (*slog.Logger, *slog.LevelVar) {
	level := new(slog.LevelVar)                    // info
	_ = level.UnmarshalText([]byte(cfg.Log.Level)) // the configuration was checked
	opts := &slog.HandlerOptions{Level: level}
	if cfg.Log.Format == "json" {
		return slog.New(slog.NewJSONHandler(terminal.JSON(a.err), opts)), level
	}
	return slog.New(slog.NewTextHandler(a.err, opts)), level
}

// daemonOptions are what a daemon of this process is built from.
func (a *app) daemonOptions(cfg config.Config) daemon.Options {
	logger, level := a.logger(cfg)
	return daemon.Options{Config: cfg, Logger: logger, Level: level, Clock: a.clock, Version: a.version}
}

// withStore opens the database for fn and closes it. One that was lost is not begun
// anew, see [lostDatabase].
func withStore(ctx context.Context, cfg config.Config, fn func(store.DB) error) error {
	if err := lostDatabase(cfg); err != nil {
		return err
	}
	db, err := daemon.OpenStore(ctx, cfg)
	if err != nil {
		return err
	}
	return errors.Join(fn(db), db.Close())
}

// withExistingStore does what withStore does, but creates no file: without a
// database fn is not called, and the result is false.
func withExistingStore(ctx context.Context, cfg config.Config, fn func(store.DB) error) (bool, error) {
	if _, ok := cfg.PostgresURL(); ok {
		return true, withStore(ctx, cfg, fn)
	}
	if _, err := os.Stat(cfg.SQLitePath()); errors.Is(err, fs.ErrNotExist) {
		return false, lostDatabase(cfg)
	}
	return true, withStore(ctx, cfg, fn)
}

// stderr is where notes for people go. Names and reasons in them may be of
// others.
func (a *app) stderr() io.Writer { return terminal.Text(a.err) }

// print writes a result: v as JSON, or what text writes, with columns aligned
// at tabs.
func (a *app) print(v any, text func(w io.Writer)) error {
	if a.output == "json" {
		enc := json.NewEncoder(terminal.JSON(a.out))
		enc.SetIndent("", "  ")
		enc.SetEscapeHTML(false)
		if err := enc.Encode(v); err != nil {
			return fmt.Errorf("write result: %w", err)
		}
		return nil
	}
	w := tabwriter.NewWriter(a.out, 0, 8, 2, ' ', 0)
	text(terminal.Text(w))
	if err := w.Flush(); err != nil {
		return fmt.Errorf("write result: %w", err)
	}
	return nil
}
