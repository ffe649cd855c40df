package signer_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/iotest"

	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	"seeder/internal/pb"
	"seeder/message"
	"seeder/signer"
)

// one is the private key 1.
const one = "0000000000000000000000000000000000000000000000000000000000000001"

// order is that of the curve.
const order = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"

func key(t testing.TB, digits string) *signer.Key {
	t.Helper()
	k, err := signer.ParseKey(digits)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func sign(t testing.TB, k *signer.Key, data string) []byte {
	t.Helper()
	sig, err := k.Sign([]byte(data))
	if err != nil {
		t.Fatal(err)
	}
	return sig
}

func TestWorkedExample(t *testing.T) {
	doc, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	_, example, _ := strings.Cut(string(doc), "Worked example")
	var got []string
	for _, m := range regexp.MustCompile(`(?m)^//\t((0x)?[0-9a-f]+)$`).FindAllStringSubmatch(example, -1) {
		got = append(got, m[1])
	}
	k := key(t, one)
	want := one + k.Community().String() + hex.EncodeToString(sign(t, k, "hi"))
	if strings.Join(got, "") != want {
		t.Errorf("the package comment has %v, want %s", got, want)
	}
}

// TestStatusAnnouncement checks key, hash and signature against bytes that a
// Status client made.
func TestStatusAnnouncement(t *testing.T) {
	b, err := os.ReadFile("../testdata/status-go/signed-announcement/expected.json")
	if err != nil {
		t.Fatal(err)
	}
	var want struct {
		CommunityID message.CommunityID `json:"community_id"`
		Private     string              `json:"community_private_key"`
		Public      string              `json:"community_public_key_uncompressed"`
		Message     string              `json:"application_metadata_message"`
		Signature   string              `json:"application_metadata_signature"`
		Hash        string              `json:"signed_hash_keccak256_of_payload"`
	}
	if err := json.Unmarshal(b, &want); err != nil {
		t.Fatal(err)
	}
	raw, err := hex.DecodeString(want.Message)
	if err != nil {
		t.Fatal(err)
	}
	var m pb.ApplicationMetadataMessage
	if err := proto.Unmarshal(raw, &m); err != nil {
		t.Fatal(err)
	}
	k := key(t, want.Private)
	if k.Community() != want.CommunityID {
		t.Errorf("community %s", k.Community())
	}
	if got := signer.Keccak256(m.GetPayload()); hex.EncodeToString(got[:]) != want.Hash {
		t.Errorf("keccak256 %x", got)
	}
	if got := sign(t, k, string(m.GetPayload())); hex.EncodeToString(got) != want.Signature {
		t.Errorf("signature %x, want %s", got, want.Signature)
	}
	if got, err := signer.Recover(m.GetPayload(), m.GetSignature()); err != nil || got != want.CommunityID {
		t.Errorf("recovered %s, %v", got, err)
	}
	public, err := hex.DecodeString(want.Public)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := signer.Compress(public); err != nil || got != want.CommunityID {
		t.Errorf("compressed %s, %v", got, err)
	}
}

func TestParseKey(t *testing.T) {
	for name, digits := range map[string]string{
		"empty": "", "short": one[2:], "long": one + "00", "odd": one[1:], "not hex": "zz" + one[2:],
		"zero": strings.Repeat("0", 64), "order": order, "above the order": strings.Repeat("f", 64),
	} {
		_, err := signer.ParseKey(digits)
		if !errors.Is(err, signer.ErrKey) {
			t.Errorf("%s: %v", name, err)
		}
		if len(digits) > 8 && strings.Contains(err.Error(), digits[:8]) {
			t.Errorf("%s: the error gives digits away: %v", name, err)
		}
	}
	n, _ := new(big.Int).SetString(order, 16)
	last := n.Sub(n, big.NewInt(1)).Text(16)
	for _, digits := range []string{one, "0x" + one, last, strings.ToUpper(last)} {
		if got, want := key(t, digits).Hex(), strings.TrimPrefix(strings.ToLower(digits), "0x"); got != want {
			t.Errorf("%s reads back as %s", want, got)
		}
	}
}

func TestGenerateKey(t *testing.T) {
	// The first 32 bytes are above the order and must be passed over.
	seed := append(bytes.Repeat([]byte{0xff}, 32), bytes.Repeat([]byte{7}, 32)...)
	k, err := signer.GenerateKey(bytes.NewReader(seed))
	if err != nil {
		t.Fatal(err)
	}
	if k.Hex() != strings.Repeat("07", 32) {
		t.Errorf("key %s", k.Hex())
	}
	if _, err := signer.GenerateKey(bytes.NewReader(seed[:40])); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("short randomness: %v", err)
	}
	broken := errors.New("broken")
	if _, err := signer.GenerateKey(iotest.ErrReader(broken)); !errors.Is(err, broken) {
		t.Errorf("broken randomness: %v", err)
	}
}

