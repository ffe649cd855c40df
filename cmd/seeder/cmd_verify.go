package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/spf13/cobra"

	"seeder/inspect"
	"seeder/message"
)

func (a *app) verifyCommand() *cobra.Command {
	var messages bool
	var community string
	cmd := &cobra.Command{
		Use:   "verify PATH",
		Short: "Check archives as files, and show what is in them",
		Long: "PATH is a folder with `data` and `index`, and maybe the .torrent inside or beside it, or a file\n" +
			"that is one archive. An archive without a seal that is otherwise sound is fine. What is wrong\n" +
			"is refused, with the reason and exit code 4.",
		Args: exactly("PATH"),
		RunE: func(cmd *cobra.Command, args []string) error {
			opts := inspect.Options{Messages: messages}
			if community != "" {
				id, err := message.ParseCommunityID(community)
				if err != nil {
					return usage("an id is 0x and 66 hex digits", "--community: %w", err)
				}
				opts.Community = id
			}
			report, err := inspect.Path(cmd.Context(), args[0], opts)
			if err != nil {
				return a.verifyFailure(args[0], err)
			}
			return a.print(report, func(w io.Writer) { verifyText(w, &report) })
		},
	}
	cmd.Flags().BoolVar(&messages, "messages", false, "show each message, too")
	cmd.Flags().StringVar(&community, "community", "", "id of the community they must be of")
	return cmd
}

// refusedReport is the JSON form of a refusal.
type refusedReport struct {
	Path    string             `json:"path"`
	Refused string             `json:"refused"`
	Archive *message.ArchiveID `json:"archive"`
	Offset  uint64             `json:"offset"`
	Message uint64             `json:"message"`
}

func (a *app) verifyFailure(path string, err error) error {
	var r *inspect.Refusal
	switch {
	case errors.As(err, &r):
		if a.output == "json" {
			report := refusedReport{Path: r.Path, Refused: r.Err.Error(), Archive: r.Archive, Offset: r.Offset, Message: r.Message}
			if err := a.print(report, nil); err != nil {
				return err
			}
		}
		return fail(exitRefused, "fetch it anew from somebody else; do not use or seed it", "refused: %w", err)
	case errors.Is(err, inspect.ErrPath):
		return fail(exitNotFound, "name a folder that has the files data and index, or an archive file", "%w", err)
	case errors.Is(err, fs.ErrNotExist):
		return fail(exitNotFound, "name a folder that has the files data and index, or an archive file", "%s does not exist", path)
	default:
		return fmt.Errorf("verify %s: %w", path, err)
	}
}

func verifyText(w io.Writer, r *inspect.Report) {
	if r.Community != nil {
		fmt.Fprintf(w, "community\t%s\n", r.Community)
	}
	if r.InfoHash != "" {
		fmt.Fprintf(w, "torrent\t%s\n", r.InfoHash)
	}
	if r.Community != nil || r.InfoHash != "" {
		fmt.Fprintln(w)
	}
	const header = "ID\tFROM\tTO\tOFFSET\tSIZE\tPADDING\tMESSAGES\tSHA256\tSEALED\tSIGNER\tRE-ENCODES"
	fmt.Fprintln(w, header)
	for i := range r.Archives {
		e := &r.Archives[i]
		fmt.Fprintf(w, "%s\t%d\t%d\t%s\t%d\t%d\t%d\t%s\t%s\t%s\t%s\n", orDash(e.ID), e.From, e.To, orDash(e.Offset), e.Size, e.Padding,
			e.MessageCount, e.SHA256, yesNo(e.Sealed), orDash(e.Signer), yesNo(e.Reencodes))
		if len(e.Messages) > 0 {
			fmt.Fprintln(w, "\tTIMESTAMP\tTOPIC\tHASH\tPAYLOAD\tSHA256 OF THE PAYLOAD")
		}
		for _, m := range e.Messages {
			fmt.Fprintf(w, "\t%d\t%s\t%s\t%d\t%s\n", m.Timestamp, m.Topic, orDash(nonEmpty(m.Hash)), m.PayloadLength, m.PayloadSHA256)
		}
	}
}

func nonEmpty(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// orDash shows a value that may be absent.
func orDash[T any](v *T) string {
	if v == nil {
		return "-"
	}
	return fmt.Sprint(*v)
}
