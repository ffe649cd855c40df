package nat

import (
	"bufio"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"strings"
)

// errNoGateway reports a machine without a default gateway.
var errNoGateway = errors.New("there is no default gateway")

// defaultGateway returns the gateway of the first default route.
func defaultGateway() (netip.Addr, error) {
	f, err := os.Open("/proc/net/route")
	if err != nil {
		return netip.Addr{}, fmt.Errorf("read routes: %w", err)
	}
	defer func() { _ = f.Close() }() // it was only read
	return readGateway(f)
}

// readGateway reads the table of routes as Linux shows it: fields of
// hexadecimal numbers in the byte order of the machine, destination and gateway
// the second and third.
func readGateway(r io.Reader) (netip.Addr, error) {
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		f := strings.Fields(lines.Text())
		if len(f) < 8 || f[1] != "00000000" || f[7] != "00000000" || f[2] == "00000000" {
			continue
		}
		b, err := hex.DecodeString(f[2])
		if err != nil || len(b) != 4 {
			continue
		}
		var a [4]byte
		binary.NativeEndian.PutUint32(a[:], binary.BigEndian.Uint32(b))
		return netip.AddrFrom4(a), nil
	}
	if err := lines.Err(); err != nil {
		return netip.Addr{}, fmt.Errorf("read routes: %w", err)
	}
	return netip.Addr{}, errNoGateway
}
