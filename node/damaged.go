package node

import (
	"seeder/limits"
	"seeder/message"
)

// Damaged is a limit in the database that nobody understands.
type Damaged struct {
	Key   string `json:"key"`
	Value string `json:"value"`
	// InForce is the last good value, which goes on; empty when the daemon does
	// not know one, or does not run. Stops says that nothing is transferred until
	// the row is mended, Hint how that is done.
	InForce string `json:"in_force,omitempty"`
	Stops   bool   `json:"stops"`
	Hint    string `json:"hint"`
}

// FromDamaged is where the value of a row comes from that nobody understands.
const FromDamaged = "the row is damaged"

// damaged returns the rows of a community, or of the node, that nobody understands,
// as they count for a node that starts.
func (r rules) damaged(id message.CommunityID) []Damaged {
	var out []Damaged
	for _, i := range r.Ignored {
		if i.Community == id && i.Stops {
			out = append(out, Damaged{Key: i.Key, Value: i.Value, Stops: true, Hint: i.Hint()})
		}
	}
	return out
}

// damagedNow returns what a daemon makes of such rows, and puts the values in force
// into settings.
func damagedNow(rows []limits.Ignored, settings []Setting, live func(key string) string) []Damaged {
	var out []Damaged
	for _, i := range rows {
		if i.InForce == "" && !i.Stops {
			continue
		}
		out = append(out, Damaged{Key: i.Key, Value: i.Value, InForce: i.InForce, Stops: i.Stops, Hint: i.Hint()})
		for n := range settings {
			if settings[n].Key == i.Key {
				settings[n].Value = live(i.Key)
			}
		}
	}
	return out
}
