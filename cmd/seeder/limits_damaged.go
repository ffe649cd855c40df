package main

import (
	"fmt"
	"io"

	"seeder/api"
	"seeder/internal/terminal"
	"seeder/message"
)

// damagedRow is a limit in the database that nobody understands.
type damagedRow struct {
	Key   string `json:"key"`
	Value string `json:"value"`
	// InForce is the last good value, which goes on; empty when the daemon does
	// not know one, or does not run. Stops says that nothing is transferred until
	// the row is mended, Hint how that is done.
	InForce string `json:"in_force,omitempty"`
	Stops   bool   `json:"stops"`
	Hint    string `json:"hint"`
}

// fromDamaged is where the value of a row comes from that nobody understands.
const fromDamaged = "the row is damaged"

// damaged returns the rows of a community, or of the node, that nobody understands,
// as they count for a node that starts.
func (r rules) damaged(id message.CommunityID) []damagedRow {
	var out []damagedRow
	for _, i := range r.Ignored {
		if i.Community == id && i.Stops {
			out = append(out, damagedRow{Key: i.Key, Value: i.Value, Stops: true, Hint: i.Hint()})
		}
	}
	return out
}

// damagedNow returns what a daemon makes of such rows, and puts the values in force
// into settings.
func damagedNow(rows []api.Ignored, settings []settingState, live map[string]string) []damagedRow {
	var out []damagedRow
	for _, i := range rows {
		if i.Hint == "" {
			continue
		}
		out = append(out, damagedRow{Key: i.Key, Value: i.Value, InForce: i.InForce, Stops: i.Stops, Hint: i.Hint})
		for n := range settings {
			if settings[n].Key == i.Key {
				settings[n].Value = live[i.Key]
			}
		}
	}
	return out
}

func damagedText(w io.Writer, rows []damagedRow) {
	for _, r := range rows {
		what := "nothing is transferred"
		if r.InForce != "" {
			what = terminal.Visible(r.InForce) + " stays in force"
		}
		fmt.Fprintf(w, "damaged\t%s is %.60q: %s; %s\n", settingFlag(r.Key), r.Value, what, terminal.Visible(r.Hint))
	}
}
