//go:build !linux

package nat

import (
	"errors"
	"net/netip"
)

// errUnknownGateway reports a system whose routes are not read: routers are then
// found by UPnP alone.
var errUnknownGateway = errors.New("the default gateway is not known on this system")

func defaultGateway() (netip.Addr, error) { return netip.Addr{}, errUnknownGateway }
