// Package activity tells what happens on a node: a decorator of the database
// turns what is committed into events, which are kept in a ring, over restarts
// too, and given to those who listen.
package activity
