package daemon

import (
	"context"
	"testing"
	"time"

	"seeder/message"
	"seeder/store"
)

func isOpening(t *testing.T, o *opening) {
	t.Helper()
	if o.isOver() {
		t.Fatal("the opening is over")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	o.wait(ctx) // does not wait any longer than its context
}

func awaitOver(t *testing.T, o *opening) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	o.wait(ctx)
	if !o.isOver() {
		t.Fatal("the opening goes on")
	}
}

func TestOpeningEndsWhenAllAreServed(t *testing.T) {
	one, two := message.CommunityID{2, 1}, message.CommunityID{2, 2}
	o := newOpening([]store.Community{{ID: one}, {ID: two}}, time.Hour)
	defer o.end()
	isOpening(t, o)
	o.served(one)
	o.served(one) // it has stopped and was started again
	o.served(message.CommunityID{2, 3})
	isOpening(t, o)
	o.served(two)
	awaitOver(t, o)
	o.served(two)
}

func TestOpeningIsBounded(t *testing.T) {
	o := newOpening([]store.Community{{ID: message.CommunityID{2, 1}}}, time.Millisecond)
	defer o.end()
	awaitOver(t, o)
}

func TestNothingToOpen(t *testing.T) {
	awaitOver(t, newOpening(nil, time.Hour))
	awaitOver(t, nil)
	var o *opening
	o.served(message.CommunityID{2, 1})
}
