// Package nearest finds the word that somebody may have meant.
package nearest

// Word returns the one of words that is nearest to s, the first of several, and how
// far it is: the Levenshtein distance in bytes. Words must not be empty.
func Word(s string, words []string) (near string, far int) {
	near, far = words[0], distance(s, words[0])
	for _, w := range words[1:] {
		if d := distance(s, w); d < far {
			near, far = w, d
		}
	}
	return near, far
}

func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}
