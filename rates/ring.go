package rates

import (
	"math"
	"time"
)

// channels are the values of a point.
const (
	chanUp = iota
	chanDown
	chanCPU // of the node only
	chanRSS // of the node only

	nodeChannels      = chanRSS + 1
	communityChannels = chanDown + 1
)

// values are those of one point.
type values [nodeChannels]float64

// ring holds the last points of a range.
type ring struct {
	step int64 // milliseconds
	// newest is the number of the newest point; see the package comment.
	newest int64
	// weights are how many milliseconds of a point were measured, at the point's
	// number modulo their count; 0 where the node was down.
	weights []uint32
	// means are the values of each channel; nil for a channel that is all zero.
	means [][]float32
}

func newRing(r Range, channels int) *ring {
	return &ring{step: r.Step().Milliseconds(), weights: make([]uint32, r.Points()), means: make([][]float32, channels)}
}

func (r *ring) points() int64 { return int64(len(r.weights)) }

// at returns where a point is; its number is not negative.
func (r *ring) at(number int64) int { return int(number % r.points()) }

// holds reports whether the point of a number is in the ring.
func (r *ring) holds(number int64) bool {
	return number >= 0 && number <= r.newest && number > r.newest-r.points()
}

// add notes values from a time to a later one, in milliseconds since the Unix
// epoch.
func (r *ring) add(from, to int64, v *values) {
	for from < to && from >= 0 {
		number := from / r.step
		end := min(to, (number+1)*r.step)
		r.addTo(number, end-from, v)
		from = end
	}
}

// addTo notes values for a part of one point.
func (r *ring) addTo(number, millis int64, v *values) {
	r.turn(number)
	i := r.at(number)
	sum := min(int64(r.weights[i])+millis, r.step)
	share := float64(millis) / float64(max(sum, millis))
	r.weights[i] = uint32(sum)
	for c := range r.means {
		if r.means[c] == nil {
			if v[c] == 0 {
				continue
			}
			r.means[c] = make([]float32, len(r.weights))
		}
		mean := float64(r.means[c][i])
		r.means[c][i] = float32(mean + (v[c]-mean)*share)
	}
}

// turn makes place for a point. Where the clock was set back farther than the
// ring reaches, what it holds is of a time that never was.
func (r *ring) turn(number int64) {
	if number <= r.newest-r.points() || number >= r.newest+r.points() {
		clear(r.weights)
		for c := range r.means {
			r.means[c] = nil
		}
		r.newest = number
	}
	for r.newest < number {
		r.newest++
		r.weights[r.at(r.newest)] = 0 // the means are of nothing then
	}
}

// value returns a value of a point, nil where nothing was measured.
func (r *ring) value(channel int, number int64) *float64 {
	if !r.holds(number) || r.weights[r.at(number)] == 0 {
		return nil
	}
	v := 0.0
	if m := r.means[channel]; m != nil {
		v = float64(m[r.at(number)])
	}
	return &v
}

// track is what is kept of one community, or of the node.
type track []*ring // as Ranges

func newTrack(channels int) track {
	t := make(track, len(Ranges))
	for i, r := range Ranges {
		t[i] = newRing(r, channels)
	}
	return t
}

// add notes values from a time to a later one, in milliseconds.
func (t track) add(from, to int64, v *values) {
	for _, r := range t {
		r.add(from, to, v)
	}
}

// series reads the points up to a time. A nil track has none.
func (t track) series(name Range, now time.Time) Series {
	s := Series{Range: name, Step: int64(name.Step().Seconds())}
	last := max(0, now.Unix()) / s.Step
	var from *ring
	for i, r := range Ranges {
		if r == name && t != nil {
			from = t[i]
		}
	}
	// The point of this moment is missing until something was measured in it.
	if from != nil && from.newest == last-1 {
		last--
	}
	n := name.Points()
	s.Times = make([]int64, n)
	read := func(channel int) []*float64 {
		list := make([]*float64, n)
		for i := range list {
			if from != nil {
				list[i] = from.value(channel, last-int64(n-1-i))
			}
		}
		return list
	}
	for i := range s.Times {
		s.Times[i] = (last - int64(n-1-i)) * s.Step
	}
	s.Up, s.Down = read(chanUp), read(chanDown)
	if from != nil && len(from.means) == nodeChannels {
		s.CPU, s.RSS = read(chanCPU), read(chanRSS)
	}
	return s
}

// usable reports whether a value may be kept.
func usable(v float32) bool { return v >= 0 && !math.IsInf(float64(v), 0) && !math.Signbit(float64(v)) }
