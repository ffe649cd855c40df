package announcetest

import (
	"testing"

	"seeder/announce"
	"seeder/internal/clock"
	"seeder/internal/leaktest"
)

func TestMain(m *testing.M) { leaktest.Main(m) }

func TestNetwork(t *testing.T) {
	Run(t, Driver{
		NewNetwork: func(t *testing.T) func(announce.Shelf) announce.Bus {
			n := NewNetwork(clock.System{})
			return func(s announce.Shelf) announce.Bus {
				b := n.NewBus(s)
				t.Cleanup(func() { _ = b.Close() })
				return b
			}
		},
		Inject: func(_ *testing.T, from announce.Bus, envelope []byte) { from.(*Bus).Inject(envelope) },
	})
}
