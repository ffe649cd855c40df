package quota

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // zones are known on machines without a list of them

	"seeder/internal/spans"
	"seeder/message"
)

const (
	// MaxPins is the most pinned spans of a community.
	MaxPins = 256

	// PaceBackground imports messages so that a desktop in use does not notice.
	PaceBackground = "background"
	// PaceNormal leaves room for others.
	PaceNormal = "normal"
	// PaceFast takes what there is.
	PaceFast = "fast"

	on, off = "on", "off"

	switchForms = "on or off"
	paceForms   = "background, normal or fast"
	zoneForms   = "a name such as Europe/Berlin, UTC, or local for that of the machine"
	pinForms    = "spans such as 2024-01-01..2024-02-01, the second day not included, with commas between them, or none"
)

// Key describes a setting.
type Key struct {
	Name    string // as in the config file
	Accepts string // the accepted forms, in words
	Doc     string // what it does
	Default string // as Get prints it
}

// Node is what a node may take.
type Node struct {
	Rates          Rates
	Alternative    Rates
	UseAlternative bool
	Schedule       Schedule
	Zone           *time.Location // of every schedule; nil is local
	Cap            Size
	MinFree        Free
	Pace           string
	PauseOnBattery bool
	PauseOnMetered bool
}

// Community is what a community may take, within what the node may.
type Community struct {
	Rates          Rates
	Schedule       Schedule
	Cap            Size
	Serve          bool // upload to peers
	Fetch          bool // download from peers
	Paused         bool // neither, and nothing is imported or archived
	Pins           []message.Span
	DropMessages   bool // of an archive that is evicted
	EvictOriginals bool // an owner's own archives may be evicted, once others have them
}

// DefaultNode returns the settings of a node where nothing is set.
func DefaultNode() Node { return Node{Zone: time.Local, Pace: PaceNormal} }

// DefaultCommunity returns the settings of a community where nothing is set.
func DefaultCommunity() Community { return Community{Serve: true, Fetch: true} }

// NodeKeys returns the settings of a node, in the order of documentation.
func NodeKeys() []Key { return keys(nodeFields, DefaultNode().Get) }

// CommunityKeys returns the settings of a community, in the order of
// documentation.
func CommunityKeys() []Key { return keys(communityFields, DefaultCommunity().Get) }

// Set reads a value; the empty one is the default. The error is a [*KeyError]
// or a [*FormError], and n is then as before.
func (n *Node) Set(key, value string) error {
	return set(nodeFields, n, DefaultNode(), key, value)
}

// Get returns a value as [Node.Set] reads it, empty for an unknown key.
func (n Node) Get(key string) string { return get(nodeFields, &n, key) }

// Set reads a value; the empty one is the default. The error is a [*KeyError]
// or a [*FormError], and c is then as before.
func (c *Community) Set(key, value string) error {
	return set(communityFields, c, DefaultCommunity(), key, value)
}

// Get returns a value as [Community.Set] reads it, empty for an unknown key.
func (c Community) Get(key string) string { return get(communityFields, &c, key) }

// RatesAt returns the limits in force at t: the alternative ones where they are
// switched on, else those of the schedule, else the base ones.
func (n Node) RatesAt(t time.Time) Rates {
	if n.UseAlternative {
		return n.Alternative
	}
	return scheduled(n.Rates, n.Schedule, t, n.Zone)
}

// RatesAt returns the limits in force at t, by the wall clock of a zone; nil is
// that of the machine.
func (c Community) RatesAt(t time.Time, zone *time.Location) Rates {
	return scheduled(c.Rates, c.Schedule, t, zone)
}

func scheduled(base Rates, s Schedule, t time.Time, zone *time.Location) Rates {
	if len(s) == 0 {
		return base
	}
	if zone == nil {
		zone = time.Local
	}
	w, _ := s.At(t.In(zone))
	return w.Apply(base)
}

// field is a setting of a T.
type field[T any] struct {
	name, accepts, doc string
	set                func(*T, string) error
	get                func(*T) string
}

