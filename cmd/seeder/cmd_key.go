package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"github.com/spf13/cobra"

	"seeder/config"
	"seeder/daemon"
	"seeder/internal/terminal"
	"seeder/message"
	"seeder/node"
	"seeder/signer"
)

// maxKeyInput bounds what `key import` reads, in bytes.
const maxKeyInput = 1 << 10

func (a *app) keyCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "key",
		Short: "Make and show the keys of communities",
		Long: "Whoever has the private key of a community can archive its history and announce it.\n" +
			"Keys are kept in the data folder, readable by this user only.",
		Args: cobra.ArbitraryArgs,
		RunE: group,
	}
	cmd.AddCommand(a.keyNewCommand(), a.keyImportCommand(), a.keyListCommand(), a.keyShowCommand())
	return cmd
}

// keyInfo is a key as it is shown. Private is empty unless asked for.
type keyInfo struct {
	Community message.CommunityID `json:"community"`
	Name      string              `json:"name"`
	Private   string              `json:"private,omitempty"`
}

func (k keyInfo) text(w io.Writer) {
	fmt.Fprintf(w, "community\t%s\n", k.Community)
	if k.Name != "" {
		fmt.Fprintf(w, "name\t%s\n", terminal.Visible(k.Name))
	}
	if k.Private != "" {
		fmt.Fprintf(w, "private\t%s\n", k.Private)
	}
}

func (a *app) keyNewCommand() *cobra.Command {
	var name string
	cmd := &cobra.Command{
		Use:   "new",
		Short: "Make a key, and with it a community",
		Args:  exactly(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			loaded, err := a.loaded(cmd)
			if err != nil {
				return err
			}
			key, err := a.local(loaded, nil).NewKey(name)
			if err != nil {
				return err
			}
			info := keyInfo{Community: key.Community(), Name: name}
			return a.print(info, info.text)
		},
	}
	cmd.Flags().StringVar(&name, "name", "", "name of the community, for people")
	return cmd
}

func (a *app) keyImportCommand() *cobra.Command {
	var name string
	cmd := &cobra.Command{
		Use:   "import",
		Short: "Take over a private key, 64 hex digits on standard input",
		Args:  exactly(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			loaded, err := a.loaded(cmd)
			if err != nil {
				return err
			}
			text, err := io.ReadAll(io.LimitReader(a.stdin(cmd.Context()), maxKeyInput))
			if err != nil {
				return fmt.Errorf("read standard input: %w", err)
			}
			key, err := signer.ParseKey(strings.TrimSpace(string(text)))
			if err != nil {
				return usage("give 64 hex digits on standard input", "%w", err)
			}
			if err := a.local(loaded, nil).AddKey(key, name); err != nil {
				return err
			}
			info := keyInfo{Community: key.Community(), Name: name}
			return a.print(info, info.text)
		},
	}
	cmd.Flags().StringVar(&name, "name", "", "name of the community, for people")
	return cmd
}

func (a *app) keyListCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List the keys there are",
		Args:  exactly(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := a.load(cmd)
			if err != nil {
				return err
			}
			list, err := a.keys(cfg)
			if err != nil {
				return err
			}
			infos := make([]keyInfo, len(list))
			for i, k := range list {
				infos[i] = keyInfo{Community: k.Community, Name: k.Name}
			}
			return a.print(infos, func(w io.Writer) {
				for _, k := range infos {
					fmt.Fprintf(w, "%s\t%s\n", k.Community, terminal.Visible(k.Name))
				}
			})
		},
	}
}

func (a *app) keyShowCommand() *cobra.Command {
	var private bool
	cmd := &cobra.Command{
		Use:   "show KEY",
		Short: "Show a key, named by its community's id, the beginning of that, or its name",
		Args:  exactly("KEY"),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := a.load(cmd)
			if err != nil {
				return err
			}
			stored, err := a.findKey(cfg, args[0])
			if err != nil {
				return err
			}
			keys := daemon.Keystore(cfg)
			key, err := keys.Load(stored.Community)
			if err != nil {
				return err
			}
			info := keyInfo{Community: stored.Community, Name: stored.Name}
			if private {
				info.Private = key.Hex()
			}
			if err := a.print(info, info.text); err != nil || !private {
				return err
			}
			if err := keys.MarkBackedUp(stored.Community, a.clock.Now()); err != nil {
				fmt.Fprintf(a.stderr(), "seeder: the dashboard goes on asking for a copy of this key: %v\n", err)
			}
			return nil
		},
		ValidArgsFunction: then(a.keyNames, cobra.NoFileCompletions),
	}
	cmd.Flags().BoolVar(&private, "private", false, "show the private key, too: whoever knows it owns the community")
	return cmd
}

// keys returns the keys of this node. A file that is none is mentioned and does
// not keep the others away.
func (a *app) keys(cfg config.Config) ([]signer.Stored, error) {
	list, err := daemon.Keystore(cfg).List()
	if err == nil {
		return list, nil
	}
	if errors.Is(err, fs.ErrPermission) && !errors.Is(err, signer.ErrUnreadable) {
		return nil, fail(exitFailed, "run this as the user whose node it is, or give that user the folder: chown -R", "the keys are out of reach of this user: %w", err)
	}
	for _, e := range split(err) {
		if !errors.Is(e, signer.ErrKeyFile) && !errors.Is(e, signer.ErrExposed) && !errors.Is(e, signer.ErrUnreadable) {
			return nil, err
		}
		fmt.Fprintf(a.stderr(), "seeder: left out: %v\nhint: %s\n", e, hintOf(e))
	}
	return list, nil
}

// findKey returns the key that arg names.
func (a *app) findKey(cfg config.Config, arg string) (signer.Stored, error) {
	list, err := a.keys(cfg)
	if err != nil {
		return signer.Stored{}, err
	}
	names := make([]node.Named, len(list))
	for i, k := range list {
		names[i] = node.Named{ID: k.Community, Name: k.Name}
	}
	i, err := node.Pick("key", arg, names, "`seeder key list` shows those there are; `seeder key new` makes one")
	if err != nil {
		return signer.Stored{}, err
	}
	return list[i], nil
}
