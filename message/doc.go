// Package message holds the vocabulary that every other package shares: a
// [Message] of a community's history, the [CommunityID] it belongs to, the
// [Topic] it was sent on, the [Span] of time an archive covers, and the
// [ArchiveID] of that archive.
//
// # Wire form of a message
//
// A message is a proto3 message (Status calls it WakuMessage). The encoding is
// canonical: fields in ascending order, fields that hold their default are
// left out, varints are minimal.
//
//	1  sig           bytes   author: an uncompressed public key (65 bytes), or empty
//	2  timestamp     uint64  seconds since the Unix epoch
//	3  topic         bytes   4-byte topic, or a content topic as UTF-8 text
//	4  payload       bytes
//	5  padding       bytes
//	6  hash          bytes   the envelope's hash (32 bytes), or empty
//	7  thirdPartyId  string  id given by a bridge or an import, or empty
//
// Worked example: the message {timestamp: 1704067200, topic: 8a2a40f7,
// payload: "hi"} is these 16 bytes:
//
//	10 80 81 c8 ac 06     field 2, varint 1704067200 (2024-01-01 00:00:00 UTC)
//	1a 04 8a 2a 40 f7     field 3, 4 bytes
//	22 02 68 69           field 4, "hi"
//
// # Key and order
//
// Within a community a message is known by its [Message.Key]: its hash when
// that has 32 bytes, else the SHA-256 of its wire form. History is ordered by
// (timestamp, key), see [Compare].
package message
