package catalog

import (
	"cmp"
	"fmt"
	"slices"

	"seeder/archive"
	"seeder/message"
	"seeder/store"
)

// History says how the history of a community stands on a node, span by span.
type History struct {
	// Indexed says that the index of the newest generation is here, so that gaps
	// can be told.
	Indexed bool `json:"indexed"`
	// Spans are in order of time. Those of archives may overlap when owners cut
	// weeks differently; those with pending messages only are whole partitions.
	Spans []SpanHistory `json:"spans"`
	// Totals sums up all spans; its span reaches from the first to the last.
	Totals SpanHistory `json:"totals"`
}

// Completeness is how whole a span is on a node.
type Completeness string

// The kinds of completeness.
const (
	Complete Completeness = "complete" // what is archived is here
	Gap      Completeness = "gap"      // archives, or messages of archives, are missing
	Unsealed Completeness = "pending"  // nothing is archived yet
	// GivenUp: archives were evicted for a storage cap, and nothing else is missing.
	// Their messages may be here yet: then as many are canonical as expected.
	GivenUp Completeness = "evicted"
)

// Gaps counts the archives that are not whole on this node, those of the index
// that it has no row for included.
func (h *History) Gaps() (n int) {
	for i := range h.Spans {
		n += len(h.Spans[i].Gaps)
	}
	return n
}

// SpanHistory is one span of a [History].
type SpanHistory struct {
	Span  message.Span `json:"span"`
	State Completeness `json:"state"`
	// Archived counts the archives of the span, Amended those among them that
	// are amendments. Each of them is in one of the four that follow: imported
	// (or stored, on a node that only serves), missing (to be fetched), evicted
	// or quarantined.
	Archived int `json:"archived"`
	Amended  int `json:"amended"`
	Imported int `json:"imported"`
	Missing  int `json:"missing"`
	Evicted  int `json:"evicted"`
	// OverCap counts those of the evicted that were given up for a storage cap; the
	// others are no longer in the index.
	OverCap     int `json:"over_cap"`
	Quarantined int `json:"quarantined"`
	// Expected is how many messages the archives hold, as far as they say so.
	Expected uint64 `json:"expected"`
	// Canonical messages are in an archive, Late ones in none although the span
	// is archived, Pending ones are not archived yet.
	Canonical uint64 `json:"canonical"`
	Late      uint64 `json:"late"`
	Pending   uint64 `json:"pending"`
	// Lacking is how many messages of the archives, which are all here, are not in
	// the database.
	Lacking uint64 `json:"lacking"`
	// Gaps are the archives that are missing or quarantined, those beyond a storage
	// cap included, which were never here.
	Gaps []MissingArchive `json:"gaps,omitempty"`
}

// MissingArchive is an archive that is not whole on this node.
type MissingArchive struct {
	Archive message.ArchiveID `json:"archive"`
	// State is empty when the index has the archive and no row stands for it.
	State  store.ArchiveState `json:"state,omitempty"`
	Reason string             `json:"reason,omitempty"`
	// NextTry is when a quarantined one is tried again, in milliseconds since
	// the Unix epoch; 0 for the others.
	NextTry int64 `json:"next_try,omitempty"`
}

// HistoryOf reads how the history of a community stands on a node that keeps
// messages, or only serves archives.
func HistoryOf(tx store.Tx, c message.CommunityID, keeps bool) (History, error) {
	h := History{Spans: []SpanHistory{}}
	rows, err := tx.Archives(c)
	if err != nil {
		return h, fmt.Errorf("list archives: %w", err)
	}
	gens, err := tx.Generations(c)
	if err != nil {
		return h, fmt.Errorf("list generations: %w", err)
	}
	bySpan := make(map[message.Span]*SpanHistory)
	known := make(map[message.ArchiveID]bool, len(rows))
	for i := range rows {
		known[rows[i].ID] = true
		spanOf(bySpan, rows[i].Span).add(&rows[i])
	}
	for i := range gens {
		if gens[i].RetireAt != 0 || len(gens[i].Index) == 0 {
			continue
		}
		h.Indexed = true
		entries, err := archive.DecodeIndex(gens[i].Index, 0)
		if err != nil {
			return h, fmt.Errorf("decode index of %s: %w", gens[i].InfoHash, err)
		}
		for e := range entries {
			if !known[entries[e].ID] {
				spanOf(bySpan, entries[e].Span).lack(&entries[e])
			}
		}
		break
	}
	if err := addPending(tx, c, bySpan); err != nil {
		return h, err
	}
	for _, s := range bySpan {
		if err := s.count(tx, c); err != nil {
			return h, err
		}
		s.judge(keeps)
		h.Spans = append(h.Spans, *s)
	}
	slices.SortFunc(h.Spans, func(a, b SpanHistory) int {
		return cmp.Or(cmp.Compare(a.Span.From, b.Span.From), cmp.Compare(a.Span.To, b.Span.To))
	})
	h.sum()
	return h, nil
}

