package config

import (
	"errors"
	"fmt"
	"math"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/multiformats/go-multiaddr"
)

const (
	day         = 24 * time.Hour
	maxCount    = 1_000_000
	maxWorkers  = 256
	maxDuration = math.MaxInt64 / 8 // 36 years, so that sums cannot overflow

	// MinMemoryLimit is the least runtime.memory_limit, in bytes: a node needs
	// about as much, and with less it does nothing but collect garbage.
	MinMemoryLimit = 32 << 20
	// MaxMemoryLimit is the largest runtime.memory_limit, in bytes.
	MaxMemoryLimit = 1 << 50

	// MaxArchiveBytes is the largest owner.max_archive_bytes, in bytes.
	MaxArchiveBytes = 1_000_000_000
)

// form is a kind of value: what is accepted, in words, and how it is read.
type form struct {
	want string
	list bool
	read func(string) (any, error)
	// words are all that is accepted, where that is a few words.
	words []string
	// path is the kind of what is named by a path.
	path Path
}

// forms are the values that the form tag of a field may have. A list is read
// item by item.
var forms = withLimits(map[string]form{
	"path":       {want: "the path of a folder", read: readPath, path: PathFolder},
	"level":      oneOf("debug, info, warn or error", "debug", "info", "warn", "error"),
	"logformat":  oneOf("text or json", "text", "json"),
	"database":   {want: "empty, sqlite:PATH or postgres://USER@HOST/DATABASE", read: readDatabase},
	"addr":       {want: "host:port with a port from 0 to 65535, such as 0.0.0.0:26880", read: readListen},
	"cluster":    {want: "a whole number from 1 to 65535", read: readCluster},
	"shard":      {want: "a whole number from 0 to 1023", read: readShard},
	"bool":       {want: "true or false", read: readBool, words: []string{"true", "false"}},
	"size":       {want: "a number of bytes from 1 to 1 GB, such as 30000000, 30MB or 28MiB", read: readSize},
	"count":      {want: "a whole number from 1 to 1000000", read: readCount},
	"workers":    {want: "a whole number from 0 to 256", read: readWorkers},
	"memory":     {want: "a number of bytes from 32MiB, such as 256MiB or 1GB, or 0 or none", read: readMemory},
	"duration":   {want: "a duration such as 20s, 10m, 8h, 7d or 2w", read: readDuration},
	"multiaddrs": {want: "multiaddrs with peer id, such as /ip4/192.0.2.7/tcp/60000/p2p/16Uiu2HAm...", list: true, read: readMultiaddr},
	"urls":       {want: "tracker URLs, such as udp://tracker.example.org:1337/announce", list: true, read: readTracker},
	"hostports":  {want: "addresses host:port, such as 192.0.2.7:26881", list: true, read: readHostPort},
	"optfile":    {want: "empty, or the path of a file", read: readOptional(readPath), path: PathFile},
	"hosts":      {want: "names of hosts without port, such as seeder.example.org", list: true, read: readHost},
	"optaddr":    {want: "empty, or host:port with a port from 0 to 65535, such as 127.0.0.1:26882", read: readOptional(readListen)},
})

// Path is a kind of value that names a file or a folder.
type Path int

// The kinds of paths.
const (
	PathNone Path = iota
	PathFile
	PathFolder
)

// FlagValues returns what shells can offer for the value of a flag of [AddFlags]: the
// words that are accepted, where these are few, or the kind of path that is meant.
// Both are zero where neither is known.
func FlagValues(flag string) (words []string, path Path) {
	cfg := Default()
	for _, f := range fields(&cfg) {
		if flagName(f.key) == flag {
			return forms[f.form].words, forms[f.form].path
		}
	}
	return nil, PathNone
}

var errShape = errors.New("wrong shape")

// text turns a scalar as YAML gives it into the text it was written as.
func text(raw any) (string, error) {
	switch v := raw.(type) {
	case string:
		return strings.TrimSpace(v), nil
	case bool, int, int64, uint64, float64:
		return fmt.Sprint(v), nil
	default:
		return "", errShape
	}
}

// items splits a list: a YAML sequence, or text with commas.
func items(raw any) ([]string, error) {
	var out []string
	if seq, ok := raw.([]any); ok {
		for _, item := range seq {
			s, err := text(item)
			if err != nil {
				return nil, err
			}
			out = append(out, s)
		}
		return out, nil
	}
	s, err := text(raw)
	if err != nil || s == "" {
		return nil, err
	}
	for item := range strings.SplitSeq(s, ",") {
		out = append(out, strings.TrimSpace(item))
	}
	return out, nil
}

// readAny returns the value of raw in the type of the field it is meant for.
func (f form) readAny(raw any) (any, error) {
	if !f.list {
		s, err := text(raw)
		if err != nil {
			return nil, err
		}
		return f.read(s)
	}
	list, err := items(raw)
	if err != nil {
		return nil, err
	}
	for i, item := range list {
		v, err := f.read(item)
		if err != nil {
			return nil, err
		}
		list[i] = v.(string)
	}
	return list, nil
}

