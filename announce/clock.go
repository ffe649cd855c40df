package announce

import (
	"fmt"
	"time"
)

// MaxClockAhead is how far in the future the clock of an announcement may be.
const MaxClockAhead = 24 * time.Hour

// CheckClock returns [ErrClockAhead] for an announcement whose clock is more
// than [MaxClockAhead] after now: accepting it would shut out every honest one
// until then.
func (a *Announcement) CheckClock(now time.Time) error {
	limit := now.Add(MaxClockAhead).UnixMilli()
	if a.Clock > uint64(max(limit, 0)) {
		return fmt.Errorf("%w: %d, now is %d", ErrClockAhead, a.Clock, now.UnixMilli())
	}
	return nil
}