// judge says how whole a span is, once everything in it was counted.
func (s *SpanHistory) judge(keeps bool) {
	if keeps && len(s.Gaps) == 0 && s.Evicted == 0 && s.Canonical < s.Expected {
		s.Lacking = s.Expected - s.Canonical
	}
	switch {
	case s.Archived == 0:
		s.State = Unsealed
	case len(s.Gaps) > 0 || s.Lacking > 0:
		s.State = Gap
	case s.OverCap > 0:
		s.State = GivenUp
	default:
		s.State = Complete
	}
}

// sum fills in the totals.
func (h *History) sum() {
	t := &h.Totals
	t.State = Complete
	for i := range h.Spans {
		s := &h.Spans[i]
		if i == 0 {
			t.Span.From = s.Span.From
		}
		t.Span.To = max(t.Span.To, s.Span.To)
		switch {
		case s.State == Gap:
			t.State = Gap
		case s.State == GivenUp && t.State == Complete:
			t.State = GivenUp
		}
		t.Archived += s.Archived
		t.Amended += s.Amended
		t.Imported += s.Imported
		t.Missing += s.Missing
		t.Evicted += s.Evicted
		t.OverCap += s.OverCap
		t.Quarantined += s.Quarantined
		t.Expected += s.Expected
		t.Canonical += s.Canonical
		t.Late += s.Late
		t.Pending += s.Pending
		t.Lacking += s.Lacking
	}
}

func spanOf(m map[message.Span]*SpanHistory, span message.Span) *SpanHistory {
	s := m[span]
	if s == nil {
		s = &SpanHistory{Span: span}
		m[span] = s
	}
	return s
}

func (s *SpanHistory) add(row *store.Archive) {
	s.Archived++
	if row.Amends > 0 {
		s.Amended++
	}
	s.Expected += row.Messages
	switch row.State {
	case store.Imported, store.Stored:
		s.Imported++
		return
	case store.Evicted:
		s.Evicted++
		if row.Reason == store.OverCap {
			s.OverCap++
		}
		return
	case store.Quarantined:
		s.Quarantined++
		s.Gaps = append(s.Gaps, MissingArchive{Archive: row.ID, State: row.State, Reason: row.Reason, NextTry: row.NextTry})
	case store.Listed, store.Downloading:
		s.Missing++
		s.Gaps = append(s.Gaps, MissingArchive{Archive: row.ID, State: row.State, Reason: row.Reason})
	}
}

// lack notes an archive of the index without a row.
func (s *SpanHistory) lack(e *archive.Entry) {
	s.Archived++
	s.Missing++
	if e.Seal != nil {
		s.Expected += e.Seal.MessageCount
		if e.Seal.Amends > 0 {
			s.Amended++
		}
	}
	s.Gaps = append(s.Gaps, MissingArchive{Archive: e.ID, Reason: "this node has no row of it"})
}

// addPending adds the partitions that hold messages which are not archived.
func addPending(tx store.Tx, c message.CommunityID, m map[message.Span]*SpanHistory) error {
	rest := message.Forever()
	for {
		ts, found, err := tx.FirstMessage(c, rest, store.Pending)
		if err != nil {
			return fmt.Errorf("look for pending messages: %w", err)
		}
		if !found {
			return nil
		}
		span := message.PartitionOf(ts)
		spanOf(m, span)
		rest.From = span.To
	}
}

func (s *SpanHistory) count(tx store.Tx, c message.CommunityID) error {
	for class, n := range map[store.Class]*uint64{
		store.Canonical: &s.Canonical, store.Late: &s.Late, store.Pending: &s.Pending,
	} {
		var err error
		if *n, err = tx.CountMessages(c, s.Span, class); err != nil {
			return fmt.Errorf("count messages of %s: %w", s.Span, err)
		}
	}
	return nil
}
