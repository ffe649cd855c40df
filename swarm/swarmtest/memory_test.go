package swarmtest_test

import (
	"testing"

	"seeder/internal/leaktest"
	"seeder/swarm"
	"seeder/swarm/swarmtest"
)

func TestMemory(t *testing.T) {
	t.Cleanup(func() { leaktest.None(t) }) // once the tests of the suite have ended
	n := swarmtest.NewNetwork()
	swarmtest.Run(t, swarmtest.Driver{
		New: func(_ testing.TB, files *swarm.Files) swarm.Swarm { return swarmtest.NewMemory(n, files) },
		Raw: func(_ testing.TB, info []byte) string { return n.Raw(info) },
	})
}
