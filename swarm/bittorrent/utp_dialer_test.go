package bittorrent

import (
	"context"
	"errors"
	"net"
	"testing"
	"time"
)

// dialled is a dialer that says when it is called.
type dialled chan time.Time

func (d dialled) Dial(context.Context, string) (net.Conn, error) {
	d <- time.Now()
	return nil, errors.New("nobody")
}

func (d dialled) DialerNetwork() string { return "udp4" }

// TestUTPGivesTCPAStart has a peer dialled by uTP after a second, and not at all
// when it was reached before.
func TestUTPGivesTCPAStart(t *testing.T) {
	t.Parallel()
	calls := make(dialled, 2)
	began := time.Now()
	if _, err := (utpDialer{calls, tcpAhead}).Dial(t.Context(), "127.0.0.1:1"); err == nil {
		t.Error("reached nobody")
	}
	if after := (<-calls).Sub(began); after < time.Second {
		t.Errorf("dialled after %s", after)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := (utpDialer{calls, tcpAhead}).Dial(ctx, "127.0.0.1:1"); !errors.Is(err, context.Canceled) || len(calls) > 0 {
		t.Errorf("dialled all the same (%v)", err)
	}
}
