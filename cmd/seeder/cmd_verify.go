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

	"seeder/daemon"
	"seeder/inspect"
	"seeder/message"
	"seeder/store"
)

func (a *app) verifyCommand() *cobra.Command {
	var o verifyOptions
	cmd := &cobra.Command{
		Use:   "verify PATH",
		Short: "Check archives as files, and show what is in them",
		Long: "PATH is a folder with `data` and `index`, and maybe the .torrent inside or beside it, or a file\n" +
			"that is one archive. An archive without a seal that is otherwise sound is fine. What is wrong\n" +
			"is refused, with the reason and exit code 4.\n\n" +
			"Whose archives they have to be says --community, or else the .torrent, or the name of the\n" +
			"folder. Where nothing says so, the communities and keys of this node are tried, and without a\n" +
			"match the signer of sealed archives stays empty. A single archive file has neither id nor seal:\n" +
			"those are in the index of its folder.",
		Example: "  seeder verify ./archive\n" +
			"  seeder verify ./archive --community 0x02... --output json",
		Args: exactly("PATH"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.check(cmd, args[0]); err != nil {
				return err
			}
			return a.verify(cmd, args[0], o)
		},
	}
	cmd.Flags().BoolVar(&o.messages, "messages", false, "show each message, too")
	cmd.Flags().StringVar(&o.community, "community", "", "id of the community they must be of")
	offerFor(cmd, "community", a.communityIDs)
	return cmd
}

// verifyOptions are the flags of the command.
type verifyOptions struct {
	messages  bool
	community string
	id        message.CommunityID
}

func (o *verifyOptions) check(cmd *cobra.Command, path string) (err error) {
	if path == "" {
		return usage(hintWhatToVerify, "the path is empty")
	}
	if !cmd.Flags().Changed("community") {
		return nil
	}
	if o.id, err = message.ParseCommunityID(o.community); err != nil {
		return usage("an id is 0x and 66 hex digits", "--community: %w", err)
	}
	return nil
}

const hintWhatToVerify = "name a folder that has the files data and index, or an archive file"

func (a *app) verify(cmd *cobra.Command, path string, o verifyOptions) error {
	opts := inspect.Options{Community: o.id, Candidates: func() []message.CommunityID { return a.knownCommunities(cmd) }}
	if !o.messages {
		p := newProgress(a.err, "verify", dataSize(path))
		opts.Read = p.Add
		report, err := inspect.Path(cmd.Context(), path, opts)
		p.Done()
		if err != nil {
			return a.verifyFailure(path, err, a.output == "json")
		}
		return a.print(report, func(w io.Writer) { verifyText(w, &report) })
	}
	s := a.verifyStream()
	opts.Begin, opts.Each, opts.Message = s.begin, s.archive, s.message
	_, err := inspect.Path(cmd.Context(), path, opts)
	if ended := s.end(err); ended != nil {
		return ended
	}
	if err != nil {
		return a.verifyFailure(path, err, a.output == "json" && !s.begun())
	}
	return nil
}

// dataSize returns how many bytes are to be verified; 0 when that is not known.
func dataSize(path string) int64 {
	info, err := os.Stat(path)
	if err == nil && info.IsDir() {
		info, err = os.Stat(filepath.Join(path, "data"))
	}
	if err != nil {
		return 0
	}
	return info.Size()
}

// knownCommunities returns the communities and keys of this node. What cannot
// be read is only mentioned: files are verified without a node, too.
func (a *app) knownCommunities(cmd *cobra.Command) []message.CommunityID {
	var ids []message.CommunityID
	cfg, err := a.loadQuiet(cmd)
	if err == nil {
		_, err = withExistingStore(cmd.Context(), cfg, func(db store.DB) error {
			return db.View(cmd.Context(), func(tx store.Tx) error {
				all, err := tx.Communities()
				for _, c := range all {
					ids = append(ids, c.ID)
				}
				return err
			})
		})
		list, _ := daemon.Keystore(cfg).List() // unreadable keys have signed nothing here
		for _, k := range list {
			ids = append(ids, k.Community)
		}
	}
	if err != nil {
		fmt.Fprintln(a.stderr(), "seeder: the communities of this node are not tried:", err)
	}
	return ids
}

// refusedPath is what `verify` prints instead of a report when something is refused.
type refusedPath struct {
	Path string `json:"path"`
	refusedReport
}

