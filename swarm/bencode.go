package swarm

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
)

// maxDepth bounds the nesting of a torrent file. Five levels are in use.
const maxDepth = 12

var errBencode = errors.New("malformed bencode")

// value is a decoded bencode value (BEP 3): an int64, a string, a []value or a
// dict. raw are the bytes it was read from.
type value struct {
	raw  []byte
	int  int64
	text string
	list []value
	dict map[string]value
	kind byte // 'i', 's', 'l' or 'd'
}

// decodeBencode reads exactly one value. It is strict, as the infohash is of
// the bytes: sorted keys that stand once, shortest numbers, nothing behind.
// Unlike decoders that recurse without limit it cannot exhaust the stack.
func decodeBencode(b []byte) (value, error) {
	r := bencodeReader{b: b}
	v, err := r.value(0)
	if err != nil {
		return value{}, fmt.Errorf("%w at byte %d", err, r.at)
	}
	if r.at != len(b) {
		return value{}, fmt.Errorf("%w: %d bytes behind the end", errBencode, len(b)-r.at)
	}
	return v, nil
}

type bencodeReader struct {
	b  []byte
	at int
}

func (r *bencodeReader) value(depth int) (v value, err error) {
	if depth > maxDepth || r.at >= len(r.b) {
		return value{}, errBencode
	}
	start := r.at
	switch r.b[r.at] {
	case 'i':
		r.at++
		v.kind = 'i'
		v.int, err = r.number('e')
	case 'l':
		r.at++
		v.kind = 'l'
		v.list, err = r.items(depth)
	case 'd':
		r.at++
		v.kind = 'd'
		v.dict, err = r.pairs(depth)
	default:
		v.kind = 's'
		v.text, err = r.string()
	}
	v.raw = r.b[start:r.at]
	return v, err
}

// number reads a decimal number and the byte behind it.
func (r *bencodeReader) number(end byte) (int64, error) {
	n := bytes.IndexByte(r.b[r.at:min(len(r.b), r.at+21)], end)
	if n < 0 {
		return 0, errBencode
	}
	text := string(r.b[r.at : r.at+n])
	i, err := strconv.ParseInt(text, 10, 64)
	if err != nil || strconv.FormatInt(i, 10) != text {
		return 0, errBencode
	}
	r.at += n + 1
	return i, nil
}

func (r *bencodeReader) string() (string, error) {
	n, err := r.number(':')
	if err != nil {
		return "", err
	}
	if n < 0 || n > int64(len(r.b)-r.at) {
		return "", errBencode
	}
	s := string(r.b[r.at : r.at+int(n)])
	r.at += int(n)
	return s, nil
}

// more reports whether a list or dict goes on, and skips its end.
func (r *bencodeReader) more() bool {
	if r.at < len(r.b) && r.b[r.at] == 'e' {
		r.at++
		return false
	}
	return true
}

func (r *bencodeReader) items(depth int) ([]value, error) {
	var list []value
	for r.more() {
		v, err := r.value(depth + 1)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, nil
}

func (r *bencodeReader) pairs(depth int) (map[string]value, error) {
	dict := make(map[string]value)
	var last string
	for r.more() {
		key, err := r.string()
		if err != nil || (len(dict) > 0 && key <= last) {
			return nil, errBencode
		}
		if dict[key], err = r.value(depth + 1); err != nil {
			return nil, err
		}
		last = key
	}
	return dict, nil
}

func appendText(b []byte, s string) []byte {
	b = strconv.AppendInt(b, int64(len(s)), 10)
	b = append(b, ':')
	return append(b, s...)
}

func appendNumber(b []byte, n uint64) []byte {
	b = append(b, 'i')
	b = strconv.AppendUint(b, n, 10)
	return append(b, 'e')
}
