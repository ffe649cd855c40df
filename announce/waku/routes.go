package waku

import (
	"crypto/sha256"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"seeder/announce"
	"seeder/message"
)

// routes knows which communities the node follows and who wants their
// announcements.
type routes struct {
	mu       sync.RWMutex
	channels map[message.CommunityID]*announce.Channel // every one ever asked for
	followed map[message.CommunityID]*route
	topics   map[string]*route // by content topic
}

// Repeats of an announcement that the node has seen pass at this rate, in
// messages a second for a community. Anybody can put the same signed bytes into
// new envelopes without end; members that repeat them need far less.
const (
	repeatRate  = 1
	repeatBurst = 20
	// seenSigned is how many announcements a node knows again.
	seenSigned = 256
)

// Requests for announcements pass at this rate, in messages a second for a
// community. Anybody who knows the community's id can write them.
const (
	requestRate  = 0.2
	requestBurst = 10
)

// route is a followed community. Readers and Serve keep it followed.
type route struct {
	channel  *announce.Channel
	seen     *recent // hashes of signed bytes
	repeats  *rate.Limiter
	requests *rate.Limiter

	// Guarded by the mutex of routes.
	served bool
	boxes  map[*mailbox[announce.Received]]struct{}
	asked  map[*mailbox[announce.Request]]struct{}
}

// pass decides whether to relay and deliver what is valid: announcements always
// when they are new, else as often as repeats may come, requests as often as
// those may.
func (rt *route) pass(c announce.Content, now time.Time) bool {
	if c.Request != nil {
		return rt.requests.AllowN(now, 1)
	}
	hash := sha256.Sum256(c.Received.Signed)
	if !rt.seen.has(hash) {
		rt.seen.add(hash)
		return true
	}
	return rt.repeats.AllowN(now, 1)
}

func (r *routes) init() {
	r.channels = make(map[message.CommunityID]*announce.Channel)
	r.followed = make(map[message.CommunityID]*route)
	r.topics = make(map[string]*route)
}

// channel returns the community's channel, which is made once: its keys are
// derived with it.
func (r *routes) channel(c message.CommunityID) *announce.Channel {
	r.mu.Lock()
	defer r.mu.Unlock()
	ch, ok := r.channels[c]
	if !ok {
		ch = announce.NewChannel(c)
		r.channels[c] = ch
	}
	return ch
}

// follow returns the community's route, which it makes when there is none.
// Callers hold mu.
func (r *routes) follow(ch *announce.Channel) *route {
	rt, ok := r.followed[ch.Community()]
	if !ok {
		rt = &route{
			channel:  ch,
			seen:     newRecent(seenSigned),
			repeats:  rate.NewLimiter(repeatRate, repeatBurst),
			requests: rate.NewLimiter(requestRate, requestBurst),
			boxes:    make(map[*mailbox[announce.Received]]struct{}),
			asked:    make(map[*mailbox[announce.Request]]struct{}),
		}
		r.followed[ch.Community()] = rt
		for _, t := range ch.ContentTopics() {
			r.topics[t] = rt
		}
	}
	return rt
}

// drop removes a route that nobody wants any more. Callers hold mu.
func (r *routes) drop(rt *route) {
	if rt.served || len(rt.boxes) > 0 || len(rt.asked) > 0 {
		return
	}
	delete(r.followed, rt.channel.Community())
	for _, t := range rt.channel.ContentTopics() {
		delete(r.topics, t)
	}
}

func (r *routes) serve(ch *announce.Channel) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.follow(ch).served = true
}

func (r *routes) unserve(c message.CommunityID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if rt, ok := r.followed[c]; ok {
		rt.served = false
		r.drop(rt)
	}
}

// change adds a reader to the community's route, or removes one. A route that
// is not followed any more has no readers to remove.
func (r *routes) change(ch *announce.Channel, add bool, fn func(*route)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if add {
		fn(r.follow(ch))
	} else if rt, ok := r.followed[ch.Community()]; ok {
		fn(rt)
		r.drop(rt)
	}
}

// byTopic returns the route of the followed community that a content topic
// belongs to, or nil.
func (r *routes) byTopic(contentTopic string) *route {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.topics[contentTopic]
}

// deliver puts an announcement or a request into the boxes of those who wait
// for one.
func (r *routes) deliver(c message.CommunityID, got announce.Content) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	rt, ok := r.followed[c]
	switch {
	case !ok:
	case got.Request != nil:
		for box := range rt.asked {
			box.put(*got.Request)
		}
	default:
		for box := range rt.boxes {
			box.put(got.Received)
		}
	}
}

// communities returns every followed community.
func (r *routes) communities() []message.CommunityID {
	r.mu.RLock()
	defer r.mu.RUnlock()
	list := make([]message.CommunityID, 0, len(r.followed))
	for c := range r.followed {
		list = append(list, c)
	}
	return list
}
