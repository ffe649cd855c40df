// Package activity tells what happens on a node. A decorator of the database
// ([Watch]) turns what is committed into events; a [Log] keeps the last [Size] of
// them, over restarts too, and gives them to those who listen.
//
// # What is promised
//
// An event is told after its transaction was committed, never before, and at most
// once: a process that dies between the two tells it never. What other processes
// change in the database is not told. Who listens gets every event in order of
// their ids, or is cut off and told so; nobody who listens holds up a transaction.
//
// # The file
//
// The events are kept in a file of lines, each ended by a line feed. The first says
// what it is; each of the others is an event in JSON, in order of id:
//
//	{"format":"seeder activity","version":1}
//	{"id":"1795200000000001","at":1795200000123,"community":"","kind":"setting",
//	 "subject":"up","state":"set","text":"up is set to 1 MiB/s"}
//
// (Here broken in two for reading.) Lines are appended as events happen. A file
// of more than twice [Size] lines is written anew with the last [Size]. A last
// line without line feed was cut by the end of a process, and counts as not
// there. A file that says otherwise is damaged: it is set aside with the suffix
// [DamagedSuffix], and a new one has the lines that are whole and in order.
package activity
