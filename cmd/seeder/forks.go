package main

// forksText writes a line for each fork.
func (s summary) forksText(w io.Writer) {
	for _, f := range s.Forks {
		first := "unknown"
		if f.FirstDiffering != "" {
			first = f.FirstDiffering
		}
		fmt.Fprintf(w, "fork\ttorrent %s of %s lost to %s of %s; first archive that differs: %s\n",
			f.InfoHash, millisText(f.Clock), f.Winner, millisText(f.WinnerClock), first)
	}
}
