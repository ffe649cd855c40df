package rates

import (
	"errors"
	"fmt"
	"time"
)

// ErrRange reports a name of no range.
var ErrRange = errors.New("unknown range")

// Range is how far back a series reaches.
type Range string

// The ranges.
const (
	Hour Range = "1h"  // a point each 10 seconds
	Day  Range = "24h" // a point each 2 minutes
	Week Range = "7d"  // a point each 15 minutes
)

// Ranges are all ranges, shortest first.
var Ranges = []Range{Hour, Day, Week}

// ParseRange reads the name of a range; [ErrRange] when there is none.
func ParseRange(name string) (Range, error) {
	for _, r := range Ranges {
		if name == string(r) {
			return r, nil
		}
	}
	return "", fmt.Errorf("%w %.20q: 1h, 24h and 7d are known", ErrRange, name)
}

// Step is the time between two points.
func (r Range) Step() time.Duration {
	switch r {
	case Hour:
		return 10 * time.Second
	case Day:
		return 2 * time.Minute
	case Week:
		return 15 * time.Minute
	default:
		return 0
	}
}

// Points is how many points a series has.
func (r Range) Points() int {
	switch r {
	case Hour:
		return 360
	case Day:
		return 720
	case Week:
		return 672
	default:
		return 0
	}
}

// Series are the means of what was measured, point by point, oldest first. All
// slices are of one length, but CPU and RSS, which only those of the node have.
// A point is nil where the node was down.
type Series struct {
	Range Range `json:"range"`
	// Step is the time between two points in seconds.
	Step int64 `json:"step"`
	// Times are where points begin, in seconds since the Unix epoch.
	Times []int64 `json:"times"`
	// Up and Down are bytes a second.
	Up   []*float64 `json:"up"`
	Down []*float64 `json:"down"`
	// CPU is the share of one core: 2 are two cores that are busy all the time.
	CPU []*float64 `json:"cpu,omitempty"`
	// RSS is the memory that the process has of the machine, in bytes.
	RSS []*float64 `json:"rss,omitempty"`
}