// refusedReport is the JSON form of a refusal.
type refusedReport struct {
	// File is what was refused; its path.
	File string `json:"file"`
	// Refused says why.
	Refused string `json:"refused"`
	// Archive is the one that is to blame; nil where none is.
	Archive *message.ArchiveID `json:"archive"`
	// Offset is where that begins in data, in bytes, and Message the number of one of
	// its messages, from 1; 0 where no single one is to blame.
	Offset  uint64 `json:"offset"`
	Message uint64 `json:"message"`
}

func refusalOf(r *inspect.Refusal) refusedReport {
	return refusedReport{File: r.Path, Refused: r.Err.Error(), Archive: r.Archive, Offset: r.Offset, Message: r.Message}
}

// verifyFailure makes the error of an inspection that failed, and prints a
// refusal as a result if asked to.
func (a *app) verifyFailure(path string, err error, show bool) error {
	var r *inspect.Refusal
	switch {
	case errors.As(err, &r):
		if show {
			if err := a.print(refusedPath{r.Path, refusalOf(r)}, nil); err != nil {
				return err
			}
		}
		return fail(exitRefused, refusedHint(path), "refused: %w", err)
	case errors.Is(err, inspect.ErrUnknown):
		return usage("verify the folder with its data and index, or leave out --community", "--community: %w", err)
	case errors.Is(err, inspect.ErrChanged):
		return fail(exitFailed, "verify a folder that nobody writes to", "verify %s: %w", path, err)
	case errors.Is(err, inspect.ErrPath):
		return fail(exitNotFound, hintWhatToVerify, "%w", err)
	case errors.Is(err, fs.ErrNotExist):
		return fail(exitNotFound, hintWhatToVerify, "%s does not exist", path)
	default:
		return fmt.Errorf("verify %s: %w", path, err)
	}
}

// refusedHint says what to do about what was refused. A part of a torrent
// folder may be sound as such.
func refusedHint(path string) string {
	info, err := os.Stat(path)
	name := filepath.Base(path)
	if err == nil && !info.IsDir() && (name == "data" || name == "index" || strings.HasSuffix(name, ".torrent")) {
		return fmt.Sprintf("%s is a part of a torrent: name its folder, %s", name, filepath.Dir(path))
	}
	return "fetch it anew from somebody else; do not use or seed it"
}

func verifyText(w io.Writer, r *inspect.Report) {
	verifyHead(w, r)
	if len(r.Archives) > 0 {
		fmt.Fprintln(w, "ID\tFROM\tTO\tOFFSET\tSIZE\tPADDING\tMESSAGES\tSHA256\tSEALED\tSIGNER\tRE-ENCODES")
	}
	for i := range r.Archives {
		e := &r.Archives[i]
		fmt.Fprintf(w, "%s\t%d\t%d\t%s\t%d\t%d\t%d\t%s\t%s\t%s\t%s\n", orDash(e.ID), e.From, e.To, orDash(e.Offset), e.Size, e.Padding,
			e.MessageCount, e.SHA256, yesNo(e.Sealed), orDash(e.Signer), yesNo(e.Reencodes))
	}
	verifyNotes(w, r)
}

// verifyHead writes whose archives they are.
func verifyHead(w io.Writer, r *inspect.Report) {
	if r.Community != nil {
		fmt.Fprintf(w, "community\t%s\n", r.Community)
	}
	if r.InfoHash != "" {
		fmt.Fprintf(w, "torrent\t%s\n", r.InfoHash)
	}
	if r.Community != nil || r.InfoHash != "" {
		fmt.Fprintln(w)
	}
}

// verifyNotes explains what a reader of the table may miss in it.
func verifyNotes(w io.Writer, r *inspect.Report) {
	var sealed, unsigned int
	for i := range r.Archives {
		switch a := &r.Archives[i]; {
		case a.Sealed && a.Signer == nil:
			unsigned++
		case a.Sealed:
			sealed++
		}
	}
	switch {
	case len(r.Archives) == 0:
		fmt.Fprintln(w, "Data and index are empty: sound, but there is no archive in them.")
	case r.Kind == inspect.KindArchive:
		fmt.Fprintln(w, "\nA single file has no id, seal and signer: those are in the index of its folder.")
	case unsigned > 0:
		fmt.Fprintf(w, "\nThe signatures of %d sealed archives were not checked, as it is not known whose they are: there is no\n"+
			".torrent, the folder is not named by an id, and no community or key of this node fits. Name one with --community.\n", unsigned)
	case sealed < len(r.Archives):
		fmt.Fprintf(w, "\nWithout a seal nothing shows who made an archive: %d of %d have none, and so no signer.\n", len(r.Archives)-sealed, len(r.Archives))
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
