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
	channels map[message.CommunityID]derivation // every one ever asked for
	followed map[message.CommunityID]*route
	topics   map[string]*route // by content topic
}

// derivation makes a channel at the first call and waits for it at the others.
type derivation func() (*announce.Channel, error)

// Repeats of an announcement that the node has seen pass at this rate, in
// messages a second for a community. Anybody can put the same signed bytes into
// new envelopes without end; members that repeat them need far less.
const (
	repeatRate  = 1
	repeatBurst = 20
	// seenSigned is how many announcements a node knows again.
	seenSigned = 256
)

// route is a followed community. Subscribers and Serve keep it followed.
type route struct {
	channel *announce.Channel
	seen    *recent // hashes of signed bytes
	repeats *rate.Limiter

	// Guarded by the mutex of routes.
	served bool
	boxes  map[*mailbox]struct{}
}

// pass decides whether to relay and deliver valid signed bytes: always when
// they are new, else as often as repeats may come.
func (rt *route) pass(signed []byte, now time.Time) bool {
	hash := sha256.Sum256(signed)
	if !rt.seen.has(hash) {
		rt.seen.add(hash)
		return true
	}
	return rt.repeats.AllowN(now, 1)
}

func (r *routes) init() {
	r.channels = make(map[message.CommunityID]derivation)
	r.followed = make(map[message.CommunityID]*route)
	r.topics = make(map[string]*route)
}

// channel returns the community's channel, which is derived once.
func (r *routes) channel(c message.CommunityID) (*announce.Channel, error) {
	r.mu.Lock()
	d, ok := r.channels[c]
	if !ok {
		d = sync.OnceValues(func() (*announce.Channel, error) { return announce.NewChannel(c) })
		r.channels[c] = d
	}
	r.mu.Unlock()
	return d()
}

// follow returns the community's route, which it makes when there is none.
// Callers hold mu.
func (r *routes) follow(ch *announce.Channel) *route {
	rt, ok := r.followed[ch.Community()]
	if !ok {
		rt = &route{
			channel: ch,
			seen:    newRecent(seenSigned),
			repeats: rate.NewLimiter(repeatRate, repeatBurst),
			boxes:   make(map[*mailbox]struct{}),
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
	if rt.served || len(rt.boxes) > 0 {
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

func (r *routes) subscribe(ch *announce.Channel, box *mailbox) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.follow(ch).boxes[box] = struct{}{}
}

func (r *routes) unsubscribe(ch *announce.Channel, box *mailbox) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if rt, ok := r.followed[ch.Community()]; ok {
		delete(rt.boxes, box)
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

// deliver puts an announcement into the boxes of the community's subscribers.
func (r *routes) deliver(c message.CommunityID, rec announce.Received) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if rt, ok := r.followed[c]; ok {
		for box := range rt.boxes {
			box.put(rec)
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
