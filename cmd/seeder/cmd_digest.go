package main

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"seeder/message"
	"seeder/store"
)

// digestResult is what the command prints.
type digestResult struct {
	Community message.CommunityID `json:"community"`
	// Digest is 64 hex digits.
	Digest   string `json:"digest"`
	Messages uint64 `json:"messages"`
	// First and Last are seconds since the Unix epoch; 0 without messages.
	First uint64 `json:"first"`
	Last  uint64 `json:"last"`
}

func (a *app) digestCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "digest COMMUNITY",
		Short: "Show the digest of the archived messages, equal on all nodes that hold the same",
		Long: "The digest is the SHA-256 over the archived messages in order of (timestamp, hash), each as\n" +
			"8 bytes of timestamp, big-endian, and 32 bytes of hash. A message without a hash counts by\n" +
			"the SHA-256 of its encoding. Messages that no archive holds yet do not count.",
		Args: exactly("COMMUNITY"),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := a.load(cmd)
			if err != nil {
				return err
			}
			var result digestResult
			err = withCommunity(cmd.Context(), cfg, args[0], func(db store.DB, c store.Community) error {
				result, err = digestOf(cmd.Context(), db, c.ID)
				return err
			})
			if err != nil {
				return err
			}
			return a.print(result, func(w io.Writer) {
				fmt.Fprintf(w, "digest\t%s\nmessages\t%d\n", result.Digest, result.Messages)
				if result.Messages > 0 {
					fmt.Fprintf(w, "first\t%s\nlast\t%s\n", secondsText(result.First), secondsText(result.Last))
				}
			})
		},
		ValidArgsFunction: a.completeCommunity,
	}
}

// digestOf sums up the archived messages of a community.
func digestOf(ctx context.Context, db store.DB, id message.CommunityID) (digestResult, error) {
	var d store.Digest
	err := db.View(ctx, func(tx store.Tx) (err error) {
		d, err = store.DigestOf(tx, id)
		return err
	})
	if err != nil {
		return digestResult{}, err
	}
	return digestResult{
		Community: id, Digest: hex.EncodeToString(d.SHA256[:]), Messages: d.Messages, First: d.First, Last: d.Last,
	}, nil
}

func secondsText(s uint64) string {
	return time.Unix(int64(s), 0).UTC().Format("2006-01-02 15:04:05 UTC")
}
