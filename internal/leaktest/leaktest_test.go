package leaktest

import (
	"testing"
	"time"

	"go.uber.org/goleak"
)

// A goroutine that takes longer than goleak waits is waited for.
func TestFindWaits(t *testing.T) {
	before := goleak.IgnoreCurrent()
	go func() { <-time.After(time.Second) }()
	if err := Find(before); err != nil {
		t.Error(err)
	}
}
