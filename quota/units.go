package quota

import (
	"math/big"
	"strconv"
	"strings"
)

const (
	// MaxRate is the highest limit, in bytes a second.
	MaxRate Rate = 1 << 40
	// MaxSize is the highest cap, in bytes.
	MaxSize Size = 1 << 60

	// maxNumber is the longest number that is read, in characters.
	maxNumber = 20

	rateForms = "256KiB/s, 1.5MB/s, 8Mbit/s, a number of bytes a second, or 0 for unlimited"
	sizeForms = "500MB, 2GiB, a number of bytes, or 0 for no cap"
	freeForms = "1GiB, 500MB, 5%, a number of bytes, or 0 for none"

	unlimited = "unlimited"
	none      = "none"
)

// Rate is a limit in bytes a second, from 0, which is unlimited, to [MaxRate].
type Rate int64

// Size is an amount in bytes, from 0, which is no cap, to [MaxSize].
type Size int64

// Free is how much of a disk stays free for others: bytes, or a share of the
// disk in percent, at least 0 and less than 100. One of the two is zero.
type Free struct {
	Bytes   int64
	Percent float64
}

// unit is a multiple of bytes. The names are in the order in which they are
// preferred where two print a value equally short.
type unit struct {
	name  string
	bytes int64
}

var units = []unit{
	{"TiB", 1 << 40}, {"TB", 1e12}, {"GiB", 1 << 30}, {"GB", 1e9},
	{"MiB", 1 << 20}, {"MB", 1e6}, {"KiB", 1 << 10}, {"KB", 1e3}, {"B", 1},
}

// bitUnits are multiples of a bit.
var bitUnits = []unit{{"bit", 1}, {"kbit", 1e3}, {"Mbit", 1e6}, {"Gbit", 1e9}}

// ParseRate reads a rate such as "256KiB/s", "1 MB/s", "8Mbit/s", "0" or
// "unlimited". The error is a [*FormError].
func ParseRate(s string) (Rate, error) {
	n, ok := parseRate(s)
	if !ok || n > int64(MaxRate) {
		return 0, &FormError{Value: s, Accepts: rateForms, Nearest: nearestRate(s)}
	}
	return Rate(n), nil
}

func parseRate(s string) (bytes int64, ok bool) {
	if isZeroWord(s) {
		return 0, true
	}
	number, name, ok := split(s)
	if !ok {
		return 0, false
	}
	plain, perSecond := cutSuffixFold(name, "/s")
	if bits, ok := bitUnit(plain, perSecond); ok {
		return multiply(number, bits, 8)
	}
	// The b of a byte is large unless the unit cannot be bits.
	if strings.HasSuffix(plain, "b") && !strings.ContainsAny(plain, "iI") {
		return 0, false
	}
	if perSecond && plain == "" {
		return 0, false
	}
	bytes, ok = byteUnit(plain)
	if !ok {
		return 0, false
	}
	return multiply(number, bytes, 1)
}

// ParseSize reads a size such as "2GiB", "500 MB", "0" or "none". The error is
// a [*FormError].
func ParseSize(s string) (Size, error) {
	n, ok := parseSize(s)
	if !ok {
		return 0, &FormError{Value: s, Accepts: sizeForms, Nearest: nearestSize(s)}
	}
	return Size(n), nil
}

func parseSize(s string) (bytes int64, ok bool) {
	if isZeroWord(s) {
		return 0, true
	}
	number, name, ok := split(s)
	if !ok {
		return 0, false
	}
	bytes, ok = byteUnit(name)
	if !ok {
		return 0, false
	}
	bytes, ok = multiply(number, bytes, 1)
	return bytes, ok && bytes <= int64(MaxSize)
}

// ParseFree reads a size, or a share of the disk such as "5%". The error is a
// [*FormError].
func ParseFree(s string) (Free, error) {
	refused := &FormError{Value: s, Accepts: freeForms, Nearest: nearestSize(s)}
	if number, name, ok := split(s); ok && name == "%" {
		p, err := strconv.ParseFloat(number, 64)
		if err != nil || p >= 100 {
			return Free{}, refused
		}
		return Free{Percent: p}, nil
	}
	n, ok := parseSize(s)
	if !ok {
		return Free{}, refused
	}
	return Free{Bytes: n}, nil
}

// String returns the shortest form that [ParseRate] reads as r.
func (r Rate) String() string {
	if r == 0 {
		return unlimited
	}
	return shortest(int64(r)) + "/s"
}

// String returns the shortest form that [ParseSize] reads as s.
func (s Size) String() string {
	if s == 0 {
		return none
	}
	return shortest(int64(s))
}

// String returns a form that [ParseFree] reads as f.
func (f Free) String() string {
	if f.Percent != 0 {
		return strconv.FormatFloat(f.Percent, 'f', -1, 64) + "%"
	}
	return Size(f.Bytes).String()
}

