package e2e

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync/atomic"
	"testing"
)

// spaces are network namespaces, one for each node, on a bridge in one more.
// Nothing of it is seen outside them.
type spaces struct {
	hub    string
	joined int
}

var spacesGiven atomic.Uint32

// newSpaces makes the namespace of the bridge. It fails where this user may
// not, or where the machine cannot.
func newSpaces(t testing.TB) (*spaces, error) {
	t.Helper()
	if os.Getuid() != 0 {
		return nil, errors.New("only root may make namespaces")
	}
	s := &spaces{hub: fmt.Sprintf("seeder-%d-%d", os.Getpid(), spacesGiven.Add(1))}
	if err := addSpace(t, s.hub); err != nil {
		return nil, err
	}
	err := errors.Join(
		ip("-n", s.hub, "link", "add", "bridge", "type", "bridge"),
		ip("-n", s.hub, "link", "set", "bridge", "up"),
	)
	if err != nil {
		return nil, err
	}
	// The machine must be able to do the rest, too.
	_, _, err = s.join(t)
	return s, err
}

// join makes a namespace with an address that all others on the bridge reach.
func (s *spaces) join(t testing.TB) (name, address string, err error) {
	t.Helper()
	s.joined++
	name = fmt.Sprintf("%s-%d", s.hub, s.joined)
	address = fmt.Sprintf("10.83.0.%d", s.joined)
	port := fmt.Sprintf("port%d", s.joined)
	if err := addSpace(t, name); err != nil {
		return "", "", err
	}
	for _, args := range [][]string{
		{"link", "add", port, "netns", s.hub, "type", "veth", "peer", "name", "eth0", "netns", name},
		{"-n", s.hub, "link", "set", port, "master", "bridge", "up"},
		{"-n", name, "address", "add", address + "/24", "dev", "eth0"},
		{"-n", name, "link", "set", "lo", "up"},
		{"-n", name, "link", "set", "eth0", "up"},
	} {
		if err := ip(args...); err != nil {
			return "", "", err
		}
	}
	return name, address, nil
}

// separate takes away the way from one namespace to an address.
func separate(name, address string) error {
	if err := ip("-n", name, "route", "add", "unreachable", address+"/32"); err != nil {
		return err
	}
	if ip("-n", name, "route", "get", address) == nil {
		return fmt.Errorf("%s still reaches %s", name, address)
	}
	return nil
}

// addSpace makes a namespace for the time of a test.
func addSpace(t testing.TB, name string) error {
	t.Helper()
	if err := ip("netns", "add", name); err != nil {
		return err
	}
	t.Cleanup(func() { // after the processes in it were killed
		if err := ip("netns", "delete", name); err != nil {
			t.Error(err)
		}
	})
	return nil
}

func ip(args ...string) error {
	if out, err := exec.Command("ip", args...).CombinedOutput(); err != nil {
		return fmt.Errorf("ip %v: %w: %s", args, err, out)
	}
	return nil
}
