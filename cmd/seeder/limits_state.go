package main

import (
	"fmt"

	"github.com/dustin/go-humanize"

	"seeder/internal/terminal"
	"seeder/node"
	"seeder/quota"
)

// modeText says in words what a community does.
func modeText(m node.Mode) string {
	if m.Reason == "" {
		return "active"
	}
	return terminal.Visible(m.Reason)
}

// rateText is bytes a second for people.
func rateText(n int64) string { return humanize.IBytes(uint64(max(n, 0))) + "/s" }

// sizeText is bytes for people.
func sizeText(n int64) string { return humanize.IBytes(uint64(max(n, 0))) }

// flowText says what passes, what may pass, and why.
func flowText(f node.Flow, running bool) string {
	s := quota.Rate(f.Limit).String()
	switch {
	case running && f.Limit == 0:
		s = rateText(f.Rate) + ", " + s
	case running:
		s = rateText(f.Rate) + " of " + s
	}
	s += " (" + f.From
	if f.Until != 0 {
		s += ", may change " + millisText(uint64(f.Until))
	}
	s += ")"
	if f.Waiting > 0 {
		s += fmt.Sprintf(", %d waiting", f.Waiting)
	}
	return s
}

// storageText says what is taken, what may be taken, and why.
func storageText(s node.Storage) string {
	out := sizeText(s.Used) + " used"
	if s.Reserved > 0 {
		out += " and " + sizeText(s.Reserved) + " reserved"
	}
	if s.Cap == 0 {
		return out + ", no cap (" + s.From + ")"
	}
	out += " of " + quota.Size(s.Cap).String() + " (" + s.From + ")"
	if s.Over > 0 {
		out += ", " + sizeText(s.Over) + " over the cap: " + terminal.Visible(s.OverReason)
	}
	return out
}

// diskText says what is free, what has to stay free, and why.
func diskText(d node.Disk) string {
	s := sizeText(d.Free) + " free of " + sizeText(d.Total)
	if d.Keep > 0 {
		s += fmt.Sprintf(", %s stay free (%s)", sizeText(d.Keep), d.From)
	}
	return s
}
