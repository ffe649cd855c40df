// Package announce defines the message that tells members of a community where
// the newest generation of its history is, how it is encoded, and the [Bus]
// that carries it. The package announce/waku carries it over Waku, in a form
// that Status clients read and write, too.
//
// # Layers
//
// From the inside out, all of them proto3 messages:
//
//  1. The announcement, see below.
//
//  2. The application metadata message, at most MaxSigned bytes: signature = 1
//     (65 bytes r || s || v by the community's key over keccak256(payload), see
//     package signer), payload = 2 (the announcement), type = 3 (43). These are
//     the signed bytes: whoever has them can send them on, without the key.
//
//  3. The protocol message, with the signed bytes in public_message = 102,
//     which is not encrypted. Readers take the signed bytes without it as well.
//
//  4. Waku payload version 1 (26/WAKU2-PAYLOAD): encrypted with the channel's
//     symmetric key (AES-256-GCM) and signed by a key that is thrown away.
//
//  5. The Waku message, called envelope here, at most MaxEnvelope bytes: version
//     1, on the channel's content topic, with the time of sending.
//
// # The announcement
//
//	1     clock       uint64   milliseconds since the Unix epoch, 1 to MaxClock
//	2     magnet_uri  string   begins with "magnet:?", at most MaxMagnetURI bytes
//	1000  head        bytes    id of the newest archive, 32 bytes, or empty
//	1001  archives    uint64   how many archives there are, or 0
//	1002  bytes       uint64   size of the data, or 0
//	1003  policy      message  what the owner asks of seeders:
//	        1  serving_disabled  bool
//	        2  retention         message, repeated, at most MaxRetention times:
//	             1  topic    bytes   4 bytes, or a content topic as text
//	             2  seconds  uint64
//
// Status clients know the first two fields and skip the others.
//
// # Channel
//
// A community has two chats for this, <community id>-magnetlinks, on which
// announcements go out, and <community id>-memberUpdate, which newer clients
// use and which is read as well. Both the content topic and the key come from
// the chat's id:
//
//	content topic  /waku/1/0x<first 4 bytes of keccak256(id), hex>/rfc26
//	key            PBKDF2-HMAC-SHA256(password id, no salt, 65356 rounds, 32 bytes)
//
// Whoever knows the community's id can therefore read and write the envelopes.
// Only the signature inside says who announces.
//
// # Rules for readers
//
// The highest valid clock wins. An envelope of another version, on another
// topic, or without an outer signature is refused ([ErrEnvelope]), and so are
// an announcement that the community did not sign ([ErrSigner]) and everything
// that breaks a rule above ([ErrMalformed]). Two of these are stricter than
// Status clients: those take an application message without a signature when
// the community's key made the outer one, and they set no limits. Unknown
// fields are skipped; those beside the signed payload are not sent on.
//
// # Request
//
// Who finds no announcement, live or in a store, may ask for it. A request goes
// out like an announcement, on the same content topic and in the same layers,
// but for this: the type of the application metadata message is 1000, it has no
// signature, the envelope is marked ephemeral (14/WAKU2-MESSAGE), so that stores
// do not keep it, and its payload, at most MaxRequest bytes, is
//
//	1  clock  uint64  of the newest announcement that the asker has, at most
//	                  MaxClock; 0 or absent for none
//
// Who holds an announcement with a higher clock sends its signed bytes again,
// unchanged, in a fresh envelope, after a random wait of a few seconds, and
// stays silent when somebody else has done so meanwhile. Nodes pass on and
// answer requests at a limited rate only, since anybody can write them. Status
// clients skip application messages of a type that they do not know. The
// request of somebody who has the announcement with the clock 1706745600000:
//
//	12 07                             field 2, payload of 7 bytes:
//	  08 80b0dc8fd631                 field 1, clock 1706745600000
//	18 e807                           field 3, type 1000
//
// and that of somebody who has none:
//
//	12 00                             field 2, payload of 0 bytes
//	18 e807                           field 3, type 1000
//
// # Worked example
//
// The key 1 (31 zero bytes and a one) is the community
//
//	0x0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798
//
// and signs {clock: 1706745600000, magnet_uri: "magnet:?xt=urn:btih:a"} as
//
//	0a 41                             field 1, signature of 65 bytes
//	  e4564a5cf203a44d68ddee949bab7893ac66b4edca4ee4ea103289dee1f338be
//	  1581afd100503d22f405294a544856276588d8df8e318eb608a2b5bf67e8c4ac 00
//	12 1e                             field 2, payload of 30 bytes:
//	  08 80b0dc8fd631                 field 1, clock 1706745600000
//	  12 15                           field 2, magnet link of 21 bytes
//	    6d61676e65743a3f78743d75726e3a627469683a61
//	18 2b                             field 3, type 43
//
// It goes out on /waku/1/0xfd367d00/rfc26 and is also read on
// /waku/1/0x8ddd3f34/rfc26. The key of the first is
//
//	a615a154bb00985a64b38deb9e3fda9eec23ecb54ab8ea2aead36ebc6e6f3f88
package announce