// Of returns how many bytes of a disk of total bytes stay free.
func (f Free) Of(total int64) int64 {
	if f.Percent != 0 {
		return int64(float64(total) / 100 * f.Percent)
	}
	return f.Bytes
}

func shortest(n int64) string {
	best := units[len(units)-1]
	for _, u := range units {
		if n%u.bytes == 0 && u.bytes > best.bytes {
			best = u
		}
	}
	return strconv.FormatInt(n/best.bytes, 10) + best.name
}

func isZeroWord(s string) bool {
	s = strings.TrimSpace(s)
	return strings.EqualFold(s, unlimited) || strings.EqualFold(s, none)
}

// split cuts a text into a number, digits with at most one point among them,
// and what follows it.
func split(s string) (number, name string, ok bool) {
	s = strings.TrimSpace(s)
	end := strings.IndexFunc(s, func(r rune) bool { return r != '.' && (r < '0' || r > '9') })
	if end < 0 {
		end = len(s)
	}
	number, name = s[:end], strings.TrimLeft(s[end:], " ")
	whole, part, point := strings.Cut(number, ".")
	ok = (whole != "" || point) && (!point || part != "") && !strings.Contains(part, ".") && len(number) <= maxNumber
	return number, name, ok
}

// multiply returns number*unit/per bytes without the fraction, unless that
// overflows or makes a nothing of something.
func multiply(number string, unit, per int64) (int64, bool) {
	v, ok := new(big.Rat).SetString(number)
	if !ok {
		return 0, false
	}
	v.Mul(v, big.NewRat(unit, per))
	n := new(big.Int).Quo(v.Num(), v.Denom())
	if !n.IsInt64() || n.Sign() == 0 && v.Sign() != 0 {
		return 0, false
	}
	return n.Int64(), true
}

func byteUnit(name string) (bytes int64, ok bool) {
	if name == "" {
		return 1, true
	}
	for _, u := range units {
		if strings.EqualFold(u.name, name) {
			return u.bytes, true
		}
	}
	return 0, false
}

func bitUnit(plain string, perSecond bool) (bits int64, ok bool) {
	for _, u := range bitUnits {
		prefix := strings.TrimSuffix(u.name, "bit")
		if perSecond && strings.EqualFold(u.name, plain) || !perSecond && prefix != "" && strings.EqualFold(prefix, strings.TrimSuffix(plain, "bps")) && strings.HasSuffix(plain, "bps") {
			return u.bytes, true
		}
	}
	return 0, false
}

// nearestRate returns the rate that may be meant by a text that is none, such as
// 256KiB/s for "256k"; empty when none is near.
func nearestRate(s string) string {
	number, prefix, rest, ok := near(s)
	if !ok {
		return ""
	}
	unit := prefix + "B/s"
	switch {
	case rest == "" || strings.HasPrefix(rest, "i"):
		unit = prefix + "iB/s"
	case strings.HasPrefix(rest, "bit"):
		unit = strings.Replace(prefix, "K", "k", 1) + "bit/s"
	}
	if n, ok := parseRate(number + unit); !ok || n > int64(MaxRate) {
		return ""
	}
	if rest == "b" && strings.Contains(s, "b") { // a bit or a byte
		return strings.Replace(number+prefix, "K", "k", 1) + "bit/s or " + number + unit
	}
	return number + unit
}

// nearestSize does for sizes what nearestRate does for rates.
func nearestSize(s string) string {
	number, prefix, rest, ok := near(s)
	if !ok || strings.HasPrefix(rest, "bit") {
		return ""
	}
	unit := prefix + "B"
	if rest == "" || strings.HasPrefix(rest, "i") {
		unit = prefix + "iB"
	}
	if _, ok := parseSize(number + unit); !ok {
		return ""
	}
	return number + unit
}

// near cuts an amount as people write it, such as "256k", "1 MBps" or "5 gigabytes",
// into a number, the prefix of a unit (K, M, G or T), and what of the unit follows, in
// lower case and without what stands for "a second".
func near(s string) (number, prefix, rest string, ok bool) {
	number, name, ok := split(s)
	name = strings.ToLower(name)
	if !ok || name == "" || strings.IndexByte("kmgt", name[0]) < 0 {
		return "", "", "", false
	}
	for _, second := range []string{"/s", "/sec", "/second", "ps"} {
		name = strings.TrimSuffix(name, second)
	}
	prefix, rest = strings.ToUpper(name[:1]), name[1:]
	for _, long := range []string{"ilo", "ega", "iga", "era"} {
		rest = strings.TrimPrefix(rest, long)
	}
	switch rest {
	case "", "i", "b", "ib", "bit", "bits", "byte", "bytes":
		return number, prefix, rest, true
	default:
		return "", "", "", false
	}
}

func cutSuffixFold(s, suffix string) (string, bool) {
	if at := len(s) - len(suffix); at >= 0 && strings.EqualFold(s[at:], suffix) {
		return s[:at], true
	}
	return s, false
}
