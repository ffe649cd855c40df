package api_test

import (
	"log/slog"
	"net"
	"net/http"
	"testing"
	"time"

	"seeder/api"
)

// Who connects and says nothing does not keep others from the metrics.
func TestIdleConnectionsDoNotStopMetrics(t *testing.T) {
	defer api.SetHeaderTimeout(time.Hour)() // all of them stay
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := api.ServeMetrics(l, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}), slog.New(slog.DiscardHandler))
	t.Cleanup(func() { _ = s.Close() })
	for range 256 {
		conn, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.Close() })
	}
	client := http.Client{Timeout: patience, Transport: &http.Transport{DisableKeepAlives: true}}
	answer, err := client.Get("http://" + l.Addr().String() + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Error(answer.Status)
	}
}
