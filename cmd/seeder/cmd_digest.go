package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"seeder/internal/digest"
	"seeder/message"
	"seeder/store"
)

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
			var result struct {
				Community message.CommunityID `json:"community"`
				digest.Sum
			}
			err = withCommunity(cmd.Context(), cfg, args[0], func(db store.DB, c store.Community) error {
				result.Community = c.ID
				result.Sum, err = digestOf(cmd.Context(), db, c.ID)
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
	}
}

// digestOf sums up the archived messages of a community.
func digestOf(ctx context.Context, db store.DB, id message.CommunityID) (digest.Sum, error) {
	var sum digest.Sum
	err := db.View(ctx, func(tx store.Tx) error {
		h := digest.New()
		if err := tx.ScanMessages(id, message.Forever(), store.Canonical, h.Add); err != nil {
			return err
		}
		sum = h.Sum()
		return nil
	})
	if err != nil {
		return digest.Sum{}, fmt.Errorf("read messages: %w", err)
	}
	return sum, nil
}

func secondsText(s uint64) string {
	return time.Unix(int64(s), 0).UTC().Format("2006-01-02 15:04:05 UTC")
}
