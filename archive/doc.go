// Package archive is the format of archives and of the index that lists them:
// encoding, decoding, placing, sealing, and every check that a reader makes.
//
// # Archive
//
// An archive is a proto3 message (Status calls it WakuMessageArchive):
//
//	1  version   uint32   0
//	2  metadata  message  the header: version=1, from=2, to=3, contentTopic=4 (repeated)
//	3  messages  message  repeated, see package message
//
// The header comes before the messages. An archive holds the messages with
// from <= timestamp < to. Canonical form: fields in ascending order, defaults
// left out, varints minimal. This project writes topics sorted and messages in
// strictly ascending order of (timestamp, key); Status clients keep the order
// in which they were handed messages.
//
// # Data
//
// The archives of a community lie one behind the other in the torrent's file
// data, each followed by zero bytes. With raw the encoded length and P the
// piece length, 102400: size = P when raw <= P, else raw + P - raw mod P, so
// that 2P takes one extra whole piece; padding = size - raw. The offset of an
// archive is the sum of the sizes before it. Every archive begins on a piece
// boundary and data only grows.
//
// # Index
//
// The torrent's file index is a map from id to entry (field 1: key=1, value=2).
// An entry (Status calls it WakuMessageArchiveIndexMetadata) is
//
//	1     version    uint32   0
//	2     metadata   message  equal to the header of the archive
//	3     offset     uint64   bytes
//	4     size       uint64   bytes, with padding
//	5     padding    uint64   bytes
//	1000  seal       message  this project's
//	1001  signature  bytes    this project's, 65 bytes, see package signer
//
// and a seal is
//
//	1  sha256         bytes   of the encoded archive, without padding
//	2  message_count  uint64
//	3  previous       bytes   id of the archive sealed before this one; empty for the first
//	4  amends         uint32  0, or n for the n-th amendment of the same span
//	5  encoding       uint32  0 plain; 1 zstd and 2 encrypted are not read yet
//
// The id is "0x" and the lower-case hex of keccak256(entry without signature).
// So the id of a sealed archive commits to its content. The signature is by
// the community's key over
//
//	"seeder archive v1\n" || community id, 33 bytes || archive id, 32 bytes
//
// Fields from 1000 up are skipped by Status clients, which therefore read the
// archives of this project. Their archives have no seal: they are accepted on
// the strength of the signed announcement and shown as unsealed.
//
// # What a reader refuses
//
// Of an index ([DecodeIndex], [ParseEntry]): an entry without metadata; from
// not before to, or to after the year 9999; a size of 0 or no multiple of P; an
// offset not on a piece boundary; padding that does not follow from the rule
// above; entries outside the data, overlapping, or leaving a gap; an id that is
// not the hash of its entry; an entry not in canonical form; a seal without a
// signature or the reverse; a sealed entry whose previous is not the one sealed
// before it in order of offset; and anything above the limits of this package.
//
// Of an archive ([Check]): a seal signed by another key than the community's; a
// header that differs from the entry; a message outside the span; a malformed
// topic; a sig that is a public key when neither its owner nor the community
// signed the payload ([CheckAuthor]); bytes missing or left over; and for a sealed archive also a
// topic not listed, messages out of order or twice, another hash or count.
//
// Every refusal wraps one of the errors of this package and says which entry or
// message it is. No length is trusted: none is allocated for before its bytes
// are there.
//
// # Worked example
//
// The archive of the week [2023-12-28, 2024-01-04) that holds the one message
// of the example in package message encodes to these 38 bytes:
//
//	12 12                     field 2, the header, 18 bytes
//	10 80 f5 b2 ac 06         from 1703721600
//	18 80 ea d7 ac 06         to 1704326400
//	22 04 8a 2a 40 f7         one topic
//	1a 10                     field 3, a message, 16 bytes
//	10 80 81 c8 ac 06
//	1a 04 8a 2a 40 f7
//	22 02 68 69
//
// At offset 0 it takes one piece with 102362 bytes of padding. Its entry, for an
// archive that is the community's first sealed one, without the signature:
//
//	12 12                     field 2, the same header
//	10 80 f5 b2 ac 06
//	18 80 ea d7 ac 06
//	22 04 8a 2a 40 f7
//	20 80 a0 06               size 102400 (the offset is 0 and left out)
//	28 da 9f 06               padding 102362
//	c2 3e 24                  field 1000, the seal, 36 bytes
//	0a 20                     SHA-256 of the 38 bytes above
//	4c e4 e2 5a 5e d5 7d 5a e8 a6 09 30 b7 f4 c7 22
//	7b 0b 04 db 2f 28 de 85 40 ca dc 0e 37 cf 9d 0d
//	10 01                     1 message
//
// The keccak256 of that is its id:
//
//	0xbb680564496254860354dee8d9b46e61266e51f378103618559732ec1bb21d25
//
// The community of the example in package signer signs it as
//
//	faae11af6dbec0fcd3e26007da0cee3d47792d1e89c45ca6b853d3827a19cc2f
//	3cef1a4505e6eb33d5a3452bbdf63d5d6c7824d320bf935ef257786e144db491
//	01
package archive
