package node

import (
	"cmp"

	"seeder/config"
	"seeder/limits"
	"seeder/message"
	"seeder/quota"
	"seeder/store"
)

// rules are the limits of a node and how they come about, without what is used
// of them.
type rules struct {
	limits.Resolved
	base quota.Node
	from func(key string) string
}

// readRules reads what is set in the database, over the configuration.
func readRules(tx store.Tx, loaded config.Loaded) (rules, error) {
	rows, err := tx.Settings()
	return newRules(loaded, rows), err
}

func newRules(loaded config.Loaded, rows []store.Setting) rules {
	base, from := configured(loaded)
	return rules{limits.Resolve(base, rows), base, from}
}

// nodeRows returns the settings of the node.
func (r rules) nodeRows() []Setting {
	return r.mark(message.CommunityID{}, settingStates(quota.NodeKeys(), r.base.Get, r.Node.Get, r.Overrides(message.CommunityID{}), r.from))
}

// communityRows returns the settings of a community.
func (r rules) communityRows(id message.CommunityID) []Setting {
	return r.mark(id, settingStates(quota.CommunityKeys(), quota.DefaultCommunity().Get, r.Community(id).Get, r.Overrides(id), nil))
}

// mark says of which settings the row is damaged.
func (r rules) mark(id message.CommunityID, rows []Setting) []Setting {
	for _, i := range r.Ignored {
		for n := range rows {
			if i.Community == id && i.Key == rows[n].Key {
				rows[n].From = FromDamaged
			}
		}
	}
	return rows
}

// settingStates returns the settings of keys as they hold now: those of base,
// which come from where from says, under those set.
func settingStates(keys []quota.Key, base, now func(key string) string, set map[string]string, from func(key string) string) []Setting {
	out := make([]Setting, 0, len(keys))
	for _, k := range keys {
		s := Setting{Key: k.Name, Value: now(k.Name), From: FromDefault, Otherwise: base(k.Name)}
		if from != nil {
			s.From = cmp.Or(from(k.Name), FromDefault)
		}
		if set[k.Name] != "" {
			s.From = FromSet
		}
		out = append(out, s)
	}
	return out
}

// configured returns the limits of the configuration, and where each value
// comes from.
func configured(loaded config.Loaded) (n quota.Node, from func(key string) string) {
	return loaded.Config.Quota(), func(key string) string {
		name := "limits." + key
		if key == "pace" {
			name = "import.pace"
		}
		for _, v := range loaded.Values {
			if v.Key == name {
				return v.Source
			}
		}
		return FromDefault
	}
}
