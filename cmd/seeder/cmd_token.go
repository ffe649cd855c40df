package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"seeder/api"
	"seeder/config"
	"seeder/internal/terminal"
)

func (a *app) tokenCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "token",
		Short: "Make, show and change the token of the API and the dashboard",
		Long: "Who asks the HTTP API over the network, or logs in to the dashboard, has to know the token. It is\n" +
			"in data_dir/api.token, which only this user may read; `seeder run` makes it at its first start.\n" +
			"Commands on this machine need none: they use the control socket.",
		Args: cobra.ArbitraryArgs,
		RunE: group,
	}
	cmd.AddCommand(a.tokenCreateCommand(), a.tokenRotateCommand(), a.tokenShowCommand())
	return cmd
}

// tokenResult is what the commands print.
type tokenResult struct {
	File string `json:"file"`
	// Made says whether it is a new one.
	Made bool `json:"made"`
	// Token is empty where it was not asked for.
	Token string `json:"token,omitempty"`
}

func (r tokenResult) text(w io.Writer) {
	if r.Token != "" {
		fmt.Fprintln(w, r.Token)
		return
	}
	state := "there already"
	if r.Made {
		state = "made"
	}
	fmt.Fprintf(w, "token\t%s\nfile\t%s\n", state, terminal.Visible(r.File))
}

func (a *app) tokenCreateCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "create",
		Short: "Make a token where there is none",
		Args:  exactly(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := a.load(cmd)
			if err != nil {
				return err
			}
			result := tokenResult{File: cfg.TokenFile()}
			_, err = api.ReadToken(result.File)
			if errors.Is(err, fs.ErrNotExist) {
				result.Made = true
				err = makeToken(cfg)
			}
			if err != nil {
				return err
			}
			return a.print(result, result.text)
		},
	}
}

func (a *app) tokenRotateCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "rotate",
		Short: "Replace the token, so that the one before opens nothing any more",
		Long:  "A running daemon takes it at once, and everybody who is logged in is logged out.",
		Args:  exactly(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := a.load(cmd)
			if err != nil {
				return err
			}
			if err := makeToken(cfg); err != nil {
				return err
			}
			result := tokenResult{File: cfg.TokenFile(), Made: true}
			return a.print(result, result.text)
		},
	}
}

func makeToken(cfg config.Config) error {
	if err := os.MkdirAll(cfg.DataDir, 0o700); err != nil {
		return fmt.Errorf("make data folder: %w", err)
	}
	_, err := api.WriteToken(cfg.TokenFile(), rand.Reader)
	return err
}

func (a *app) tokenShowCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "show",
		Short: "Print the token",
		Long:  "Whoever knows it can do everything with this node that its user can.",
		Args:  exactly(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := a.load(cmd)
			if err != nil {
				return err
			}
			result := tokenResult{File: cfg.TokenFile()}
			if result.Token, err = readToken(cfg); err != nil {
				return err
			}
			return a.print(result, result.text)
		},
	}
}

func readToken(cfg config.Config) (string, error) {
	token, err := api.ReadToken(cfg.TokenFile())
	if errors.Is(err, fs.ErrNotExist) {
		return "", fail(exitNotFound, "`seeder token create` makes one", "there is no token in %s", cfg.DataDir)
	}
	return token, err
}
