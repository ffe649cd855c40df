package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dustin/go-humanize/english"
	"github.com/mattn/go-runewidth"

	"seeder/internal/terminal"
	"seeder/node"
	"seeder/quota"
	"seeder/store"
)

// labelWidth is that of the longest name of a line, and a space.
const labelWidth = len("announcement") + 1

// barCells is how many characters a bar has between its ends.
const barCells = 10

// narrow is the width, in columns, below which there are no bars, and lines say the
// most important alone.
const narrow = 60

// bar shows a part of a whole; nothing when there is no whole.
func bar(part, whole int64) piece {
	if whole <= 0 {
		return piece{}
	}
	share := min(max(float64(part)/float64(whole), 0), 1)
	cells := int(share*barCells + 0.5)
	p := piece{"[" + strings.Repeat("#", cells) + strings.Repeat("-", barCells-cells) + "]", good}
	switch {
	case share >= 0.95:
		p.style = bad
	case share >= 0.75:
		p.style = warn
	}
	return p
}

// share shows a part of a whole that is to be reached; nothing when there is no
// whole.
func share(part, whole int64) piece {
	p := bar(part, whole)
	if p.text != "" {
		p.style = good
	}
	return p
}

// leftText says about how long so many bytes take at a rate; nothing when nobody
// knows.
func leftText(left, rate int64) string {
	if left <= 0 || rate <= 0 {
		return ""
	}
	d := time.Duration(left/rate+1) * time.Second
	switch {
	case d < time.Minute:
		return fmt.Sprintf(", about %d s left", int(d.Seconds()))
	case d < 2*time.Hour:
		return fmt.Sprintf(", about %d min left", int(d.Minutes()))
	default:
		return fmt.Sprintf(", about %d h left", int(d.Hours()))
	}
}

// labelled begins a line with a name, and aligns what follows.
func labelled(name, value string, rest ...piece) screenLine {
	l := screenLine{{fmt.Sprintf("%-*s", labelWidth, name), dim}, {text: value}}
	for _, p := range rest {
		if p.text != "" {
			l = append(l, piece{text: "  "}, p)
		}
	}
	return l
}

// flowLine shows a direction.
func flowLine(f node.Flow, name string, align int) screenLine {
	value := rateText(f.Rate) + ", unlimited"
	if f.Limit > 0 {
		value = rateText(f.Rate) + " of " + quota.Rate(f.Limit).String()
	}
	var waiting, why piece
	if f.Waiting > 0 {
		waiting = piece{fmt.Sprintf("%d waiting", f.Waiting), warn}
	}
	if f.From == node.FromSchedule || f.From == node.FromAlternative {
		why = piece{f.From, dim}
	}
	return labelled(name, pad(value, align), barAt(align, bar(f.Rate, f.Limit)), waiting, why)
}

// alignment returns the width of values before bars; 0 where there is no space
// for either.
func alignment(width int) int {
	if width < narrow {
		return 0
	}
	return 24
}

// barAt leaves out a bar where there is no space for it.
func barAt(align int, p piece) piece {
	if align == 0 {
		return piece{}
	}
	return p
}

func pad(s string, width int) string { return runewidth.FillRight(s, width) }

// storageLine shows what is taken on the disk.
func storageLine(s node.Storage, align int) screenLine {
	value := sizeText(s.Used) + ", no cap"
	if s.Cap > 0 {
		value = sizeText(s.Used) + " of " + quota.Size(s.Cap).String()
	}
	var reserved, archives piece
	if s.Reserved > 0 {
		reserved = piece{sizeText(s.Reserved) + " reserved", warn}
	}
	archives.text = english.Plural(s.Archives, "archive", "")
	return labelled("storage", pad(value, align), barAt(align, bar(s.Used+s.Reserved, s.Cap)), reserved, archives)
}

func diskLine(d node.Disk, align int) screenLine {
	l := labelled("disk", pad(sizeText(d.Free)+" free", align))
	if d.Keep > 0 {
		l = append(l, piece{text: "  " + sizeText(d.Keep) + " stay free"})
	}
	if d.Total > 0 && d.Free < d.Keep {
		l = append(l, piece{"  too little", bad})
	}
	return l
}