func keys[T any](fields []field[T], def func(string) string) []Key {
	out := make([]Key, len(fields))
	for i, f := range fields {
		out[i] = Key{Name: f.name, Accepts: f.accepts, Doc: f.doc, Default: def(f.name)}
	}
	return out
}

func set[T any](fields []field[T], to *T, def T, key, value string) error {
	i := slices.IndexFunc(fields, func(f field[T]) bool { return f.name == key })
	if i < 0 {
		return unknownKey(key, keys(fields, func(string) string { return "" }))
	}
	f := fields[i]
	if strings.TrimSpace(value) == "" {
		value = f.get(&def)
	}
	err := f.set(to, value)
	if form, ok := errors.AsType[*FormError](err); ok {
		form.Key = key
	}
	return err
}

func get[T any](fields []field[T], from *T, key string) string {
	for _, f := range fields {
		if f.name == key {
			return f.get(from)
		}
	}
	return ""
}

// of makes a field of a reader, a printer and the place of the value.
func of[T, V any](name, accepts, doc string, at func(*T) *V, read func(string) (V, error), show func(V) string) field[T] {
	return field[T]{
		name: name, accepts: accepts, doc: doc,
		set: func(t *T, s string) error {
			v, err := read(s)
			if err == nil {
				*at(t) = v
			}
			return err
		},
		get: func(t *T) string { return show(*at(t)) },
	}
}

func rateField[T any](name, doc string, at func(*T) *Rate) field[T] {
	return of(name, rateForms, doc, at, ParseRate, Rate.String)
}

func sizeField[T any](name, doc string, at func(*T) *Size) field[T] {
	return of(name, sizeForms, doc, at, ParseSize, Size.String)
}

func scheduleField[T any](doc string, at func(*T) *Schedule) field[T] {
	return of("schedule", scheduleForms, doc, at, ParseSchedule, Schedule.String)
}

func switchField[T any](name, doc string, at func(*T) *bool) field[T] {
	return of(name, switchForms, doc, at, parseSwitch, formatSwitch)
}

var nodeFields = []field[Node]{
	rateField("up", "Upload of all communities together.", func(n *Node) *Rate { return &n.Rates.Up }),
	rateField("down", "Download of all communities together.", func(n *Node) *Rate { return &n.Rates.Down }),
	scheduleField("Other limits at certain times of the week.", func(n *Node) *Schedule { return &n.Schedule }),
	of("timezone", zoneForms, "The zone of the times in schedules.", func(n *Node) **time.Location { return &n.Zone }, parseZone, formatZone),
	switchField("alternative", "Use the alternative limits, whatever the schedule says.", func(n *Node) *bool { return &n.UseAlternative }),
	rateField("alternative_up", "Upload while the alternative limits are on.", func(n *Node) *Rate { return &n.Alternative.Up }),
	rateField("alternative_down", "Download while the alternative limits are on.", func(n *Node) *Rate { return &n.Alternative.Down }),
	sizeField("cap", "What the archives of all communities may take on disk; the oldest go first.", func(n *Node) *Size { return &n.Cap }),
	of("min_free", freeForms, "What stays free of the disk; downloads wait while there is less.", func(n *Node) *Free { return &n.MinFree }, ParseFree, Free.String),
	of("pace", paceForms, "How fast messages are imported.", func(n *Node) *string { return &n.Pace }, parsePace, func(s string) string { return s }),
	switchField("pause_on_battery", "Pause while the machine runs on battery.", func(n *Node) *bool { return &n.PauseOnBattery }),
	switchField("pause_on_metered", "Pause while the connection is metered.", func(n *Node) *bool { return &n.PauseOnMetered }),
}

