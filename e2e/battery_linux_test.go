package e2e

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"seeder/internal/hoststate/hosttest"
	"seeder/limits"
)

// TestBatteryAndMeteredPause has a member whose machine is on battery when it
// starts. It hears the announcement and does nothing about it, fetches when the
// machine is on mains again, and stops serving, and says why, when the connection
// becomes a metered one.
func TestBatteryAndMeteredPause(t *testing.T) {
	t.Parallel()
	stage := firstStage(t)
	bus := hosttest.NewBus(t)
	bus.Start(t)
	_, battery := bus.Serve(t, hosttest.UPower, "OnBattery", true)
	_, network := bus.Serve(t, hosttest.NetworkManager, "Metered", uint32(2))

	owner := newNode(t, "owner", stage.ownerEnd(), settings{})
	owner.run()
	member := newNode(t, "member", stage.member, settings{
		peers: []*node{owner}, owner: "limits: {pause_on_battery: on, pause_on_metered: on}\n",
	})
	member.env = []string{"DBUS_SYSTEM_BUS_ADDRESS=" + bus.Address}
	member.run()
	member.await("hear the announcement on battery", func() error {
		s, err := member.read()
		if err == nil && s.newest.Clock == 0 {
			err = errors.New("no announcement")
		}
		return errors.Join(err, member.says("limits", "show", limits.ReasonBattery), member.says("status", limits.ReasonBattery))
	})
	if s := member.mustRead(); len(s.archives) != 0 || s.messages != 0 {
		t.Errorf("on battery the member knows %d archives and has %d messages", len(s.archives), s.messages)
	}
	battery.SetMust(hosttest.UPower, "OnBattery", false)
	member.await("have the history on mains", func() error { return member.sound(stage.want) })
	if err := member.says("limits", "show", `"battery": "no"`); err != nil {
		t.Error(err)
	}
	network.SetMust(hosttest.NetworkManager, "Metered", uint32(1))
	member.await("pause while the connection is metered", func() error { return member.says("status", limits.ReasonMetered) })
	member.stop()
	owner.stop()
}

// says returns an error unless the output of a command, as JSON, holds a text,
// which is the last argument.
func (n *node) says(args ...string) error {
	n.t.Helper()
	text := args[len(args)-1]
	out, err := n.command(append(args[:len(args)-1:len(args)-1], "--output", "json")...).CombinedOutput()
	if err != nil {
		n.t.Fatalf("%s: %v\n%s", strings.Join(args, " "), err, out)
	}
	if !strings.Contains(string(out), text) {
		return fmt.Errorf("%q is not in %s", text, out)
	}
	return nil
}
