package config

import (
	"maps"
	"slices"

	"seeder/quota"
)

// Limits is the section limits: what all communities together may take, until
// somebody sets something else while the node runs. Its settings are those of
// [quota.NodeKeys]; form limit takes words and meaning from there.
type Limits struct {
	Up              string `key:"up" form:"limit"`
	Down            string `key:"down" form:"limit"`
	Schedule        string `key:"schedule" form:"limit"`
	Timezone        string `key:"timezone" form:"limit"`
	Alternative     string `key:"alternative" form:"limit"`
	AlternativeUp   string `key:"alternative_up" form:"limit"`
	AlternativeDown string `key:"alternative_down" form:"limit"`
	Cap             string `key:"cap" form:"limit"`
	MinFree         string `key:"min_free" form:"limit"`
	PauseOnBattery  string `key:"pause_on_battery" form:"limit"`
	PauseOnMetered  string `key:"pause_on_metered" form:"limit"`
}

// Import is the section import.
type Import struct {
	Pace     string `key:"pace" form:"limit"`
	Workers  int    `key:"workers" form:"workers" doc:"Goroutines that check authors ahead in one import, at pace fast; 0 for one a processor, up to 8."`
	Parallel int    `key:"parallel" form:"workers" doc:"Imports that run at a time at pace fast, each of another community; 0 for 2. SQLite lets one write at a time."`
}

// limitForms are the forms of limits, each under its name with limitForm and a
// dot in front.
const limitForm = "limit"

func limitForms() map[string]form {
	out := make(map[string]form)
	for _, k := range quota.NodeKeys() {
		out[limitForm+"."+k.Name] = form{want: k.Accepts, read: func(s string) (any, error) {
			n := quota.DefaultNode()
			if s == "" {
				return nil, errShape
			}
			if err := n.Set(k.Name, s); err != nil {
				return nil, refusedLimit{err}
			}
			return n.Get(k.Name), nil
		}}
	}
	return out
}

// refusedLimit is the error of a limit in a wrong shape.
type refusedLimit struct{ error }

// Is makes it an errShape.
func (refusedLimit) Is(target error) bool { return target == errShape }

// Unwrap returns what the limit was refused with.
func (r refusedLimit) Unwrap() error { return r.error }

func withLimits(forms map[string]form) map[string]form {
	maps.Copy(forms, limitForms())
	return forms
}

// limitDoc returns what a limit is for.
func limitDoc(name string) string {
	keys := quota.NodeKeys()
	if i := slices.IndexFunc(keys, func(k quota.Key) bool { return k.Name == name }); i >= 0 {
		return keys[i].Doc
	}
	return ""
}

func defaultLimits() Limits {
	n := quota.DefaultNode()
	return Limits{
		Up: n.Get("up"), Down: n.Get("down"), Schedule: n.Get("schedule"), Timezone: n.Get("timezone"),
		Alternative: n.Get("alternative"), AlternativeUp: n.Get("alternative_up"), AlternativeDown: n.Get("alternative_down"),
		Cap: n.Get("cap"), MinFree: n.Get("min_free"),
		PauseOnBattery: n.Get("pause_on_battery"), PauseOnMetered: n.Get("pause_on_metered"),
	}
}

// Quota returns the limits of the node as far as the configuration decides;
// what [Load] would refuse counts as not set.
func (c Config) Quota() quota.Node {
	n := quota.DefaultNode()
	for _, f := range fields(&c) {
		if name, ok := f.limit(); ok {
			_ = n.Set(name, f.value.String()) // refused values leave n as it is
		}
	}
	return n
}
