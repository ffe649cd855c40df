// Package waku carries announcements over Waku (vac.dev): a relay node that
// publishes and receives them, a store client that asks peers for what was
// announced while the node was away, and a store server that answers others.
// [Node] implements [announce.Bus].
//
// # Relay
//
// A node listens on one pubsub topic, /waku/2/rs/<cluster>/<shard>, which it
// shares with whoever uses that shard. What comes on a content topic of a
// community that the node follows is checked before it is passed on: size,
// envelope, signature. What fails is dropped without blaming the peer that
// passed it on, since other relays need not check. Valid announcements pass,
// but repeats of the same one, and requests, at a limited rate. All else passes
// untouched.
//
// The node dials its configured peers again for ever, with back-off.
//
// # Store
//
// Protocol /vac/waku/store-query/3.0.0 (13/WAKU2-STORE version 3). A query asks
// in windows of at most 24 hours, newest first, page by page, 30 days back or
// to where nothing newer than what was found can be; the hash of each message is
// recomputed and everything is validated as if it had come live. All peers are
// asked at the same time. A node answers from its [announce.Shelf], for the communities that
// it follows, in order of (timestamp, message hash), with the hash of the last
// row of a page as the cursor of the next. What a peer may ask for is limited
// in queries and bytes a second.
package waku