// nowLines shows everything in width columns and height lines: a block a community
// where all fit, a line a community otherwise.
func nowLines(s seen, width, height int) []screenLine {
	align := alignment(width)
	out := nowHead(s, align, height)
	blocks := slices.Clone(out)
	for _, c := range s.Communities {
		blocks = append(append(blocks, nil), communityBlock(c, s.Fetches[c.ID], s.Answering, align)...)
	}
	if len(blocks) <= height {
		return blocks
	}
	if height >= usualHeight/2 {
		out = append(out, nil)
	}
	out = append(out, tableHead(width))
	list := slices.Clone(s.Communities)
	slices.SortStableFunc(list, func(a, b node.CommunityNow) int { return cmp.Compare(busy(b), busy(a)) })
	room := max(height-len(out), 0)
	for i, c := range list {
		if i == room-1 && len(list) > room {
			more := fmt.Sprintf("and %d more", len(list)-i)
			if width >= narrow {
				more += ": seeder status --watch COMMUNITY shows one"
			}
			out = append(out, screenLine{{more, dim}})
			break
		}
		out = append(out, communityRow(c, width))
	}
	return out[:min(len(out), height)]
}

// nowHead shows the node.
func nowHead(s seen, align, height int) []screenLine {
	daemon := labelled("daemon", "")
	if s.Running {
		daemon[1] = piece{daemonText(true, s.Answering), good}
		if !s.Answering {
			daemon[1].style = warn
		}
		if align > 0 {
			daemon = append(daemon, piece{text: fmt.Sprintf(", process %d, version %s", s.PID, s.Version)})
		}
	} else {
		daemon[1] = piece{"not running", bad}
	}
	daemon = append(daemon, piece{"  " + time.UnixMilli(s.Time).UTC().Format("15:04:05 UTC"), dim})
	out := []screenLine{daemon}
	if s.Error != "" {
		out = append(out, screenLine{{s.Error, bad}})
	}
	out = append(out, flowLine(s.Limits.Up, "upload", align), flowLine(s.Limits.Down, "download", align), storageLine(s.Limits.Storage, align), diskLine(s.Limits.Disk, align))
	if s.Limits.Battery == "yes" || s.Limits.Metered == "yes" {
		out = append(out, labelled("machine", "on battery: "+s.Limits.Battery+", metered connection: "+s.Limits.Metered))
	}
	out = append(out, operationLines(s, align, min(max(height/6, 1), maxOperations))...)
	if len(s.Communities) == 0 {
		out = append(out, nil, textLine("No communities yet: seeder community join ID, or seeder community create."))
	}
	return out
}

// maxOperations is how many operations are shown where there is room.
const maxOperations = 4

// operationLines shows what somebody asked for, in room lines and one that says how many
// more there are.
func operationLines(s seen, align, room int) (out []screenLine) {
	for i, o := range s.Operations {
		if i == room {
			return append(out, screenLine{{fmt.Sprintf("and %d more: seeder operation list --open", len(s.Operations)-i), dim}})
		}
		of := ""
		for _, c := range s.Communities {
			if c.ID == o.Community {
				of = titleOf(c)
			}
		}
		out = append(out, operationLine(o, of, align))
	}
	return out
}

func operationLine(o node.Operation, of string, align int) screenLine {
	value := "has not begun"
	if o.State != store.OperationPending {
		value = progressText(o)
	}
	var reason piece
	if o.Reason != "" {
		reason = piece{whyText(o) + ": " + o.Reason, warn}
	}
	name := runewidth.Truncate(o.Kind, labelWidth-1, "…")
	return labelled(name, pad(value, align), barAt(align, share(int64(o.Done), int64(o.Total))), piece{of, dim}, reason)
}

// titleOf is the name of a community, or its id.
func titleOf(c node.CommunityNow) string {
	if c.Name != "" {
		return c.Name
	}
	return c.ID.String()[:14]
}

// modePiece shows what a community does.
func modePiece(c node.CommunityNow) piece {
	if c.Mode.Reason == "" {
		return piece{"active", good}
	}
	return piece{c.Mode.Reason, warn}
}

// communityBlock shows a community in several lines.
func communityBlock(c node.CommunityNow, fetch fetchState, running bool, align int) []screenLine {
	out := []screenLine{
		{{titleOf(c), bold}, {"  " + string(c.Role) + "  ", plain}, modePiece(c)},
		flowLine(c.Up, "upload", align), flowLine(c.Down, "download", align), storageLine(c.Storage, align),
	}
	if fetch.archives > 0 {
		value := sizeText(fetch.done) + " of " + sizeText(fetch.total)
		out = append(out, labelled("fetching", pad(value, align), barAt(align, share(fetch.done, fetch.total)),
			piece{text: english.Plural(fetch.archives, "archive", "") + leftText(fetch.total-fetch.done, c.Down.Rate)}))
	}
	if running {
		out = append(out, labelled("peers", peersText(c.LimitsUse)))
		for _, w := range c.Work {
			out = append(out, labelled(w.Part, workText(w)))
		}
	}
	return out
}

