// Package sqlite is the database in one SQLite file, by way of a driver that
// needs no C compiler. It implements the contract of package store.
//
// # What a commit is worth
//
// The file is in WAL mode with synchronous = FULL: a transaction that Update
// has reported as committed is in the file system's hands, synced, and
// survives both the death of the process and the loss of power, as far as the
// disk keeps what it said it wrote. A transaction that had not committed
// leaves nothing. The sync costs well under a millisecond on a solid-state
// disk (BenchmarkSmallUpdate), once a transaction: nothing beside an archive.
//
// # Several processes
//
// Any number of processes on one machine may open the same file (not over a
// network file system). Readers see a snapshot and never wait. Writers take
// turns: Update waits up to [Options].LockTimeout for another process and then
// returns [ErrLocked].
//
// # Memory
//
// One connection writes with a page cache of 16 MiB, and up to
// [Options].Readers read with 4 MiB each; a View beyond that number waits, so
// Views nest only so deep. A scan holds one row.
//
// # Schema
//
// The folder migrations holds it, with the rule for changing it. Opening a
// file brings it to the newest version; a file of a newer version is refused
// with [store.ErrNewerSchema]. The file is recognised by its application_id,
// so that the database of another program is refused with [ErrNotDatabase] and
// left alone.
package sqlite
