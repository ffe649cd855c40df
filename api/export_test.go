package api

import "time"

// SetSendTimeout changes how long who listens may take, until it is called back.
func SetSendTimeout(d time.Duration) (back func()) {
	before := sendTimeout
	sendTimeout = d
	return func() { sendTimeout = before }
}
