package main

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"

	"seeder/config"
	"seeder/message"
	"seeder/quota"
	"seeder/store"
)

// rules are the limits of a node and how they come about, without what is used
// of them.
type rules struct {
	node        quota.Node
	rows        []settingState
	communities map[message.CommunityID]communityRules
}

// communityRules are those of a community.
type communityRules struct {
	limits quota.Community
	rows   []settingState
}

// readRules reads what is set in the database, over the configuration.
func readRules(tx store.Tx, loaded config.Loaded) (rules, error) {
	all, err := tx.Settings()
	if err != nil {
		return rules{}, err
	}
	set := make(map[message.CommunityID]map[string]string)
	for _, s := range all {
		if set[s.Community] == nil {
			set[s.Community] = make(map[string]string)
		}
		set[s.Community][s.Key] = s.Value
	}
	base, from := configured(loaded)
	r := rules{node: base, communities: make(map[message.CommunityID]communityRules)}
	apply(set[message.CommunityID{}], r.node.Set)
	r.rows = settingStates(quota.NodeKeys(), base.Get, r.node.Get, set[message.CommunityID{}], from)
	for id, values := range set {
		c := quota.DefaultCommunity()
		apply(values, c.Set)
		r.communities[id] = communityRules{c, settingStates(quota.CommunityKeys(), quota.DefaultCommunity().Get, c.Get, values, nil)}
	}
	return r, nil
}

// apply sets what is understood. A row that is not, of a newer version say,
// changes nothing; the daemon does the same.
func apply(values map[string]string, set func(key, value string) error) {
	for _, key := range slices.Sorted(maps.Keys(values)) {
		if err := set(key, values[key]); err != nil {
			delete(values, key)
		}
	}
}

// community returns the rules of a community, those that hold without any row
// included.
func (r rules) community(id message.CommunityID) communityRules {
	c, ok := r.communities[id]
	if !ok {
		c.limits = quota.DefaultCommunity()
		c.rows = settingStates(quota.CommunityKeys(), c.limits.Get, c.limits.Get, nil, nil)
	}
	return c
}

// settingStates returns the settings of keys as they hold now: those of base,
// which come from where from says, under those set.
func settingStates(keys []quota.Key, base, now func(key string) string, set map[string]string, from func(key string) string) []settingState {
	out := make([]settingState, 0, len(keys))
	for _, k := range keys {
		s := settingState{Key: k.Name, Value: now(k.Name), From: fromDefault, Otherwise: base(k.Name)}
		if from != nil {
			s.From = cmp.Or(from(k.Name), fromDefault)
		}
		if set[k.Name] != "" {
			s.From = fromSet
		}
		out = append(out, s)
	}
	return out
}

// putSettings writes settings of a community, of the node when c is zero; an
// empty value removes what was set. All are checked before any is written.
func putSettings(tx store.Tx, c message.CommunityID, values map[string]string) error {
	node, community := quota.DefaultNode(), quota.DefaultCommunity()
	check := community.Set
	if c == (message.CommunityID{}) {
		check = node.Set
	}
	var faults []error
	for _, key := range slices.Sorted(maps.Keys(values)) {
		if err := check(key, values[key]); err != nil {
			faults = append(faults, fmt.Errorf("set limits: %w", err))
		}
	}
	if err := errors.Join(faults...); err != nil {
		return err
	}
	for _, key := range slices.Sorted(maps.Keys(values)) {
		if err := tx.PutSetting(store.Setting{Community: c, Key: key, Value: values[key]}); err != nil {
			return err
		}
	}
	return nil
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
		return fromDefault
	}
}
