package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"seeder/limits"
	"seeder/quota"
)

// takeBack is the value of a flag that removes what was set.
const takeBack = limits.Default

// kindFree is a size or a share of the disk.
const kindFree = "free"

// settingKinds are what flags of settings take, in a word.
var settingKinds = map[string]string{
	"up": "rate", "down": "rate", "alternative_up": "rate", "alternative_down": "rate",
	"cap": "size", "min_free": kindFree, "schedule": "windows", "timezone": "zone", "pace": "pace", "pins": "spans",
}

// settingValues are values that a shell may complete.
var settingValues = map[string][]string{
	"rate":    {"256KiB/s", "1MiB/s", "8Mbit/s", "unlimited"},
	"size":    {"500MB", "2GiB", "none"},
	kindFree:  {"5%", "1GiB", "none"},
	"windows": {"08:00-18:00 mon-fri up=256KiB/s", "none"},
	"zone":    {"local", "UTC", "Europe/Berlin"},
	"pace":    {quota.PaceBackground, quota.PaceNormal, quota.PaceFast},
	"spans":   {"none"},
	"on|off":  {"on", "off"},
}

// settingFlags are the flags of a command that sets limits, one for each
// setting.
type settingFlags struct {
	keys  []quota.Key
	check func(key, value string) error
}

func nodeSettings() settingFlags {
	n := quota.DefaultNode()
	return settingFlags{quota.NodeKeys(), n.Set}
}

func communitySettings() settingFlags {
	c := quota.DefaultCommunity()
	return settingFlags{quota.CommunityKeys(), c.Set}
}

// settingValue is the value of a flag as it was written.
type settingValue struct{ text, kind string }

// String implements [pflag.Value].
func (v *settingValue) String() string { return v.text }

// Set implements [pflag.Value].
func (v *settingValue) Set(s string) error {
	v.text = s
	return nil
}

// Type implements [pflag.Value]: the word that help shows.
func (v *settingValue) Type() string { return v.kind }

// add adds the flags to a command, with the values that a shell completes, and
// says in its help what they accept.
func (s settingFlags) add(cmd *cobra.Command) {
	cmd.Flags().SortFlags = false
	for _, k := range s.keys {
		kind := settingKind(k.Name)
		doc := strings.TrimSuffix(k.Doc, ".")
		cmd.Flags().Var(&settingValue{kind: kind}, settingFlag(k.Name), fmt.Sprintf("%s (default %s)", strings.ToLower(doc[:1])+doc[1:], k.Default))
		offerFor(cmd, settingFlag(k.Name), words(append(slices.Clone(settingValues[kind]), takeBack)...))
	}
	cmd.Long += "\n\n" + s.forms()
}

// forms lists what the kinds of values accept.
func (s settingFlags) forms() string {
	const width, indent = 92, 10
	var lines []string
	var seen []string
	for _, k := range s.keys {
		kind := settingKind(k.Name)
		if kind == "on|off" || slices.Contains(seen, kind+k.Accepts) {
			continue
		}
		seen = append(seen, kind+k.Accepts)
		line := fmt.Sprintf("%-*s", indent-1, kind)
		for word := range strings.FieldsSeq(k.Accepts) {
			if len(line)+1+len(word) > width {
				lines = append(lines, line)
				line = strings.Repeat(" ", indent-1)
			}
			line += " " + word
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

func settingKind(key string) string {
	if kind := settingKinds[key]; kind != "" {
		return kind
	}
	return "on|off"
}

func settingFlag(key string) string { return strings.ReplaceAll(key, "_", "-") }

// changed returns the settings that were given, checked; an empty value is one
// that is taken back. All faults are returned, and then no setting.
func (s settingFlags) changed(cmd *cobra.Command) (map[string]string, error) {
	flags := cmd.Flags()
	given := make(map[string]string)
	var faults []error
	for _, k := range s.keys {
		name := settingFlag(k.Name)
		if !flags.Changed(name) {
			continue
		}
		value := flags.Lookup(name).Value.String()
		if strings.EqualFold(strings.TrimSpace(value), takeBack) {
			value = ""
		} else if strings.TrimSpace(value) == "" {
			faults = append(faults, refusedSetting(k, value, nil))
			continue
		}
		if err := s.check(k.Name, value); err != nil {
			faults = append(faults, refusedSetting(k, value, err))
		}
		given[k.Name] = value
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	if len(given) == 0 {
		return nil, usage("`"+cmd.CommandPath()+" --help` lists them", "nothing to set: no flag is given")
	}
	return given, nil
}

// refusedSetting says what is accepted instead of a value; err is why it was refused,
// which may know what was meant.
func refusedSetting(k quota.Key, value string, err error) error {
	hint := "use " + k.Accepts
	if form, ok := errors.AsType[*quota.FormError](err); ok && form.Nearest != "" {
		hint = form.Hint()
	}
	return usage(hint+"; "+takeBack+" takes back what was set", "--%s: %.80q is not understood", settingFlag(k.Name), value)
}
