package node

import (
	"maps"
	"slices"

	"seeder/limits"
	"seeder/quota"
)

// Checked says whether a value of a setting would be taken.
type Checked struct {
	Key string `json:"key"`
	OK  bool   `json:"ok"`
	// Value is how the setting would be shown; empty when it is not taken.
	Value string `json:"value,omitempty"`
	// Message says what is wrong, Accepts which values are taken; the latter is
	// empty for a setting that does not exist.
	Message string `json:"message,omitempty"`
	Accepts string `json:"accepts,omitempty"`
}

// CheckLimits says which values [Node.SetLimits] would take, in the order of their
// names. Nothing is changed.
func CheckLimits(values map[string]string) []Checked {
	return check(values, quota.NodeKeys(), func(key, value string) (string, error) {
		n := quota.DefaultNode()
		err := n.Set(key, value)
		return n.Get(key), err
	})
}

// CheckCommunity says which values [Node.SetCommunity] would take, as
// [CheckLimits] does.
func CheckCommunity(values map[string]string) []Checked {
	return check(values, quota.CommunityKeys(), func(key, value string) (string, error) {
		c := quota.DefaultCommunity()
		err := c.Set(key, value)
		return c.Get(key), err
	})
}

func check(values map[string]string, known []quota.Key, set func(key, value string) (string, error)) []Checked {
	out := []Checked{}
	for _, key := range slices.Sorted(maps.Keys(values)) {
		value := values[key]
		if value == limits.Default {
			value = ""
		}
		c := Checked{Key: key}
		if i := slices.IndexFunc(known, func(k quota.Key) bool { return k.Name == key }); i >= 0 {
			c.Accepts = known[i].Accepts
		}
		printed, err := set(key, value)
		if err != nil {
			c.Message = err.Error()
		} else {
			c.OK, c.Value = true, printed
		}
		out = append(out, c)
	}
	return out
}