func readPath(s string) (any, error) {
	if s == "" || strings.ContainsRune(s, 0) {
		return nil, errShape
	}
	if rest, ok := strings.CutPrefix(s, "~/"); ok {
		home, err := os.UserHomeDir()
		if err != nil {
			return nil, fmt.Errorf("find home folder: %w", err)
		}
		s = filepath.Join(home, rest)
	}
	return filepath.Abs(s)
}

func oneOf(want string, words ...string) form {
	return form{want: want, words: words, read: func(s string) (any, error) {
		if !slices.Contains(words, s) {
			return nil, errShape
		}
		return s, nil
	}}
}

func readListen(s string) (any, error) { return readAddr(s, 0) }

func readOptional(read func(string) (any, error)) func(string) (any, error) {
	return func(s string) (any, error) {
		if s == "" {
			return s, nil
		}
		return read(s)
	}
}

func readHostPort(s string) (any, error) { return readAddr(s, 1) }

func readAddr(s string, minPort uint64) (any, error) {
	host, port, err := net.SplitHostPort(s)
	if err != nil {
		return nil, errShape
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil || n < minPort || (host == "" && minPort > 0) || strings.ContainsAny(host, " /\t\n") {
		return nil, errShape
	}
	return s, nil
}

func readCluster(s string) (any, error) {
	n, err := strconv.ParseUint(s, 10, 16)
	if err != nil || n == 0 {
		return nil, errShape
	}
	return uint16(n), nil
}

// readShard reads the number of a static shard (51/WAKU2-RELAY-SHARDING).
func readShard(s string) (any, error) {
	n, err := strconv.ParseUint(s, 10, 10)
	if err != nil {
		return nil, errShape
	}
	return uint16(n), nil
}

func readBool(s string) (any, error) {
	switch s {
	case "true", "1":
		return true, nil
	case "false", "0":
		return false, nil
	default:
		return nil, errShape
	}
}

func readSize(s string) (any, error) {
	n, err := humanize.ParseBytes(s)
	if err != nil || n < 1 || n > MaxArchiveBytes {
		return nil, errShape
	}
	return n, nil
}

func readCount(s string) (any, error) {
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil || n < 1 || n > maxCount {
		return nil, errShape
	}
	return n, nil
}

func readWorkers(s string) (any, error) {
	n, err := strconv.ParseUint(s, 10, 32)
	if err != nil || n > maxWorkers {
		return nil, errShape
	}
	return int(n), nil
}

func readMemory(s string) (any, error) {
	if s == "none" {
		return uint64(0), nil
	}
	n, err := humanize.ParseBytes(s)
	if err != nil || (n != 0 && n < MinMemoryLimit) || n > MaxMemoryLimit {
		return nil, errShape
	}
	return n, nil
}

func readDuration(s string) (any, error) { return ParseDuration(s) }

func readMultiaddr(s string) (any, error) {
	a, err := multiaddr.NewMultiaddr(s)
	if err != nil {
		return nil, errShape
	}
	if _, err := a.ValueForProtocol(multiaddr.P_P2P); err != nil {
		return nil, errors.New("peer id is missing")
	}
	return s, nil
}

func readTracker(s string) (any, error) {
	u, err := url.Parse(s)
	if err != nil || u.Hostname() == "" || !slices.Contains([]string{"udp", "http", "https", "ws", "wss"}, u.Scheme) {
		return nil, errShape
	}
	return s, nil
}

var longUnit = regexp.MustCompile(`^([0-9]+(?:\.[0-9]+)?)([wd])`)

// ParseDuration reads what [time.ParseDuration] reads, and days and weeks in
// front of it: 7d, 2w, 1w2d12h. Negative ones are refused.
func ParseDuration(s string) (time.Duration, error) {
	var total time.Duration
	rest := s
	for {
		m := longUnit.FindStringSubmatch(rest)
		if m == nil {
			break
		}
		n, err := strconv.ParseFloat(m[1], 64)
		if err != nil {
			return 0, errShape
		}
		unit := float64(day)
		if m[2] == "w" {
			unit *= 7
		}
		if total += time.Duration(min(n*unit, math.MaxInt64/4)); total > maxDuration {
			return 0, errShape
		}
		rest = rest[len(m[0]):]
	}
	if rest != "" || s == "" {
		d, err := time.ParseDuration(rest)
		if err != nil || d < 0 || d > maxDuration {
			return 0, errShape
		}
		total += d
	}
	if total > maxDuration {
		return 0, errShape
	}
	return total, nil
}

// FormatDuration is the inverse of [ParseDuration], in days where it fits.
func FormatDuration(d time.Duration) string {
	if d != 0 && d%day == 0 {
		return strconv.FormatInt(int64(d/day), 10) + "d"
	}
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// format writes a value as it would stand in a file.
func format(v reflect.Value) any {
	switch x := v.Interface().(type) {
	case time.Duration:
		return FormatDuration(x)
	case []string:
		if x == nil {
			return []string{}
		}
		return x
	default:
		return x
	}
}
