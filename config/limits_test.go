package config

import (
	"bytes"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"seeder/quota"
)

// Every setting of a node can be given in the file, and nothing else is a limit.
func TestEveryLimitHasAKey(t *testing.T) {
	var got, want []string
	cfg := Default()
	for _, f := range fields(&cfg) {
		if name, ok := f.limit(); ok {
			got = append(got, name)
		}
	}
	for _, k := range quota.NodeKeys() {
		want = append(want, k.Name)
	}
	slices.Sort(got)
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("limits (-want +got):\n%s", diff)
	}
	for _, k := range quota.NodeKeys() {
		if got := Default().Quota().Get(k.Name); got != k.Default {
			t.Errorf("%s is %q by default, want %q", k.Name, got, k.Default)
		}
	}
}

func TestLimitsAreReadAsPeopleWriteThem(t *testing.T) {
	clean(t)
	got, err := Load(write(t, `
limits:
  up: 256KiB/s
  down: 0
  schedule: 08:00-18:00 mon-fri up=1MiB/s; 22:00-06:00 daily up=0
  timezone: Europe/Berlin
  alternative: on
  alternative_up: 10 KB/s
  alternative_down: 8Mbit/s
  cap: 2GiB
  min_free: 5%
  pause_on_battery: yes
  pause_on_metered: true
import: {pace: background}
metrics: {listen: "127.0.0.1:0"}
`), nil)
	if err != nil {
		t.Fatal(err)
	}
	n := got.Config.Quota()
	want := quota.Node{
		Rates: quota.Rates{Up: 256 << 10}, Alternative: quota.Rates{Up: 10_000, Down: 1_000_000}, UseAlternative: true,
		Cap: 2 << 30, MinFree: quota.Free{Percent: 5}, Pace: quota.PaceBackground, PauseOnBattery: true, PauseOnMetered: true,
		Schedule: n.Schedule, Zone: n.Zone,
	}
	if !reflect.DeepEqual(n, want) || len(n.Schedule) != 2 || n.Zone.String() != "Europe/Berlin" {
		t.Errorf("limits %+v, want %+v", n, want)
	}
	if got.Config.Metrics.Listen != "127.0.0.1:0" {
		t.Errorf("metrics.listen = %q", got.Config.Metrics.Listen)
	}
	// What is printed is read again as the same.
	var b bytes.Buffer
	if err := got.WriteYAML(&b); err != nil {
		t.Fatal(err)
	}
	again, err := LoadFile(write(t, b.String()))
	if diff := cmp.Diff(got.Config, again.Config); err != nil || diff != "" {
		t.Errorf("what was printed reads as something else: %v (-want +got):\n%s", err, diff)
	}
}

func TestLimitsThatMeanNothingAreRefused(t *testing.T) {
	clean(t)
	for key, line := range map[string]string{
		"limits.up":        "limits: {up: fast}",
		"limits.down":      "limits: {down: 1M}",
		"limits.cap":       "limits: {cap: -1}",
		"limits.min_free":  "limits: {min_free: 150%}",
		"limits.schedule":  "limits: {schedule: mornings}",
		"limits.timezone":  "limits: {timezone: Europe/Atlantis}",
		"import.pace":      "import: {pace: warp}",
		"metrics.listen":   "metrics: {listen: everywhere}",
		"limits.alternate": "limits: {alternate: on}",
	} {
		_, err := Load(write(t, line), nil)
		fault, ok := errors.AsType[*Error](err)
		if !ok || fault.Key != key || fault.Advice == "" || !strings.HasPrefix(fault.Source, "file ") {
			t.Errorf("%s: %v, want an error of %s", line, err, key)
		}
	}
	_, err := Load(write(t, "limits: {down: 1M}"), nil)
	if fault, ok := errors.AsType[*Error](err); !ok || !strings.HasPrefix(fault.Advice, "did you mean 1MiB/s? ") {
		t.Errorf("what may be meant is not said: %v", err)
	}
	t.Setenv("SEEDER_LIMITS_UP", "1 MiB/s")
	got, err := Load("", nil)
	if err != nil || got.Config.Quota().Rates.Up != 1<<20 {
		t.Errorf("limit of the environment: %v (%v)", got.Config.Limits.Up, err)
	}
}
