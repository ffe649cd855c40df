package main

func damagedText(w io.Writer, rows []damagedRow) {
	for _, r := range rows {
		what := "nothing is transferred"
		if r.InForce != "" {
			what = terminal.Visible(r.InForce) + " stays in force"
		}
		fmt.Fprintf(w, "damaged\t%s is %.60q: %s; %s\n", settingFlag(r.Key), r.Value, what, terminal.Visible(r.Hint))
	}
}
