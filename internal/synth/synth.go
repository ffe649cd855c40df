// Package synth makes up the history of a chat community, for demonstrations,
// tests and measurements. The same options give the same messages on every
// machine.
//
// What it imitates: a day and week rhythm; a few busy channels and many quiet
// ones (Zipf); text whose length is log-normal, so that most messages are a few
// words and some are pages; now and then an image; edits of earlier messages.
// The text is words without meaning.
package synth

import (
	"encoding/binary"
	"encoding/hex"
	"iter"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"

	"seeder/message"
)

// Defaults of a history that resembles a community of a few hundred people.
const (
	DefaultMessages   = 20000
	DefaultWeeks      = 26
	DefaultChannels   = 8
	DefaultAuthors    = 200
	DefaultImageShare = 0.04
	DefaultEditShare  = 0.02
	// DefaultImageBytes is the mean size of an image.
	DefaultImageBytes = 150_000
)

// The length of a text is exp(mu + sigma*N(0,1)) characters.
const (
	lengthMu    = 2.83
	lengthSigma = 1.15
	// MaxText is the longest text, in bytes.
	MaxText = 20_000
)

const (
	hour        = 3600
	hoursInWeek = 7 * 24
	hashSize    = 32
	// editMemory is how many of the last texts may be edited.
	editMemory = 64
)

// Options describe a history.
type Options struct {
	// Community is whose history it is; topics are derived from its id.
	Community message.CommunityID
	// Seed chooses one of the possible histories.
	Seed uint64
	// Messages is how many there are, exactly.
	Messages int
	// Weeks is how long the history is. Its hours end at End.
	Weeks int
	// End is when it ends, in seconds since the Unix epoch; no message is at End
	// or later. It is cut to a full hour.
	End uint64
	// Channels is how many channels there are, at least 1; channel k has 1/k of
	// the messages of the first.
	Channels int
	// ImageShare and EditShare are the shares of images and edits, 0 to 1.
	ImageShare, EditShare float64
	// ImageBytes is the mean size of an image; sizes vary by a third.
	ImageBytes int
}

// Default returns the history of a community, ending at end (in seconds since
// the Unix epoch).
func Default(c message.CommunityID, seed, end uint64) Options {
	return Options{
		Community: c, Seed: seed, Messages: DefaultMessages, Weeks: DefaultWeeks, End: end, Channels: DefaultChannels,
		ImageShare: DefaultImageShare, EditShare: DefaultEditShare, ImageBytes: DefaultImageBytes,
	}
}

// ChannelName returns the name of channel k, counted from 0, the busiest first.
func ChannelName(k int) string {
	names := []string{"general", "random", "support", "development", "news", "events", "music", "off-topic"}
	if k < len(names) {
		return names[k]
	}
	return "channel-" + strconv.Itoa(k+1)
}

// Messages returns the history in order of time. Each message has memory of
// its own; what is held at once is an hour of timestamps.
func Messages(o Options) iter.Seq2[message.Message, error] {
	return func(yield func(message.Message, error) bool) {
		m := newMaker(o)
		start := o.End - o.End%hour - uint64(o.Weeks)*hoursInWeek*hour
		for h, n := range perHour(o, start) {
			for _, at := range m.times(n) {
				if !yield(m.next(start+uint64(h)*hour+at), nil) {
					return
				}
			}
		}
	}
}

// dayRhythm weighs the hours of a day (UTC), in tenths of the mean.
var dayRhythm = [24]int{4, 3, 2, 1, 1, 2, 3, 5, 8, 10, 12, 13, 14, 14, 15, 16, 16, 17, 18, 19, 18, 14, 10, 7}

// weekRhythm weighs the days of a week from Thursday, the day of the epoch.
var weekRhythm = [7]int{10, 10, 13, 14, 10, 9, 9}

// perHour shares out the messages among the hours by their weights; the parts
// that are left over are handed on, so that the sum is exact.
func perHour(o Options, start uint64) []int {
	hours := o.Weeks * hoursInWeek
	weights := make([]int64, hours)
	var sum int64
	for h := range hours {
		t := start/hour + uint64(h)
		weights[h] = int64(dayRhythm[t%24] * weekRhythm[t/24%7])
		sum += weights[h]
	}
	counts := make([]int, hours)
	var weight, given int64
	for h := range hours {
		weight += weights[h]
		due := mulDiv(int64(o.Messages), weight, sum)
		counts[h] = int(due - given)
		given = due
	}
	return counts
}

