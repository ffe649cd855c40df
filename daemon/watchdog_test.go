package daemon

import (
	"context"
	"log/slog"
	"net"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"seeder/internal/clock"
)

// The watchdog hears of a process whose loops turn, and of none in which one stands
// still, whatever the others do.
func TestWatchdogHearsOfLiveLoopsOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "notify")
	conn, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	t.Setenv("NOTIFY_SOCKET", path)
	heard := func(within time.Duration) bool {
		if err := conn.SetReadDeadline(time.Now().Add(within)); err != nil {
			t.Fatal(err)
		}
		_, err := conn.Read(make([]byte, 64))
		return err == nil
	}
	clk := clock.NewFixed(time.Unix(1_700_000_000, 0))
	var turning, still pulse
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	defer wg.Wait()
	defer cancel()
	n := &notifier{log: slog.New(slog.DiscardHandler)}
	wg.Go(func() { n.watchdog(ctx, clk, 40*time.Millisecond, &turning, &still) })

	const patience = 20 * time.Second
	if !heard(patience) {
		t.Fatal("nothing was heard at first")
	}
	clk.Advance(leastStall - time.Second)
	turning.beat()
	if !heard(patience) {
		t.Error("a loop that is slow counts as one that stands still")
	}
	clk.Advance(2 * time.Second)        // one stands still for too long
	for heard(200 * time.Millisecond) { // what was said before may be on its way
		turning.beat()
		if clk.Advance(time.Second); clk.Now().Unix() > 1_700_000_000+60 {
			t.Fatal("it is heard of while a loop stands still")
		}
	}
	still.beat()
	turning.beat()
	if !heard(patience) {
		t.Error("nothing is heard after the loop went on")
	}
}
