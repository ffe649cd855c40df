package rates

import (
	"bufio"
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"maps"
	"math"
	"slices"

	"seeder/message"
)

const (
	// MaxFile is how long a file may be that is read, in bytes.
	MaxFile = 256 << 20
	// MaxSeries is how many series a file may hold.
	MaxSeries = 20_000
	// DamagedSuffix ends the name of a damaged file that was set aside.
	DamagedSuffix = ".damaged"

	magic = "seeder rates 1\n"
	// maxNumber is above the number of any point for some thousand years.
	maxNumber = 1 << 40
)

// ErrFile reports a file that is not as the package comment says.
var ErrFile = errors.New("damaged file of rates")

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// encode returns the content of a file.
func encode(tracks map[message.CommunityID]track) []byte {
	return seal(deflate(encodeBody(tracks)))
}

func deflate(body []byte) []byte {
	var packed bytes.Buffer
	w, err := flate.NewWriter(&packed, flate.BestSpeed)
	if err != nil { // the level is one of those there are
		return nil
	}
	_, _ = w.Write(body) // into memory
	_ = w.Close()
	return packed.Bytes()
}

func seal(packed []byte) []byte {
	out := binary.BigEndian.AppendUint32([]byte(magic), crc32.Checksum(packed, castagnoli))
	return append(out, packed...)
}

func encodeBody(tracks map[message.CommunityID]track) []byte {
	ids := slices.SortedFunc(maps.Keys(tracks), func(a, b message.CommunityID) int { return bytes.Compare(a[:], b[:]) })
	body := binary.AppendUvarint(nil, uint64(len(ids)))
	for _, id := range ids {
		body = append(body, id[:]...)
		for _, r := range tracks[id] {
			body = binary.AppendUvarint(body, uint64(r.newest))
			for number := r.newest - r.points() + 1; number <= r.newest; number++ {
				body = r.appendPoint(body, number)
			}
		}
	}
	return body
}

func (r *ring) appendPoint(b []byte, number int64) []byte {
	if number < 0 || r.weights[r.at(number)] == 0 {
		return append(b, 0)
	}
	i := r.at(number)
	b = binary.AppendUvarint(b, uint64(r.weights[i]))
	for _, m := range r.means {
		if m == nil {
			b = append(b, 0)
			continue
		}
		b = binary.AppendUvarint(b, uint64(math.Float32bits(m[i])))
	}
	return b
}

// decode reads the content of a file; the error wraps [ErrFile].
func decode(data []byte) (map[message.CommunityID]track, error) {
	rest, ok := bytes.CutPrefix(data, []byte(magic))
	switch {
	case len(data) > MaxFile:
		return nil, fmt.Errorf("%w: longer than %d bytes", ErrFile, MaxFile)
	case !ok:
		return nil, fmt.Errorf("%w: it begins with something else", ErrFile)
	case len(rest) < crc32.Size:
		return nil, fmt.Errorf("%w: cut short", ErrFile)
	}
	sum, packed := binary.BigEndian.Uint32(rest), rest[crc32.Size:]
	if crc32.Checksum(packed, castagnoli) != sum {
		return nil, fmt.Errorf("%w: wrong checksum", ErrFile)
	}
	d := decoder{bufio.NewReader(flate.NewReader(bytes.NewReader(packed)))}
	tracks, err := d.body()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFile, err)
	}
	return tracks, nil
}

// decoder reads a body.
type decoder struct{ r *bufio.Reader }

var (
	errNumber = errors.New("number out of range")
	errOrder  = errors.New("series out of order")
	errMore   = errors.New("something behind the end")
)

func (d decoder) body() (map[message.CommunityID]track, error) {
	count, err := d.number(MaxSeries)
	if err != nil {
		return nil, err
	}
	tracks := make(map[message.CommunityID]track)
	var last message.CommunityID
	for i := range count {
		var id message.CommunityID
		if _, err := io.ReadFull(d.r, id[:]); err != nil {
			return nil, err
		}
		if i > 0 && bytes.Compare(id[:], last[:]) <= 0 {
			return nil, errOrder
		}
		last = id
		if tracks[id], err = d.track(id); err != nil {
			return nil, fmt.Errorf("series %d: %w", i, err)
		}
	}
	if _, err := d.r.ReadByte(); !errors.Is(err, io.EOF) {
		return nil, errors.Join(errMore, err)
	}
	return tracks, nil
}

func (d decoder) track(id message.CommunityID) (track, error) {
	channels := communityChannels
	if id.IsZero() {
		channels = nodeChannels
	}
	t := newTrack(channels)
	for _, r := range t {
		if err := d.ring(r); err != nil {
			return nil, err
		}
	}
	return t, nil
}

func (d decoder) ring(r *ring) error {
	newest, err := d.number(maxNumber)
	if err != nil {
		return err
	}
	r.newest = int64(newest)
	for number := r.newest - r.points() + 1; number <= r.newest; number++ {
		weight, err := d.number(uint64(r.step))
		if err != nil {
			return err
		}
		if weight == 0 {
			continue
		}
		if number < 0 {
			return errNumber
		}
		r.weights[r.at(number)] = uint32(weight)
		for c := range r.means {
			if err := d.value(r, c, r.at(number)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (d decoder) value(r *ring, channel, i int) error {
	bits, err := d.number(math.MaxUint32)
	if err != nil {
		return err
	}
	v := math.Float32frombits(uint32(bits))
	if !usable(v) {
		return errNumber
	}
	if v == 0 {
		return nil
	}
	if r.means[channel] == nil {
		r.means[channel] = make([]float32, len(r.weights))
	}
	r.means[channel][i] = v
	return nil
}

func (d decoder) number(highest uint64) (uint64, error) {
	n, err := binary.ReadUvarint(d.r)
	if errors.Is(err, io.EOF) {
		return 0, io.ErrUnexpectedEOF
	}
	if err == nil && n > highest {
		err = errNumber
	}
	return n, err
}
