package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"seeder/config"
	"seeder/internal/atomicfile"
)

// initResult says what `init` found and made.
type initResult struct {
	DataDir        string `json:"data_dir"`
	Config         string `json:"config"`
	CreatedDataDir bool   `json:"created_data_dir"`
	CreatedConfig  bool   `json:"created_config"`
}

func (a *app) initCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "init",
		Short: "Make the data folder and a configuration file to edit",
		Long: "Makes what is missing and leaves alone what is there. In the configuration file every setting\n" +
			"is explained; those not given by a flag or the environment stand there as comments.",
		Args: exactly(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			path := a.configFile
			if path == "" {
				path = os.Getenv(config.EnvFile)
			}
			if path == "" {
				path = config.DefaultPath()
			}
			r, err := initialise(cmd, path)
			if err != nil {
				return err
			}
			return a.print(r, func(w io.Writer) {
				fmt.Fprintf(w, "data folder\t%s\t%s\n", r.DataDir, made(r.CreatedDataDir))
				fmt.Fprintf(w, "configuration\t%s\t%s\n", r.Config, made(r.CreatedConfig))
			})
		},
	}
	config.AddFlags(cmd.Flags())
	return cmd
}

func initialise(cmd *cobra.Command, path string) (initResult, error) {
	_, err := os.Stat(path)
	missing := errors.Is(err, fs.ErrNotExist)
	if err != nil && !missing {
		return initResult{}, fmt.Errorf("find configuration file: %w", err)
	}
	source := path
	if missing {
		source = os.DevNull // what flags and environment say, without a file
	}
	loaded, err := config.Load(source, cmd.Flags())
	if err != nil {
		return initResult{}, err
	}
	r := initResult{DataDir: loaded.Config.DataDir, Config: path, CreatedConfig: missing}
	if _, err := os.Stat(r.DataDir); errors.Is(err, fs.ErrNotExist) {
		r.CreatedDataDir = true
	}
	if err := os.MkdirAll(r.DataDir, 0o700); err != nil {
		return initResult{}, fmt.Errorf("create data folder: %w", err)
	}
	if !missing {
		return r, nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return initResult{}, fmt.Errorf("create folder of the configuration file: %w", err)
	}
	var b strings.Builder
	if err := loaded.WriteStarter(&b); err != nil {
		return initResult{}, err
	}
	return r, atomicfile.Write(path, []byte(b.String()), 0o600)
}

func made(created bool) string {
	if created {
		return "created"
	}
	return "was there"
}
