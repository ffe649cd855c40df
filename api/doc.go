// Package api is how programs and browsers talk to a running node: HTTP with JSON,
// described by the OpenAPI 3.1 document that is committed as openapi.json, served at
// /openapi.json, and made from this code. docs/api.md tells about it with examples.
//
// The same handlers answer in two places:
//
//   - at the control socket ([Listen], [API.Local]), a Unix socket that only the user
//     of the node may open, without a password. Commands use it by [Client];
//   - at an address ([API.Public]), to who knows the token of the node's folder
//     ([Token]) or has logged in with it. Pages of other origins get nothing.
//
// Paths below /v1 carry the version of what they answer; /metrics has that of its
// format. An error has a status of 400 or above and a [Problem] for a body. New fields
// may be added to an answer of a version; none is renamed or changes its meaning. Lists
// are never null.
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
