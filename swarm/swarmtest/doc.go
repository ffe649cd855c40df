// Package swarmtest holds the conformance suite of [swarm.Swarm], what its
// tests are made of, and [Memory], a swarm within one process that passes it.
//
// A driver is tested by a call of [Run]. The suite is written against the
// contract only: nodes know each other by addresses, and what is fetched,
// hashed and kept is judged by the folders and by Stats.
package swarmtest