func TestKeyPrintsNoSecret(t *testing.T) {
	k := key(t, strings.Repeat("5e", 32))
	for _, format := range []string{"%v", "%+v", "%s", "%#v", "%q"} {
		if got := fmt.Sprintf(format, k); strings.Contains(got, "5e5e5e") || !strings.Contains(got, k.Community().String()) {
			t.Errorf("%s prints %s", format, got)
		}
	}
}

func TestSignAndRecover(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "seed")
		data := rapid.SliceOf(rapid.Byte()).Draw(t, "data")
		k, err := signer.GenerateKey(io.MultiReader(bytes.NewReader(seed), bytes.NewReader(bytes.Repeat([]byte{1}, 32))))
		if err != nil {
			t.Fatal(err)
		}
		sig, err := k.Sign(data)
		if err != nil {
			t.Fatal(err)
		}
		if len(sig) != signer.SignatureSize || sig[64] > 1 {
			t.Fatalf("signature %x", sig)
		}
		again, err := k.Sign(data)
		if err != nil || !bytes.Equal(sig, again) {
			t.Fatalf("signing is not deterministic: %v", err)
		}
		if err := signer.Verify(k.Community(), data, sig); err != nil {
			t.Fatal(err)
		}
		at := rapid.IntRange(0, len(sig)-1).Draw(t, "at")
		sig[at] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		if err := signer.Verify(k.Community(), data, sig); !errors.Is(err, signer.ErrSignature) {
			t.Fatalf("changed byte %d: %v", at, err)
		}
	})
}

func TestVerifyRefuses(t *testing.T) {
	k, other := key(t, one), key(t, strings.Repeat("02", 32))
	sig := sign(t, k, "data")
	with := func(at int, v byte) []byte {
		c := bytes.Clone(sig)
		c[at] = v
		return c
	}
	for name, tt := range map[string]struct {
		c    message.CommunityID
		data string
		sig  []byte
	}{
		"other key":     {other.Community(), "data", sig},
		"other data":    {k.Community(), "date", sig},
		"no community":  {message.CommunityID{}, "data", sig},
		"empty":         {k.Community(), "data", nil},
		"64 bytes":      {k.Community(), "data", sig[:64]},
		"66 bytes":      {k.Community(), "data", append(bytes.Clone(sig), 0)},
		"v of Ethereum": {k.Community(), "data", with(64, sig[64]+27)},
		"v 2":           {k.Community(), "data", with(64, 2)},
		"v 255":         {k.Community(), "data", with(64, 255)},
		"zeros":         {k.Community(), "data", make([]byte, 65)},
		"ones":          {k.Community(), "data", append(bytes.Repeat([]byte{0xff}, 64), 0)},
	} {
		if err := signer.Verify(tt.c, []byte(tt.data), tt.sig); !errors.Is(err, signer.ErrSignature) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestEitherS expects both signatures that ECDSA has for one nonce to verify:
// other signers do not all choose the lower s.
func TestEitherS(t *testing.T) {
	k := key(t, one)
	sig := sign(t, k, "data")
	n, _ := new(big.Int).SetString(order, 16)
	n.Sub(n, new(big.Int).SetBytes(sig[32:64])).FillBytes(sig[32:64])
	sig[64] ^= 1
	if err := signer.Verify(k.Community(), []byte("data"), sig); err != nil {
		t.Error(err)
	}
}

func TestCompress(t *testing.T) {
	c := key(t, one).Community()
	if got, err := signer.Compress(c[:]); err != nil || got != c {
		t.Errorf("%s, %v", got, err)
	}
	for name, b := range map[string][]byte{
		"empty": nil, "short": c[:32], "off the curve": append([]byte{4}, bytes.Repeat([]byte{1}, 64)...),
	} {
		if _, err := signer.Compress(b); !errors.Is(err, message.ErrCommunityID) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzRecover(f *testing.F) {
	for _, name := range []string{"application_metadata_message.bin", "community_message_archive_magnetlink.bin"} {
		b, err := os.ReadFile(filepath.Join("../testdata/status-go/signed-announcement", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b, make([]byte, 65))
	}
	f.Add([]byte("hi"), sign(f, key(f, one), "hi"))
	f.Fuzz(func(t *testing.T, data, sig []byte) {
		c, err := signer.Recover(data, sig)
		if err != nil {
			if !errors.Is(err, signer.ErrSignature) {
				t.Fatal(err)
			}
			return
		}
		if _, err := message.CommunityIDFromBytes(c[:]); err != nil {
			t.Fatalf("recovered no key: %v", err)
		}
		if err := signer.Verify(c, data, sig); err != nil {
			t.Fatal(err)
		}
	})
}

func BenchmarkRecover(b *testing.B) {
	sig := sign(b, key(b, one), "data")
	for b.Loop() {
		if _, err := signer.Recover([]byte("data"), sig); err != nil {
			b.Fatal(err)
		}
	}
}
