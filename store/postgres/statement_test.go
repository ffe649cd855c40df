package postgres

import "testing"

func TestPlaceholders(t *testing.T) {
	for in, want := range map[string]string{
		"SELECT 1":                        "SELECT 1",
		"VALUES (?, ?)":                   "VALUES ($1, $2)",
		"?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?": "$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11",
	} {
		for range 2 { // the second time it is remembered
			if got := placeholders(in); got != want {
				t.Errorf("%s: got %s, want %s", in, got, want)
			}
		}
	}
}
