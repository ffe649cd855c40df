// Package archivetest reads the text vectors in testdata/hostile and
// testdata/accepted: torrents of archives, each with what a reader must say of
// it. It writes bytes without the code under test.
//
// A vector is a txtar file. Its comment says in words what it is. Sections:
//
//	-- vector --      lines `name: value`:
//	    error         the name of the error in package archive or message, or none
//	    reader        who refuses first: entry, index or archive
//	    community     number of the key whose community this is; 1 unless given
//	-- archive --     text form of a WakuMessageArchive; one after the other in data
//	-- archive.hex -- the same in hex; # begins a comment
//	-- entry --       text form of an index entry, for the archives in order
//	-- entry ID --    the same under another id than its own
//	-- entry.hex --   an entry in hex
//	-- index.hex --   an index in hex, in place of entries
//	-- data --        lines `cut: n` and `flip: n` change the finished data: its
//	                  length, or the byte at n
//
// In a text form these stand for values that are tedious to write by hand:
//
//	SIZE PADDING            of the archive that the entry is for
//	ID(n)                   the id of the n-th entry
//	PUBLIC(k)               the public key of key k, 65 bytes
//	SIGNED(k, text)         an application metadata message with text signed by k
//	WRAPPED(k, text)        the same as the public message of a protocol message
//	HASH(text)              SHA-256 of text
//	TOPICS(n)               n entries `content_topic: …`
//	SIGNATURE(k, c)         k's signature of the entry for the community of c
//
// An empty sha256 of a seal is filled in. Key k is the private key with the
// number k.
package archivetest

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"
	"github.com/rogpeppe/go-internal/txtar"
	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	"seeder/internal/pb"
	"seeder/message"
	"seeder/signer"
)

const pieceLength = 102400

// Vector is what a vector file describes.
type Vector struct {
	// Name is the file's name without .txt, Comment its first paragraph.
	Name, Comment string
	// Error is the name of the error, or none.
	Error string
	// Reader is who refuses first: entry, index, archive, or none.
	Reader string
	// Community is whose archives they pretend to be.
	Community message.CommunityID
	// Entries are the encoded entries in order of the file.
	Entries [][]byte
	// Archives are the encoded archives without padding.
	Archives [][]byte
	// Index and Data are the files of the torrent.
	Index, Data []byte
}

// Load reads every vector in a folder of testdata, which root leads to.
func Load(t testing.TB, root, folder string) []*Vector {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(root, folder, "*.txt"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no vectors in %s: %v", folder, err)
	}
	var list []*Vector
	for _, path := range paths {
		v, err := parse(path)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		list = append(list, v)
	}
	return list
}

// Key returns key k.
func Key(k int) *signer.Key {
	key, err := signer.ParseKey(fmt.Sprintf("%064x", k))
	if err != nil {
		panic(err) // k is a constant of a test
	}
	return key
}

// builder makes a vector section by section.
type builder struct {
	v        *Vector
	ids      []string
	claimed  []string // the id in the index, "" for the entry's own
	rawIndex []byte
}

func parse(path string) (*Vector, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	file := txtar.Parse(b)
	v := &Vector{Name: strings.TrimSuffix(filepath.Base(path), ".txt"), Comment: strings.TrimSpace(string(file.Comment))}
	v.Community = Key(1).Community()
	build := &builder{v: v}
	for _, pass := range []string{"vector", "archive", "entry", "index", "data"} {
		for _, f := range file.Files {
			if !strings.HasPrefix(f.Name, pass) {
				continue
			}
			if err := build.section(f.Name, string(f.Data)); err != nil {
				return nil, fmt.Errorf("section %s: %w", f.Name, err)
			}
		}
		if pass == "archive" {
			v.Data = join(v.Archives)
		}
	}
	v.Index = build.index()
	if v.Comment == "" || v.Error == "" || v.Reader == "" {
		return nil, fmt.Errorf("a vector has a comment, an error and a reader")
	}
	return v, nil
}