func peersText(u node.LimitsUse) string {
	s := fmt.Sprint(u.Peers)
	if u.Copies != nil {
		s += fmt.Sprintf(" (rarest archive: %s)", english.Plural(*u.Copies, "copy", "copies"))
	}
	return s
}

// busy is 1 while anything passes or waits, and 0 otherwise.
func busy(c node.CommunityNow) int {
	if c.Up.Rate+c.Down.Rate > 0 || c.Up.Waiting+c.Down.Waiting > 0 {
		return 1
	}
	return 0
}

// columns are the widths of a table in which a community takes a line; 0 leaves
// a column out.
type columns struct{ name, flow, storage, peers int }

// columnsFor returns what fits, with limits beside rates and caps beside what is
// used where there is space for them.
func columnsFor(width int) (c columns, limits bool) {
	switch {
	case width >= 110:
		return columns{name: 22, flow: 23, storage: 21, peers: 7}, true
	case width >= 70:
		return columns{name: 20, flow: 13, storage: 11, peers: 7}, false
	case width >= 54:
		return columns{name: 14, flow: 11, storage: 10}, false
	case width >= 40:
		return columns{name: 11, flow: 11}, false
	default:
		return columns{name: 14}, false
	}
}

// line puts the fields of a row into the columns.
func (c columns) line(name, up, down, storage, peers string) string {
	s := ""
	for _, f := range []struct {
		text  string
		width int
	}{{name, c.name}, {up, c.flow}, {down, c.flow}, {storage, c.storage}, {peers, c.peers}} {
		if f.width > 0 {
			s += pad(runewidth.Truncate(f.text, f.width-1, "…"), f.width)
		}
	}
	return s
}

func tableHead(width int) screenLine {
	c, _ := columnsFor(width)
	return screenLine{{c.line("COMMUNITY", "UPLOAD", "DOWNLOAD", "STORAGE", "PEERS") + "STATE", dim}}
}

// communityRow shows a community in one line.
func communityRow(c node.CommunityNow, width int) screenLine {
	cols, limits := columnsFor(width)
	of := func(used string, limit int64, text string) string {
		if limits && limit > 0 {
			return used + " of " + text
		}
		return used
	}
	line := cols.line(terminal.Visible(titleOf(c)),
		of(rateText(c.Up.Rate), c.Up.Limit, quota.Rate(c.Up.Limit).String()),
		of(rateText(c.Down.Rate), c.Down.Limit, quota.Rate(c.Down.Limit).String()),
		of(sizeText(c.Storage.Used), c.Storage.Cap, quota.Size(c.Storage.Cap).String()), fmt.Sprint(c.Peers))
	return screenLine{{text: line}, modePiece(c), {text: waitingFor(c)}}
}

// waitingFor says what the first part waits for that does.
func waitingFor(c node.CommunityNow) string {
	for _, w := range c.Work {
		if w.State == store.Waiting {
			return "; " + w.Part + " waits: " + w.Reason
		}
	}
	return ""
}

// nowPlain returns a line for the node and one for each community, for a file or
// another program.
func nowPlain(s seen) []string {
	at := time.UnixMilli(s.Time).UTC().Format(time.RFC3339)
	daemon := "not running"
	if s.Running {
		daemon = fmt.Sprintf("running, process %d", s.PID)
	}
	if s.Error != "" {
		daemon += ", " + terminal.Visible(s.Error)
	}
	out := []string{fmt.Sprintf("%s daemon %s, %s", at, daemon, usedText(s.Limits.Up, s.Limits.Down, s.Limits.Storage))}
	for _, c := range s.Communities {
		out = append(out, fmt.Sprintf("%s %s %s, %s, %s%s", at, terminal.Visible(titleOf(c)), modeText(c.Mode),
			usedText(c.Up, c.Down, c.Storage), english.Plural(c.Peers, "peer", ""), terminal.Visible(waitingFor(c))))
	}
	return out
}

// usedText says what is used of limits.
func usedText(up, down node.Flow, storage node.Storage) string {
	of := func(used string, limit int64, text string) string {
		if limit > 0 {
			return used + " of " + text
		}
		return used
	}
	return fmt.Sprintf("upload %s, download %s, storage %s",
		of(rateText(up.Rate), up.Limit, quota.Rate(up.Limit).String()),
		of(rateText(down.Rate), down.Limit, quota.Rate(down.Limit).String()),
		of(sizeText(storage.Used), storage.Cap, quota.Size(storage.Cap).String()))
}
