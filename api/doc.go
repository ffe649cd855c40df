// Package api is how programs on the same machine talk to a running node: HTTP
// over a Unix socket that only its user may open.
//
//	GET  /v1/limits    limits in force and what they cost, as [node.Limits]
//	POST /v1/refresh   apply what was written to the database now; 204
//	GET  /metrics      Prometheus' text format
//
// Paths carry the version of what they answer; /metrics has that of its format.
// Answers are JSON, names are in snake case, sizes in bytes, times in seconds
// or RFC 3339. An error has a status of 400 or above and the body
//
//	{"error": "what failed", "hint": "what to do, if anything"}
//
// New fields may be added to an answer of a version; none is renamed or changes
// its meaning.
package api

import "errors"

var (
	// ErrNoDaemon reports that no node answers at the socket.
	ErrNoDaemon = errors.New("no running node")
	// ErrInUse reports a socket at which another node answers.
	ErrInUse = errors.New("another node answers at the control socket")
	// ErrNotSocket reports that something else stands where the socket belongs.
	ErrNotSocket = errors.New("not a socket")
	// ErrPlain reports an address beyond this machine without TLS.
	ErrPlain = errors.New("not without TLS beyond this machine")
	// ErrAnswer reports an answer that is not one of a node of this version.
	ErrAnswer = errors.New("unexpected answer of the node")
)