func (b *builder) section(name, text string) error {
	switch kind, rest, _ := strings.Cut(name, " "); kind {
	case "vector":
		return b.settings(text)
	case "archive":
		var m pb.WakuMessageArchive
		if err := prototext.Unmarshal([]byte(expand(text)), &m); err != nil {
			return err
		}
		raw, err := proto.MarshalOptions{Deterministic: true}.Marshal(&m)
		b.v.Archives = append(b.v.Archives, raw)
		return err
	case "archive.hex":
		raw, err := unhex(text)
		b.v.Archives = append(b.v.Archives, raw)
		return err
	case "entry":
		return b.entry(text, rest)
	case "entry.hex":
		raw, err := unhex(text)
		b.add(raw, signer.Keccak256(raw), "")
		return err
	case "index.hex":
		raw, err := unhex(text)
		b.rawIndex = raw
		return err
	case "data":
		return b.change(text)
	}
	return fmt.Errorf("unknown section")
}

func (b *builder) settings(text string) error {
	for _, line := range lines(text) {
		name, value, _ := strings.Cut(line, ": ")
		switch name {
		case "error":
			b.v.Error = value
		case "reader":
			b.v.Reader = value
		case "community":
			k, err := strconv.Atoi(value)
			if err != nil {
				return err
			}
			b.v.Community = Key(k).Community()
		default:
			return fmt.Errorf("unknown setting %q", name)
		}
	}
	return nil
}

func (b *builder) change(text string) error {
	for _, line := range lines(text) {
		name, value, _ := strings.Cut(line, ": ")
		n, err := strconv.Atoi(value)
		if err != nil || n < 0 || n >= len(b.v.Data) {
			return fmt.Errorf("bad position in %q", line)
		}
		switch name {
		case "cut":
			b.v.Data = b.v.Data[:n]
		case "flip":
			b.v.Data[n] ^= 0xff
		default:
			return fmt.Errorf("unknown change %q", name)
		}
	}
	return nil
}

var (
	idPattern        = regexp.MustCompile(`ID\((\d+)\)`)
	signaturePattern = regexp.MustCompile(`signature: SIGNATURE\((\d+), (\d+)\)`)
)

func (b *builder) entry(text, claimed string) error {
	var raw []byte
	if n := len(b.v.Entries); n < len(b.v.Archives) {
		raw = b.v.Archives[n]
	}
	size, padding := place(uint64(len(raw)))
	text = strings.ReplaceAll(text, "SIZE", strconv.FormatUint(size, 10))
	text = strings.ReplaceAll(text, "PADDING", strconv.FormatUint(padding, 10))
	text = idPattern.ReplaceAllStringFunc(text, func(s string) string {
		n, _ := strconv.Atoi(idPattern.FindStringSubmatch(s)[1])
		id, _ := hex.DecodeString(strings.TrimPrefix(b.ids[n-1], "0x"))
		return quote(id)
	})
	signature := signaturePattern.FindStringSubmatch(text)
	text = signaturePattern.ReplaceAllString(text, "")
	var e pb.WakuMessageArchiveIndexMetadata
	if err := prototext.Unmarshal([]byte(expand(text)), &e); err != nil {
		return err
	}
	if e.GetSeal() != nil && len(e.GetSeal().GetSha256()) == 0 {
		sum := sha256.Sum256(raw)
		e.Seal.Sha256 = sum[:]
	}
	id, err := sign(&e, signature)
	if err != nil {
		return err
	}
	encoded, err := proto.MarshalOptions{Deterministic: true}.Marshal(&e)
	b.add(encoded, id, claimed)
	return err
}

func (b *builder) add(encoded []byte, id [32]byte, claimed string) {
	b.ids = append(b.ids, "0x"+hex.EncodeToString(id[:]))
	b.claimed = append(b.claimed, claimed)
	b.v.Entries = append(b.v.Entries, encoded)
}

