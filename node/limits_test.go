package node

import (
	"testing"
	"time"

	"seeder/quota"
)

// TestWhereRatesComeFrom looks at a schedule at two times of a day.
func TestWhereRatesComeFrom(t *testing.T) {
	schedule, err := quota.ParseSchedule("08:00-18:00 daily up=256KiB/s")
	if err != nil {
		t.Fatal(err)
	}
	zone := time.FixedZone("", 2*60*60)
	n := quota.Node{Rates: quota.Rates{Up: 1000, Down: 2000}, Schedule: schedule, Zone: zone}
	r := rules{from: func(string) string { return "file x" }}
	r.Node, r.base = n, n
	day := func(hour int) time.Time { return time.Date(2024, 1, 1, hour, 0, 0, 0, zone) }
	tests := []struct {
		hour     int
		up, down Flow
	}{
		{9, Flow{Limit: 256 << 10, From: FromSchedule, Until: day(18).UnixMilli()}, Flow{Limit: 2000, From: "file x"}},
		{7, Flow{Limit: 1000, From: "file x", Until: day(8).UnixMilli()}, Flow{Limit: 2000, From: "file x"}},
	}
	for _, tt := range tests {
		up, down := r.nodeFlows(day(tt.hour).UTC(), r.nodeRows())
		if up != tt.up || down != tt.down {
			t.Errorf("at %d: %+v and %+v, want %+v and %+v", tt.hour, up, down, tt.up, tt.down)
		}
	}
	r.Node.UseAlternative, r.Node.Alternative.Up = true, 7
	up, down := r.nodeFlows(day(9), r.nodeRows())
	if want := (Flow{Limit: 7, From: FromAlternative}); up != want || down != (Flow{From: FromAlternative}) {
		t.Errorf("%+v and %+v", up, down)
	}
}
