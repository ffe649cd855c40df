package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"seeder/config"
)

// configResult is what `config print` shows.
type configResult struct {
	// File is the file that was read; empty when there is none.
	File     string         `json:"file"`
	Settings []config.Value `json:"settings"`
}

// checkedConfig is what `config check` shows of a configuration without a fault; with
// one it fails.
type checkedConfig struct {
	// File is the file that was read; empty when there is none.
	File string `json:"file"`
	OK   bool   `json:"ok"`
}

func (a *app) configCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Show and check the configuration",
		Args:  cobra.ArbitraryArgs,
		RunE:  group,
	}
	cmd.AddCommand(a.configPrintCommand(), a.configCheckCommand())
	return cmd
}

func (a *app) configPrintCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "print",
		Short: "Show every setting, its value, and where that comes from",
		Long:  "Prints the effective configuration as YAML that can be used as a configuration file.",
		Args:  exactly(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			loaded, err := config.Load(a.configFile, cmd.Flags())
			if err != nil {
				return err
			}
			if a.output == "json" {
				return a.print(configResult{File: loaded.File, Settings: loaded.Values}, nil)
			}
			return loaded.WriteYAML(a.out)
		},
	}
	config.AddFlags(cmd.Flags())
	return cmd
}

func (a *app) configCheckCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "check [FILE]",
		Short: "Check a configuration file, or the effective configuration",
		Args:  between(0, "FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			path := a.configFile
			if len(args) > 0 {
				path = args[0]
			}
			loaded, err := config.Load(path, cmd.Flags())
			if err == nil {
				_, err = loaded.CheckCertificate(a.clock.Now())
			}
			if err != nil {
				return err
			}
			return a.print(checkedConfig{OK: true, File: loaded.File}, func(w io.Writer) {
				if loaded.File == "" {
					fmt.Fprintln(w, "The configuration is fine; there is no file.")
					return
				}
				fmt.Fprintf(w, "%s is fine.\n", loaded.File)
			})
		},
	}
}