// mulDiv returns a*b/c without overflow for b <= c.
func mulDiv(a, b, c int64) int64 { return a/c*b + a%c*b/c }

// maker makes messages one by one.
type maker struct {
	o       Options
	rng     *rand.Rand
	bytes   *rand.ChaCha8
	topics  []message.Topic
	weights []float64 // cumulative
	authors [][]byte
	edited  []edited // the last texts
	made    int
}

// edited is a message that may be edited.
type edited struct {
	topic  message.Topic
	author []byte
	hash   []byte
}

func newMaker(o Options) *maker {
	var seed [32]byte
	binary.LittleEndian.PutUint64(seed[:], o.Seed)
	m := &maker{o: o, rng: rand.New(rand.NewPCG(o.Seed, 0x5eed)), bytes: rand.NewChaCha8(seed)} //nolint:gosec // made-up data
	var total float64
	for k := range max(o.Channels, 1) {
		m.topics = append(m.topics, message.TopicOf(o.Community.String()+ChannelName(k)))
		total += 1 / float64(k+1)
		m.weights = append(m.weights, total)
	}
	for range DefaultAuthors {
		key := make([]byte, 65)
		m.fill(key)
		key[0] = 4
		m.authors = append(m.authors, key)
	}
	return m
}

// times returns n seconds of an hour, in order.
func (m *maker) times(n int) []uint64 {
	at := make([]uint64, n)
	for i := range at {
		at[i] = m.rng.Uint64N(hour)
	}
	slices.Sort(at)
	return at
}

func (m *maker) next(at uint64) message.Message {
	msg := message.Message{Timestamp: at, Hash: make([]byte, hashSize)}
	m.fill(msg.Hash)
	binary.BigEndian.PutUint64(msg.Hash, uint64(m.made)) // no two are equal
	m.made++
	kind := m.rng.Float64()
	switch {
	case kind < m.o.EditShare && len(m.edited) > 0:
		old := m.edited[m.rng.IntN(len(m.edited))]
		msg.Topic, msg.Sig = old.topic, old.author
		msg.Payload = m.text("edit " + hex.EncodeToString(old.hash) + ": ")
		return msg
	case kind < m.o.EditShare+m.o.ImageShare && kind >= m.o.EditShare:
		msg.Topic, msg.Sig = m.topic(), m.author()
		msg.Payload = m.image()
		return msg
	}
	msg.Topic, msg.Sig = m.topic(), m.author()
	msg.Payload = m.text("")
	m.remember(edited{msg.Topic, msg.Sig, msg.Hash})
	return msg
}

func (m *maker) remember(e edited) {
	if len(m.edited) < editMemory {
		m.edited = append(m.edited, e)
		return
	}
	m.edited[m.made%editMemory] = e
}

func (m *maker) topic() message.Topic {
	x := m.rng.Float64() * m.weights[len(m.weights)-1]
	for k, w := range m.weights {
		if x < w {
			return m.topics[k]
		}
	}
	return m.topics[0]
}

// author prefers the first ones: a few people write most.
func (m *maker) author() []byte {
	x := m.rng.Float64()
	return m.authors[int(x*x*float64(len(m.authors)))]
}

// fill fills b with bytes of no pattern; reading from the generator cannot fail.
func (m *maker) fill(b []byte) { _, _ = m.bytes.Read(b) }

// image begins like a JPEG and does not compress.
func (m *maker) image() []byte {
	third := m.o.ImageBytes / 3
	b := make([]byte, max(m.o.ImageBytes-third+m.rng.IntN(2*third+1), 4))
	m.fill(b)
	copy(b, "\xff\xd8\xff\xe0")
	return b
}

const words = "the of and to in it is that was for on are with as they at be this have from or one had by word but not what " +
	"all were we when your can said there use an each which she do how their if will up other about out many then them " +
	"these so some her would make like him into time has look two more write go see number no way could people my than " +
	"first been call who now find long down day did get come made may part "

// text returns begin and then made-up words, of log-normal length.
func (m *maker) text(begin string) []byte {
	n := math.Exp(lengthMu + lengthSigma*m.rng.NormFloat64())
	size := max(1, int(math.Min(n, MaxText)))
	b := make([]byte, 0, len(begin)+size)
	b = append(b, begin...)
	at := m.rng.IntN(len(words))
	for size > 0 {
		part := words[at:min(at+size, len(words))]
		b = append(b, part...)
		size -= len(part)
		at = 0
	}
	return b
}
