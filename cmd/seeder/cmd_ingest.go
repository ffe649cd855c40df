package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"time"

	"github.com/spf13/cobra"

	"seeder/config"
	"seeder/ingest"
	"seeder/message"
	"seeder/store"
)

// ingestResult is what the command prints.
type ingestResult struct {
	Community message.CommunityID `json:"community"`
	// New and Known count messages: those that were stored, and those that were there.
	New   uint64 `json:"new"`
	Known uint64 `json:"known"`
}

func (a *app) ingestCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "ingest COMMUNITY [FILE|-]",
		Short: "Take messages into a community's history, from JSON lines",
		Long: `Reads one JSON object a line from FILE, or from standard input for - or without FILE:

  {"timestamp":1704067200,"channel":"general","text":"Welcome!"}

timestamp       seconds since 1970, or a time such as 2024-01-31T12:00:00Z
topic, channel  one of: a content topic, or 0x and 8 hex digits; the name of a channel
payload, text   one of: the content in base64; the content as text
sig             optional: the author's uncompressed public key, 65 bytes in hex
hash            optional: the hash of the message's envelope, 32 bytes in hex
third_party_id  optional: an id given by a bridge or another program
padding         optional: what the sender added to hide the length, in base64

All is taken or nothing: a line that is refused is named, and nothing is stored. Messages that
are there already change nothing.`,
		Example: "  seeder ingest \"Garden Club\" history.jsonl\n" +
			"  bridge --follow | seeder ingest 0x02ab -",
		Args: between(1, "COMMUNITY", "FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := a.load(cmd)
			if err != nil {
				return err
			}
			name := "-"
			if len(args) > 1 {
				name = args[1]
			}
			return withCommunity(cmd.Context(), cfg, args[0], func(db store.DB, c store.Community) error {
				added, err := a.ingest(cmd.Context(), cfg, db, c.ID, name)
				if err != nil {
					return err
				}
				result := ingestResult{c.ID, added.New, added.Known}
				return a.print(result, func(w io.Writer) {
					fmt.Fprintf(w, "new\t%d\nknown\t%d\n", result.New, result.Known)
				})
			})
		},
		ValidArgsFunction: then(a.communities, files),
	}
}

// ingest stores the messages of a file in one transaction. Standard input is
// spooled first: a transaction may run again and reads its input again, and it
// must not hold the database while somebody types.
func (a *app) ingest(ctx context.Context, cfg config.Config, db store.DB, id message.CommunityID, name string) (added store.Added, err error) {
	shown := name
	if name == "-" {
		shown = "standard input"
		if name, err = a.spool(ctx, cfg); err != nil {
			return added, err
		}
		defer os.Remove(name) // a file that stays is only in the way
	}
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return added, fail(exitNotFound, "name a file of JSON lines, or - for standard input", "%s does not exist", name)
	}
	if err != nil {
		return added, fmt.Errorf("open input: %w", err)
	}
	defer f.Close() // read only
	info, err := f.Stat()
	if err != nil {
		return added, fmt.Errorf("open input: %w", err)
	}
	if info.IsDir() {
		return added, usage("name a file of JSON lines", "%s is a folder", name)
	}
	p := newProgress(a.err, "ingest", info.Size())
	defer p.Done()
	var ahead aheadCount
	err = db.Update(ctx, func(tx store.Tx) error {
		ahead = aheadCount{limit: uint64(a.clock.Now().Add(aheadTolerance).Unix())}
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			return fmt.Errorf("read input: %w", err)
		}
		var err error
		added, err = tx.AddMessages(id, ahead.count(ingest.Lines(progressReader{contextReader{ctx, f}, p}, id)))
		return err
	})
	if err != nil {
		return store.Added{}, fmt.Errorf("%s: %w", shown, err)
	}
	if ahead.messages > 0 {
		fmt.Fprintf(a.stderr(), "note: %d of the messages lie in the future, the last at %s; they are archived when their week is over\n",
			ahead.messages, secondsText(ahead.last))
	}
	return added, nil
}

// aheadTolerance is how far clocks of senders may be ahead without a word.
const aheadTolerance = 24 * time.Hour

// aheadCount counts messages later than limit.
type aheadCount struct {
	limit, last uint64
	messages    int
}

func (c *aheadCount) count(in iter.Seq2[message.Message, error]) iter.Seq2[message.Message, error] {
	return func(yield func(message.Message, error) bool) {
		for m, err := range in {
			if err == nil && m.Timestamp > c.limit {
				c.messages++
				c.last = max(c.last, m.Timestamp)
			}
			if !yield(m, err) {
				return
			}
		}
	}
}

// spool copies standard input to a temporary file and returns its path.
func (a *app) spool(ctx context.Context, cfg config.Config) (string, error) {
	f, err := os.CreateTemp(cfg.DataDir, "ingest-*.tmp")
	if err != nil {
		return "", fmt.Errorf("keep standard input: %w", err)
	}
	_, err = io.Copy(f, a.stdin(ctx))
	if err = errors.Join(err, f.Close()); err != nil {
		return "", errors.Join(fmt.Errorf("keep standard input: %w", err), os.Remove(f.Name()))
	}
	return f.Name(), nil
}

// contextReader ends a reader with its context.
type contextReader struct {
	ctx context.Context //nolint:containedctx // lives as long as one call
	r   io.Reader
}

// Read implements [io.Reader].
func (c contextReader) Read(b []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(b)
}
