package limits

import (
	"maps"
	"slices"
	"time"

	"seeder/internal/hoststate"
	"seeder/message"
	"seeder/quota"
)

// applied is what was last given to those who hold limits.
type applied struct {
	at          time.Time
	host        hoststate.State
	node        *nodeLimits
	communities map[message.CommunityID]communityLimits
}

type nodeLimits struct {
	rates   quota.Rates
	limit   quota.Size
	minFree quota.Free
	pace    string
}

type communityLimits struct {
	rates          quota.Rates
	limit          quota.Size
	pins           []message.Span
	evictOriginals bool
	serve          bool
}

// due reports whether what depends on the moment may be another one than when
// it was applied.
func (k *Keeper) due() bool {
	now := k.opts.Clock.Now()
	return k.applied.node == nil || k.opts.Host() != k.applied.host || now.Before(k.applied.at) ||
		!k.next.IsZero() && !now.Before(k.next)
}

// apply works out what holds now, gives what is new to those who hold it, and
// tells the watchers. It is called with turn.
func (k *Keeper) apply() {
	now, host := k.opts.Clock.Now(), k.opts.Host()
	node, states := k.resolve(now, host)
	k.applyNode(nodeLimits{node.Rates, node.Settings.Cap, node.Settings.MinFree, node.Settings.Pace})
	for _, c := range slices.SortedFunc(maps.Keys(states), compareIDs) {
		s := states[c]
		k.applyCommunity(c, communityLimits{s.Rates, s.Settings.Cap, s.pins, s.Settings.EvictOriginals, s.Mode.Serve})
	}
	k.applied.at, k.applied.host = now, host
	k.mu.Lock()
	defer k.mu.Unlock()
	before, nodeBefore := k.states, k.node
	k.node, k.states = node, states
	everywhere := nodeBefore.Settings.Cap != node.Settings.Cap || nodeBefore.Settings.MinFree != node.Settings.MinFree
	k.watchers.Wake(func(c message.CommunityID) bool { return everywhere || concerns(before[c], states[c]) })
}

func compareIDs(a, b message.CommunityID) int { return slices.Compare(a[:], b[:]) }

// concerns reports whether those who work for a community have to look.
func concerns(a, b State) bool {
	return a.Mode != b.Mode || a.Settings.Cap != b.Settings.Cap || !slices.Equal(a.Settings.Pins, b.Settings.Pins) ||
		a.Settings.DropMessages != b.Settings.DropMessages || a.Settings.EvictOriginals != b.Settings.EvictOriginals
}

// resolve returns what holds at a moment, and notes when that may change.
func (k *Keeper) resolve(now time.Time, host hoststate.State) (NodeState, map[message.CommunityID]State) {
	k.mu.Lock()
	defer k.mu.Unlock()
	ignored := make(map[message.CommunityID][]Ignored)
	for _, i := range k.settings.Ignored {
		ignored[i.Community] = append(ignored[i.Community], i)
	}
	n := k.settings.Node
	zone := n.Zone
	if zone == nil {
		zone = time.Local
	}
	now = now.In(zone)
	k.next = n.Schedule.Next(now)
	node := NodeState{
		Settings: n, Overrides: k.settings.Overrides(message.CommunityID{}), Ignored: ignored[message.CommunityID{}],
		Rates: n.RatesAt(now), Host: host,
	}
	if !n.UseAlternative {
		node.Window = windowAt(n.Schedule, now)
	}
	states := make(map[message.CommunityID]State, len(k.known))
	for c := range k.known {
		s := k.settings.Community(c)
		states[c] = State{
			Settings: s, Overrides: k.settings.Overrides(c), Ignored: ignored[c],
			Rates: s.RatesAt(now, zone), Window: windowAt(s.Schedule, now), Mode: k.settings.ModeOf(c, host),
			pins: k.settings.pins(c),
		}
		if edge := s.Schedule.Next(now); !edge.IsZero() && (k.next.IsZero() || edge.Before(k.next)) {
			k.next = edge
		}
	}
	return node, states
}

func windowAt(s quota.Schedule, t time.Time) string {
	if w, ok := s.At(t); ok {
		return w.String()
	}
	return ""
}

func (k *Keeper) applyNode(now nodeLimits) {
	before := k.applied.node
	k.applied.node = &now
	if before == nil || before.rates != now.rates {
		k.opts.Bandwidth.SetNode(now.rates)
	}
	k.applyPace(before, now.pace)
	if before == nil || before.limit != now.limit || before.minFree != now.minFree {
		k.opts.Ledger.SetNode(now.limit, now.minFree)
		k.wantRoom()
	}
}

func (k *Keeper) applyPace(before *nodeLimits, now string) {
	if k.opts.SetPace != nil && (before == nil || before.pace != now) {
		k.opts.SetPace(now)
	}
}

func (k *Keeper) applyCommunity(c message.CommunityID, now communityLimits) {
	before, known := k.applied.communities[c]
	k.applied.communities[c] = now
	if !known || before.rates != now.rates {
		k.opts.Bandwidth.SetCommunity(c, now.rates)
	}
	if !known || before.limit != now.limit || !slices.Equal(before.pins, now.pins) || before.evictOriginals != now.evictOriginals {
		k.opts.Ledger.SetCommunity(c, now.limit, now.pins, now.evictOriginals)
		k.wantRoom()
	}
	if !known || before.serve != now.serve {
		k.opts.SetServing(c, now.serve)
	}
}

// Node returns the settings of the node, before schedules.
func (k *Keeper) Node() quota.Node {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.node.Settings
}

// NodeState returns what holds for the node now.
func (k *Keeper) NodeState() NodeState {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.node
}

// Community returns the settings of a community, before schedules.
func (k *Keeper) Community(c message.CommunityID) quota.Community {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.settings.Community(c)
}

// Mode says what may go on for a community.
func (k *Keeper) Mode(c message.CommunityID) Mode { return k.State(c).Mode }

// State returns what holds for a community now. Of one that is not in the
// database it is what its settings would be.
func (k *Keeper) State(c message.CommunityID) State {
	k.mu.Lock()
	defer k.mu.Unlock()
	if s, ok := k.states[c]; ok {
		return s
	}
	s := k.settings.Community(c)
	return State{
		Settings: s, Overrides: k.settings.Overrides(c), Rates: s.Rates, Mode: k.settings.ModeOf(c, k.opts.Host()),
	}
}

// Watch returns a channel that receives when the mode, the cap or the pins of a
// community have changed, or what the node leaves free, and when archives of it
// have been evicted for a lowered cap or for other communities, until stop is
// called.
// Changes in quick succession may be told once. stop may be called again.
func (k *Keeper) Watch(c message.CommunityID) (changed <-chan struct{}, stop func()) {
	return k.watchers.Wait(c)
}
