package limits

import "seeder/message"

// Reader tells what may go on for a community: a [Keeper], or [Everything]. Its
// methods may be called at any time.
type Reader interface {
	// Mode says what may go on now.
	Mode(message.CommunityID) Mode
	// Watch returns a channel that receives when that, or what there is room for,
	// has changed, until stop is called; see [Keeper.Watch].
	Watch(message.CommunityID) (changed <-chan struct{}, stop func())
}

var (
	_ Reader = (*Keeper)(nil)
	_ Reader = Everything{}
)

// Everything allows everything, always.
type Everything struct{}

// Mode implements [Reader].
func (Everything) Mode(message.CommunityID) Mode {
	return Mode{Serve: true, Fetch: true, Archive: true}
}

// Watch implements [Reader].
func (Everything) Watch(message.CommunityID) (changed <-chan struct{}, stop func()) {
	return nil, func() {}
}
