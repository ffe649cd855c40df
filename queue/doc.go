// Package queue keeps the announcements of a community for those who were away
// when they were made: it is the offline message queue of a node.
//
// # What is kept
//
// Announcements are kept as rows of the database, the signed bytes and the
// envelope they last travelled in. The newest one stays for as long as the node
// has the community; the others go after [Limits].Retention, and earlier when
// there are more than [Limits] allow, oldest first. Somebody who holds the key
// and signs without end therefore fills no disk.
//
// A clock more than 24 hours ahead is refused, and an older announcement never
// takes the place of a newer one.
//
// # How they get to members
//
// Store queries are answered from the [Shelf]. Beyond that a node sends the
// newest announcement again, the same signed bytes in a fresh envelope, so that
// nobody needs the owner's node to be there:
//
//   - every so often ([Options].Rebroadcast), counted from when anybody was last
//     heard sending it, and up to half longer at random: of many nodes the
//     first speaks, and the others hear it and begin to count anew. An owner's
//     node leaves this to its outbox.
//   - when a member asks that has none as new, or when somebody sends an older
//     one: after a random part of [Options].AnswerDelay, unless another node was
//     quicker, and at most once in each [Options].AnswerPause.
//
// A fresh envelope also brings an old announcement back into the 30 days that
// stores are asked for.
package queue
