// Package ingest reads messages from outside into the history of a community.
//
// # JSON lines
//
// The input is UTF-8 text, one JSON object a line, one line a message. Lines
// end with a newline, the last one need not; empty lines are skipped.
//
//	timestamp       required: seconds since the Unix epoch, or an RFC 3339 time
//	                (a fraction of a second is cut off)
//	topic           a content topic, or the 0x and 8 hex digits of its short form
//	channel         the name of a channel instead of topic: the topic is that of
//	                the chat whose id is the community id followed by the name
//	payload         the content in base64 (RFC 4648, with padding)
//	text            the content as text instead of payload
//	sig             optional: the author's uncompressed public key, 65 bytes in
//	                hex, 0x or not; where the payload is signed, by this key
//	hash            optional: the hash of the envelope, 32 bytes in hex, 0x or not
//	third_party_id  optional: an id given by a bridge or another program
//	padding         optional: what the sender added to hide the length, in base64;
//	                archived as it is, and needed to get the bytes of a Status client
//
// Exactly one of topic and channel and exactly one of payload and text must
// be there. A null counts as absent. Other names, names in other case, names
// given twice, text that is no UTF-8 (a byte order mark at its beginning included) and lines over [MaxLine] are refused: what
// is not understood is never dropped in silence.
//
// Worked example: the line
//
//	{"timestamp":"2024-01-01T00:00:00Z","topic":"0x8a2a40f7","text":"hi"}
//
// is the message {timestamp: 1704067200, topic: 8a2a40f7, payload: "hi"}.
package ingest
