package limits

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"seeder/internal/hoststate"
	"seeder/message"
	"seeder/quota"
	"seeder/store"
)

// Resolved are the settings in force before schedules.
type Resolved struct {
	Node quota.Node
	// Ignored are the rows that do not count.
	Ignored []Ignored

	communities map[message.CommunityID]quota.Community
	unknown     map[message.CommunityID]map[string]bool // settings that limit and have no value
	overrides   map[message.CommunityID]map[string]string
}

// Resolve puts rows over what the configuration says.
func Resolve(base quota.Node, rows []store.Setting) Resolved { return resolveAfter(base, rows, nil) }

// resolveAfter is Resolve where last tells what was in force before: of a row that
// is damaged that goes on. It has nothing to tell of a community that is new.
func resolveAfter(base quota.Node, rows []store.Setting, last func(c message.CommunityID, key string) (value string, known bool)) Resolved {
	r := Resolved{
		Node:        base,
		communities: make(map[message.CommunityID]quota.Community),
		unknown:     make(map[message.CommunityID]map[string]bool),
		overrides:   make(map[message.CommunityID]map[string]string),
	}
	for _, row := range rows {
		if err := r.set(row); err != nil {
			r.Ignored = append(r.Ignored, r.damaged(Ignored{Community: row.Community, Key: row.Key, Value: row.Value, Err: err}, last))
			continue
		}
		if r.overrides[row.Community] == nil {
			r.overrides[row.Community] = make(map[string]string)
		}
		r.overrides[row.Community][row.Key] = row.Value
	}
	return r
}

// damaged decides what holds instead of a row that nobody understands.
func (r *Resolved) damaged(i Ignored, last func(message.CommunityID, string) (string, bool)) Ignored {
	if errors.Is(i.Err, quota.ErrKey) {
		return i // a newer version knows what it is
	}
	if last != nil {
		if value, known := last(i.Community, i.Key); known && r.set(store.Setting{Community: i.Community, Key: i.Key, Value: value}) == nil {
			i.InForce = value
			return i
		}
	}
	if i.Stops = stops(i.Community, i.Key); !i.Stops {
		return i
	}
	if r.unknown[i.Community] == nil {
		r.unknown[i.Community] = make(map[string]bool)
	}
	r.unknown[i.Community][i.Key] = true
	if i.Community == (message.CommunityID{}) && i.Key == "cap" {
		r.Node.Cap = 0 // the one of the configuration could be smaller
	}
	return i
}

// stops reports whether transfers stop while nobody knows the value of a setting:
// all but those whose default takes and removes no more than any value.
func stops(c message.CommunityID, key string) bool {
	if c == (message.CommunityID{}) {
		return key != "pace"
	}
	return key != "drop_messages_on_evict" && key != "evict_originals"
}

// stopped returns the first row for which transfers of a community stop.
func (r Resolved) stopped(c message.CommunityID) (Ignored, bool) {
	i := slices.IndexFunc(r.Ignored, func(i Ignored) bool {
		return i.Stops && (i.Community == c || i.Community == (message.CommunityID{}))
	})
	if i < 0 {
		return Ignored{}, false
	}
	return r.Ignored[i], true
}

// ModeOf returns what settings allow for a community on a machine in a state.
// Where nobody knows what is allowed, nothing is transferred.
func (r Resolved) ModeOf(c message.CommunityID, host hoststate.State) Mode {
	m := ModeOf(r.Node, r.Community(c), host)
	row, stopped := r.stopped(c)
	if !stopped || m.Reason == ReasonPaused {
		return m
	}
	paused := r.unknown[c]["paused"] || r.unknown[message.CommunityID{}]["pause_on_battery"]
	return Mode{Archive: m.Archive && !paused, Reason: "no traffic: " + row.Hint()}
}

// pins returns the spans of a community that are not evicted: all while nobody
// knows which.
func (r Resolved) pins(c message.CommunityID) []message.Span {
	if r.unknown[c]["pins"] {
		return []message.Span{message.Forever()}
	}
	return r.Community(c).Pins
}

func (r *Resolved) set(row store.Setting) error {
	if row.Community == (message.CommunityID{}) {
		return r.Node.Set(row.Key, row.Value)
	}
	c := r.Community(row.Community)
	if err := c.Set(row.Key, row.Value); err != nil {
		return err
	}
	r.communities[row.Community] = c
	return nil
}

// Community returns the settings of a community.
func (r Resolved) Community(c message.CommunityID) quota.Community {
	if found, ok := r.communities[c]; ok {
		return found
	}
	return quota.DefaultCommunity()
}

// Overrides returns what commands have set for a community, or for the node
// when c is zero: key to value.
func (r Resolved) Overrides(c message.CommunityID) map[string]string {
	out := make(map[string]string, len(r.overrides[c]))
	maps.Copy(out, r.overrides[c])
	return out
}

// Load resolves the rows of a database. It is for programs that show settings
// without a running node.
func Load(ctx context.Context, db store.DB, base quota.Node) (Resolved, error) {
	var rows []store.Setting
	err := db.View(ctx, func(tx store.Tx) (err error) {
		rows, err = tx.Settings()
		return err
	})
	if err != nil {
		return Resolved{}, fmt.Errorf("read settings: %w", err)
	}
	return Resolve(base, rows), nil
}
