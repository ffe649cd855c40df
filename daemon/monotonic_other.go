//go:build !linux

package daemon

import "time"

// monotonic is for systemd, which runs on Linux.
func monotonic() time.Duration { return 0 }