var communityFields = []field[Community]{
	rateField("up", "Upload to all peers of the community.", func(c *Community) *Rate { return &c.Rates.Up }),
	rateField("down", "Download from all peers of the community.", func(c *Community) *Rate { return &c.Rates.Down }),
	scheduleField("Other limits at certain times of the week.", func(c *Community) *Schedule { return &c.Schedule }),
	sizeField("cap", "What the archives of the community may take on disk; the oldest go first.", func(c *Community) *Size { return &c.Cap }),
	switchField("serve", "Upload to peers.", func(c *Community) *bool { return &c.Serve }),
	switchField("fetch", "Download from peers.", func(c *Community) *bool { return &c.Fetch }),
	switchField("paused", "Do nothing for the community.", func(c *Community) *bool { return &c.Paused }),
	of("pins", pinForms, "Spans whose archives are never evicted.", func(c *Community) *[]message.Span { return &c.Pins }, ParsePins, FormatPins),
	switchField("drop_messages_on_evict", "Delete the messages of an archive that is evicted.", func(c *Community) *bool { return &c.DropMessages }),
	switchField("evict_originals", "An owner's own archives may be evicted once other seeders hold them.", func(c *Community) *bool { return &c.EvictOriginals }),
}

func refused(value, accepts string) error { return &FormError{Value: value, Accepts: accepts} }

func parseSwitch(s string) (bool, error) {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case on, "true", "yes":
		return true, nil
	case off, "false", "no":
		return false, nil
	}
	return false, refused(s, switchForms)
}

func formatSwitch(b bool) string {
	if b {
		return on
	}
	return off
}

func parsePace(s string) (string, error) {
	p := strings.ToLower(strings.TrimSpace(s))
	if p != PaceBackground && p != PaceNormal && p != PaceFast {
		return "", refused(s, paceForms)
	}
	return p, nil
}

func parseZone(s string) (*time.Location, error) {
	s = strings.TrimSpace(s)
	switch strings.ToLower(s) {
	case "local":
		return time.Local, nil
	case "utc":
		return time.UTC, nil
	case "":
		return nil, refused(s, zoneForms)
	}
	zone, err := time.LoadLocation(s)
	if err != nil {
		return nil, refused(s, zoneForms)
	}
	return zone, nil
}

func formatZone(zone *time.Location) string {
	if zone == nil || zone == time.Local {
		return "local"
	}
	return zone.String()
}

// ParsePins reads spans such as "2024-01-01..2024-02-01", with commas between
// them; the empty text and "none" are no spans. Ends are dates in UTC or times
// such as 2024-01-01T12:00:00Z, from 1970 on, and the second is not included.
// What is returned is in order, and spans that overlap or meet are one.
// The error is a [*FormError].
func ParsePins(text string) ([]message.Span, error) {
	if s := strings.TrimSpace(text); s == "" || strings.EqualFold(s, none) {
		return nil, nil
	}
	items := strings.Split(text, ",")
	if len(items) > MaxPins {
		return nil, refused(text, fmt.Sprintf("at most %d spans", MaxPins))
	}
	var pins []message.Span
	for _, item := range items {
		first, last, _ := strings.Cut(item, "..")
		from, okFrom := parseInstant(first)
		to, okTo := parseInstant(last)
		if !okFrom || !okTo || from >= to {
			return nil, refused(item, pinForms)
		}
		pins = spans.Merge(pins, message.Span{From: from, To: to})
	}
	return pins, nil
}

// FormatPins returns spans as [ParsePins] reads them.
func FormatPins(spans []message.Span) string {
	if len(spans) == 0 {
		return none
	}
	items := make([]string, len(spans))
	for i, s := range spans {
		items[i] = formatInstant(s.From) + ".." + formatInstant(s.To)
	}
	return strings.Join(items, ",")
}

func parseInstant(s string) (uint64, bool) {
	s = strings.TrimSpace(s)
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		t, err = time.Parse(time.RFC3339, s)
	}
	if err != nil || t.Unix() < 0 || t.Nanosecond() != 0 || t.UTC().Year() > 9999 {
		return 0, false
	}
	return uint64(t.Unix()), true
}

func formatInstant(s uint64) string {
	t := time.Unix(int64(s), 0).UTC()
	if s%86400 == 0 {
		return t.Format(time.DateOnly)
	}
	return t.Format(time.RFC3339)
}
