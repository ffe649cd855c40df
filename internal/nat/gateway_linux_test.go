package nat

import (
	"encoding/binary"
	"errors"
	"strings"
	"testing"
)

func TestReadGateway(t *testing.T) {
	if binary.NativeEndian.Uint16([]byte{1, 0}) != 1 {
		t.Skip("the table below is of a machine with the other byte order")
	}
	const head = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
	const local = "eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n"
	const route = "eth0\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\n"
	if got, err := readGateway(strings.NewReader(head + local + route)); err != nil || got.String() != "192.168.1.1" {
		t.Errorf("%s, %v", got, err)
	}
	for _, table := range []string{"", head, head + local, head + "eth0\t00000000\tXX\t0003\t0\t0\t100\t00000000\n", head + "ppp0\t00000000\t00000000\t1\t0\t0\t0\t00000000\n"} {
		if got, err := readGateway(strings.NewReader(table)); !errors.Is(err, errNoGateway) {
			t.Errorf("%q: %s, %v", table, got, err)
		}
	}
}
