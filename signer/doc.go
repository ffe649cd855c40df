// Package signer signs and verifies bytes with the keys of communities, and
// keeps those keys on disk.
//
// # Signatures
//
// A community is a secp256k1 key pair and its id is the compressed public key.
// A signature has 65 bytes r || s || v: two big-endian numbers of 32 bytes and
// the recovery id v, 0 or 1. What is signed is keccak256 of the bytes given
// (the original Keccak padding, not SHA3-256). The signer is not stated beside
// a signature but recovered from it. Signing is deterministic (RFC 6979) with
// the lower of the two possible values of s, so the same key and the same
// bytes give the same signature on every machine; a verifier takes either s.
//
// Worked example: the key
//
//	0000000000000000000000000000000000000000000000000000000000000001
//
// is the community
//
//	0x0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798
//
// and signs the two bytes "hi" as
//
//	3753a48f1f22d2d183b5b69031693a37dee19df5149a4540d6108ae9516586a7
//	58193fe48fedfb1a8cbded7b4f726c31bbcd9626c3e95203db959a2dfc44c2fb
//	01
//
// # Keys on disk
//
// A [Keystore] is a directory (mode 0700) with one file a key (mode 0600),
// named <community id>.json and holding
//
//	{"version":1,"community":"0x02…","name":"for people","key":"<64 hex digits>"}
//
// A key that was made for a new community has an empty file <community id>.new beside
// it until the database has that community.
//
// Keys may also be lent to a process, see [Keystore.WithLent].
//
// A file that others can read, or whose key is not that of the community it is
// named after, is refused.
package signer
