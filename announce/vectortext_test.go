package announce

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/crypto"
	"github.com/waku-org/go-waku/waku/v2/payload"
	wakupb "github.com/waku-org/go-waku/waku/v2/protocol/pb"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
)

// textVector is a file of testdata/vectors: what is sent, in words, and what
// every reader must say to it. Lines are
//
//	# what it is
//	error: ErrMalformed          or "none"
//	signed by: community         or "stranger", "nobody", "short" (64 bytes), "v27" (recovery id 27)
//	type: 43
//	payload: <field> <kind> <value>   repeated; kinds are varint, text, hex, long <bytes>
//	beside: <field> <kind> <value>    repeated; put beside signature, payload and type
//	raw: <hex>                   instead of all these: the bytes that stand for the signed message
//	version: 1                   of the envelope
//	topic: magnetlinks           or "memberUpdate", or a content topic
//	outer signature: yes
//	cut: <bytes>                 taken off the end of the envelope
//
// The lines from version on touch the envelope only, so that only the reader
// of envelopes is asked.
type textVector struct {
	want         error
	signed       []byte
	envelopeOnly bool
	version      uint32
	topic        string
	outer        bool
	cut          int
}

var vectorErrors = map[string]error{"none": nil, "ErrMalformed": ErrMalformed, "ErrSigner": ErrSigner, "ErrEnvelope": ErrEnvelope}

func readTextVector(t *testing.T, v statusVector, path string) textVector {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	tv := textVector{version: 1, topic: "magnetlinks", outer: true}
	by, typ := "community", uint64(43)
	var body, beside, raw []byte
	isRaw, hasError := false, false
	for lines := bufio.NewScanner(f); lines.Scan(); {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		key, value, _ := strings.Cut(line, ":")
		value = strings.TrimSpace(value)
		switch key {
		case "error":
			tv.want, hasError = vectorErrors[value]
		case "signed by":
			by = value
		case "type":
			typ = number(t, value)
		case "payload":
			body = append(body, field(t, value)...)
		case "beside":
			beside = append(beside, field(t, value)...)
		case "raw":
			raw, isRaw = unhex(t, value), true
		case "version":
			tv.version, tv.envelopeOnly = uint32(number(t, value)), true
		case "topic":
			tv.topic, tv.envelopeOnly = value, true
		case "outer signature":
			tv.outer, tv.envelopeOnly = value == "yes", true
		case "cut":
			tv.cut, tv.envelopeOnly = int(number(t, value)), true
		default:
			t.Fatalf("unknown line %q", line)
		}
	}
	if !hasError {
		t.Fatal("the vector does not say what it must give")
	}
	tv.signed = raw
	if !isRaw {
		tv.signed = append(appMessage(signatureBy(t, v, by, body), body, typ), beside...)
	}
	return tv
}

func signatureBy(t *testing.T, v statusVector, by string, body []byte) []byte {
	t.Helper()
	key := v.key(t)
	switch by {
	case "nobody":
		return nil
	case "stranger":
		key = randomKey(t)
	}
	sig, err := key.Sign(body)
	if err != nil {
		t.Fatal(err)
	}
	switch by {
	case "short":
		return sig[:64]
	case "v27":
		sig[64] += 27
	}
	return sig
}

func number(t *testing.T, s string) uint64 {
	t.Helper()
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// field encodes "<number> <kind> <value>".
func field(t *testing.T, s string) []byte {
	t.Helper()
	parts := strings.SplitN(s, " ", 3)
	if len(parts) != 3 {
		t.Fatalf("field %q: want number, kind and value", s)
	}
	num, value := protowire.Number(number(t, parts[0])), parts[2]
	data := []byte(value)
	switch parts[1] {
	case "varint":
		return protowire.AppendVarint(protowire.AppendTag(nil, num, protowire.VarintType), number(t, value))
	case "text":
	case "hex":
		data = unhex(t, strings.ReplaceAll(value, " ", ""))
	case "long":
		data = append([]byte(MagnetPrefix), strings.Repeat("x", int(number(t, value))-len(MagnetPrefix))...)
	default:
		t.Fatalf("field %q: unknown kind", s)
	}
	return protowire.AppendBytes(protowire.AppendTag(nil, num, protowire.BytesType), data)
}

// envelope wraps data in the way the vector says.
func (tv textVector) envelope(t *testing.T, v statusVector, data []byte) []byte {
	t.Helper()
	ch := NewChannel(v.community(t))
	used := ch.chats[0]
	contentTopic := tv.topic
	switch tv.topic {
	case "magnetlinks":
		contentTopic = used.contentTopic
	case "memberUpdate":
		used = ch.chats[1]
		contentTopic = used.contentTopic
	}
	key := &payload.KeyInfo{Kind: payload.Symmetric, SymKey: keyOf(t, used)}
	if tv.outer {
		private, err := crypto.GenerateKey()
		if err != nil {
			t.Fatal(err)
		}
		key.PrivKey = private
	}
	b, err := sealEnvelope(data, contentTopic, key, time.Unix(1706745600, 0), false)
	if err != nil {
		t.Fatal(err)
	}
	if tv.version != 1 {
		var m wakupb.WakuMessage
		if err := proto.Unmarshal(b, &m); err != nil {
			t.Fatal(err)
		}
		m.Version = &tv.version
		b = mustMarshal(t, &m)
	}
	return b[:len(b)-tv.cut]
}

// Every vector goes through every reader that sees what is special about it.
func TestTextVectors(t *testing.T) {
	v := loadVector(t)
	paths, err := filepath.Glob("testdata/vectors/*.txt")
	if err != nil || len(paths) < 20 {
		t.Fatalf("%d vectors, error %v", len(paths), err)
	}
	ch := NewChannel(v.community(t))
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) {
			tv := readTextVector(t, v, path)
			check := func(reader string, err error) {
				t.Helper()
				if !errors.Is(err, tv.want) {
					t.Errorf("%s: %v, want %v", reader, err, tv.want)
				}
			}
			if !tv.envelopeOnly {
				_, err := Open(v.community(t), tv.signed)
				check("signed message", err)
				for _, wrapped := range [][]byte{tv.signed, wrap(tv.signed)} {
					signed, err := Unwrap(wrapped)
					if err == nil {
						_, err = Open(v.community(t), signed)
					}
					check(fmt.Sprintf("wrapping of %d bytes", len(wrapped)), err)
				}
				_, err = ch.Seal(tv.signed, time.Unix(1706745600, 0))
				check("seal", err)
			}
			for _, data := range [][]byte{tv.signed, wrap(tv.signed)} {
				got, err := ch.Open(tv.envelope(t, v, data))
				check("envelope", err)
				if err == nil && got.Announcement.Clock == 0 {
					t.Error("opened to nothing")
				}
			}
		})
	}
}
