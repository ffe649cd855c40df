// Package rates keeps how fast a node transfers, and what it takes of the
// machine, for the graphs of the last hour, day and week.
package rates