// sign computes the id of an entry and signs it as asked.
func sign(e *pb.WakuMessageArchiveIndexMetadata, asked []string) ([32]byte, error) {
	given := e.GetSignature()
	e.Signature = nil
	unsigned, err := proto.MarshalOptions{Deterministic: true}.Marshal(e)
	if err != nil {
		return [32]byte{}, err
	}
	id := signer.Keccak256(unsigned)
	e.Signature = given
	if asked == nil {
		return id, nil
	}
	k, _ := strconv.Atoi(asked[1])
	c, _ := strconv.Atoi(asked[2])
	community := Key(c).Community()
	e.Signature, err = Key(k).Sign(append(append([]byte("seeder archive v1\n"), community[:]...), id[:]...))
	return id, err
}

func (b *builder) index() []byte {
	if b.rawIndex != nil {
		return b.rawIndex
	}
	var index []byte
	for i, e := range b.v.Entries {
		id := b.claimed[i]
		if id == "" {
			id = b.ids[i]
		}
		var item []byte
		item = protowire.AppendTag(item, 1, protowire.BytesType)
		item = protowire.AppendString(item, id)
		item = protowire.AppendTag(item, 2, protowire.BytesType)
		item = protowire.AppendBytes(item, e)
		index = protowire.AppendTag(index, 1, protowire.BytesType)
		index = protowire.AppendBytes(index, item)
	}
	return index
}

func place(raw uint64) (size, padding uint64) {
	size = pieceLength
	if raw > pieceLength {
		size = (raw/pieceLength + 1) * pieceLength
	}
	return size, size - raw
}

func join(archives [][]byte) []byte {
	var data []byte
	for _, a := range archives {
		_, padding := place(uint64(len(a)))
		data = append(append(data, a...), make([]byte, padding)...)
	}
	return data
}

var macro = regexp.MustCompile(`(PUBLIC|SIGNED|WRAPPED|HASH|TOPICS)\(([^)]*)\)`)

// expand puts in what macros stand for.
func expand(text string) string {
	return macro.ReplaceAllStringFunc(text, func(s string) string {
		m := macro.FindStringSubmatch(s)
		arg, rest, _ := strings.Cut(m[2], ", ")
		n, _ := strconv.Atoi(arg)
		switch m[1] {
		case "PUBLIC":
			return quote(public(n))
		case "SIGNED":
			return quote(signed(n, rest))
		case "WRAPPED":
			b := protowire.AppendTag(nil, 102, protowire.BytesType)
			return quote(protowire.AppendBytes(b, signed(n, rest)))
		case "HASH":
			sum := sha256.Sum256([]byte(m[2]))
			return quote(sum[:])
		}
		var topics strings.Builder
		for i := range n {
			topics.WriteString("content_topic: " + quote(binary.BigEndian.AppendUint32(nil, uint32(i))) + " ")
		}
		return topics.String()
	})
}

func public(k int) []byte {
	c := Key(k).Community()
	p, err := secp256k1.ParsePubKey(c[:])
	if err != nil {
		panic(err) // a key's own community
	}
	return p.SerializeUncompressed()
}

func signed(k int, text string) []byte {
	sig, err := Key(k).Sign([]byte(text))
	if err != nil {
		panic(err) // as good as impossible
	}
	b, err := proto.Marshal(&pb.ApplicationMetadataMessage{
		Signature: sig, Payload: []byte(text), Type: pb.ApplicationMetadataMessage_CHAT_MESSAGE,
	})
	if err != nil {
		panic(err)
	}
	return b
}

// quote writes bytes as a string of the text form.
func quote(b []byte) string {
	var s strings.Builder
	for _, c := range b {
		fmt.Fprintf(&s, `\x%02x`, c)
	}
	return `"` + s.String() + `"`
}

func unhex(text string) ([]byte, error) {
	var digits strings.Builder
	for _, line := range lines(text) {
		line, _, _ = strings.Cut(line, "#")
		digits.WriteString(strings.Join(strings.Fields(line), ""))
	}
	return hex.DecodeString(digits.String())
}

func lines(text string) []string {
	var list []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			list = append(list, line)
		}
	}
	return list
}
