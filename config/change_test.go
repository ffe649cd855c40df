package config

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestChanges(t *testing.T) {
	before := Default()
	if got := Changes(before, Default()); len(got) != 0 {
		t.Errorf("nothing has changed, got %+v", got)
	}
	after := Default()
	before.Database.URL = "postgres://seeder:first@db/seeder"
	after.Database.URL = "postgres://seeder:second@db/seeder"
	after.Swarm.Peers, after.Limits.Up, after.Member.Audit = []string{"192.0.2.7:1"}, "1MiB/s", 2*time.Hour
	before.Waku.Peers, after.Waku.Peers = nil, []string{} // the same list
	hidden := HidePassword(before.Database.URL)
	want := []Change{
		{"database.url", hidden, HidePassword(after.Database.URL)}, {"swarm.peers", []string{}, []string{"192.0.2.7:1"}},
		{"member.audit", "1d", "2h"}, {"limits.up", "unlimited", "1MiB/s"},
	}
	if diff := cmp.Diff(want, Changes(before, after)); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
}

func TestWithTakesWhatIsNamedOnly(t *testing.T) {
	clean(t)
	first, err := Load(write(t, "member: {audit: 1d}\nlimits: {up: 1MiB/s}\n"), nil)
	if err != nil {
		t.Fatal(err)
	}
	second, err := Load(write(t, "member: {audit: 2d}\nlimits: {up: 2MiB/s}\nswarm: {dht: false}\n"), nil)
	if err != nil {
		t.Fatal(err)
	}
	got := first.With(second, "limits.up")
	want := first.Config
	want.Limits.Up = "2MiB/s"
	if diff := cmp.Diff(want, got.Config); diff != "" {
		t.Errorf("settings (-want +got):\n%s", diff)
	}
	if got.source("limits.up") != second.source("limits.up") || got.source("member.audit") != first.source("member.audit") {
		t.Errorf("sources %q and %q", got.source("limits.up"), got.source("member.audit"))
	}
	if first.Config.Limits.Up != "1MiB/s" {
		t.Error("the first configuration was changed")
	}
}

func TestCheck(t *testing.T) {
	for key, values := range map[string][2]string{"log.level": {"warn", "loud"}, "limits.up": {"1MiB/s", "fast"}} {
		if err := Check(key, values[0]); err != nil {
			t.Errorf("%s %s: %v", key, values[0], err)
		}
		if err := Check(key, values[1]); !errors.Is(err, ErrValue) {
			t.Errorf("%s %s: %v, want ErrValue", key, values[1], err)
		}
	}
	if err := Check("log.levle", "warn"); !errors.Is(err, ErrUnknownKey) {
		t.Errorf("unknown key: %v", err)
	}
}
