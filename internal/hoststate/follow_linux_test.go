package hoststate

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/godbus/dbus/v5"
	"github.com/godbus/dbus/v5/prop"

	"seeder/internal/hoststate/hosttest"
)

func TestPropertiesAreFollowed(t *testing.T) {
	b := newBus(t)
	b.Start(t)
	_, power := b.Serve(t, upower, "OnBattery", false)
	_, net := b.Serve(t, network, "Metered", uint32(0))
	w := watch(t)
	await(t, w, State{Battery: No})
	for value, want := range []Answer{Unknown, Yes, No, Yes, No, Unknown} {
		net.SetMust(network, "Metered", uint32(value))
		await(t, w, State{Battery: No, Metered: want})
	}
	net.SetMust(network, "Metered", uint32(3))
	await(t, w, State{Battery: No, Metered: Yes})
	power.SetMust(upower, "OnBattery", true)
	await(t, w, State{Battery: Yes, Metered: Yes})
	power.SetMust(upower, "Other", "something else changes")
	power.SetMust(upower, "OnBattery", false)
	await(t, w, State{Battery: No, Metered: Yes})
}

// Who waits for the first answers finds them, and waits for nobody in vain.
func TestKnownAfterTheFirstAnswers(t *testing.T) {
	b := newBus(t)
	w := watch(t) // there is no bus yet
	<-w.Known()
	b.Start(t)
	b.Serve(t, upower, "OnBattery", true)
	b.Serve(t, network, "Metered", uint32(1))
	w = watch(t)
	<-w.Known()
	if got, want := w.State(), (State{Battery: Yes, Metered: Yes}); got != want {
		t.Errorf("known is %v, want %v", got, want)
	}
}

// A service may say that a value changed and not to which.
func TestInvalidatedPropertyIsReadAgain(t *testing.T) {
	b := newBus(t)
	b.Start(t)
	conn := b.Connect(t)
	path := dbus.ObjectPath("/org/freedesktop/UPower")
	props, err := prop.Export(conn, path, prop.Map{upower: {"OnBattery": {Value: false, Emit: prop.EmitInvalidates}}})
	if err != nil {
		t.Fatal(err)
	}
	if err := hosttest.Own(conn, upower); err != nil {
		t.Fatal(err)
	}
	w := watch(t)
	await(t, w, State{Battery: No})
	props.SetMust(upower, "OnBattery", true)
	await(t, w, State{Battery: Yes})
}

func TestServicesComeAndGo(t *testing.T) {
	b := newBus(t)
	b.Start(t)
	w := watch(t)
	power, _ := b.Serve(t, upower, "OnBattery", true)
	await(t, w, State{Battery: Yes})
	net, _ := b.Serve(t, network, "Metered", uint32(1))
	await(t, w, State{Battery: Yes, Metered: Yes})
	if err := power.Close(); err != nil { // as when it crashes
		t.Fatal(err)
	}
	await(t, w, State{Metered: Yes})
	if _, err := net.ReleaseName(network); err != nil {
		t.Fatal(err)
	}
	await(t, w, State{})
	b.Serve(t, upower, "OnBattery", false)
	await(t, w, State{Battery: No})
}

func TestBusMayBeAbsentAndDie(t *testing.T) {
	b := newBus(t)
	w := watch(t)
	if got := w.State(); got != (State{}) {
		t.Errorf("without a bus the state is %v", got)
	}
	for range 2 {
		b.Start(t)
		b.Serve(t, upower, "OnBattery", true)
		b.Serve(t, network, "Metered", uint32(2))
		await(t, w, State{Battery: Yes, Metered: No})
		b.Stop()
		await(t, w, State{})
	}
}

// Whatever answers otherwise than documented answers nothing.
func TestStrangeAnswersAreUnknown(t *testing.T) {
	for _, value := range []any{nil, "true", 1, uint32(1), 1.0, []bool{true}} {
		if got := onBattery(value); got != Unknown {
			t.Errorf("OnBattery %T %v is understood as %v", value, value, got)
		}
	}
	for _, value := range []any{nil, true, int32(1), byte(1), uint32(5), ^uint32(0), "1"} {
		if got := metered(value); got != Unknown {
			t.Errorf("Metered %T %v is understood as %v", value, value, got)
		}
	}
	b := newBus(t)
	b.Start(t)
	power, _ := b.Serve(t, upower, "OnBattery", "yes")
	b.Serve(t, network, "Metered", uint32(1))
	w := watch(t)
	await(t, w, State{Metered: Yes})
	if err := power.Close(); err != nil {
		t.Fatal(err)
	}
	b.Serve(t, upower, "OnBattery", true)
	await(t, w, State{Battery: Yes, Metered: Yes})
}

// mute takes calls and does not answer them.
type mute struct{ asked, release chan struct{} }

func (m mute) Get(string, string) (dbus.Variant, *dbus.Error) {
	m.asked <- struct{}{}
	<-m.release
	return dbus.MakeVariant(true), nil
}

func TestServiceThatDoesNotAnswerHoldsUpNothing(t *testing.T) {
	b := newBus(t)
	b.Start(t)
	conn := b.Connect(t)
	m := mute{asked: make(chan struct{}, 1), release: make(chan struct{})}
	if err := conn.Export(m, "/org/freedesktop/UPower", properties); err != nil {
		t.Fatal(err)
	}
	if err := hosttest.Own(conn, upower); err != nil {
		t.Fatal(err)
	}
	_, net := b.Serve(t, network, "Metered", uint32(1))
	w := watch(t)
	<-m.asked
	await(t, w, State{Metered: Yes})
	select {
	case <-w.Known():
		t.Error("known before everybody has answered")
	default:
	}
	net.SetMust(network, "Metered", uint32(2))
	await(t, w, State{Metered: No})
	close(m.release)
	<-w.Known()
	await(t, w, State{Battery: Yes, Metered: No})
}

// UPower is started by the bus when it is asked; NetworkManager is not.
func TestOnlyUPowerIsStarted(t *testing.T) {
	b := newBus(t)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, service := range []string{upower, network} {
		text := "[D-BUS Service]\nName=" + service + "\nExec=/usr/bin/env " + beService + "=" + b.Address + " " + self + "\n"
		if err := os.WriteFile(filepath.Join(b.Dir, service+".service"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	b.Start(t)
	w := watch(t)
	await(t, w, State{Battery: Yes})
	var owned bool
	err = b.Connect(t).BusObject().Call(busName+".NameHasOwner", 0, network).Store(&owned)
	if err != nil || owned {
		t.Errorf("NetworkManager was started: %v, %v", owned, err)
	}
}
