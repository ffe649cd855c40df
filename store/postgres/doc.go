// Package postgres is the database in PostgreSQL (13 or newer), by way of pgx.
// It implements the contract of package store.
//
// # Address
//
// [Open] takes a connection URL as libpq does,
//
//	postgres://seeder@db.example.org/seeder?search_path=harbour&pool_max_conns=8
//
// and what it lacks from the variables PGHOST, PGPASSWORD and so on. All
// tables are in the first schema of search_path, which is made when it does not
// exist; nodes may share a database as long as each has its own schema.
// A pooler between that gives one session to several clients will not do:
// transactions use a temporary table and prepared statements of their session.
//
// pool_max_conns is how many connections are open at most, by default
// [DefaultConnections] and at least 2: half of them write, the others read.
//
// # Transactions
//
// View is REPEATABLE READ and sees one snapshot; it never waits for a writer.
// Views beyond the number of reading connections wait.
//
// Update is READ COMMITTED, and takes an advisory lock on a community before
// it first reads or writes anything of it, until the transaction ends. Updates
// of one community therefore take turns, in the order in which they came, and
// neither lose an update nor repeat their work; those of different communities
// go side by side. The locks are taken in the order list of communities,
// community, archive id. A transaction that takes them in another order, or
// touches several communities, may deadlock with another; the server ends one of
// them, and that one is run again after a pause, like one that fails with a
// serialisation failure.
//
// An Update inside fn waits for ever for the outer one when both touch one
// community or the list of communities, or when all writing connections are
// taken; the server sees no deadlock in it. A View inside fn does not see what fn
// has written. A transaction used after its end returns an error.
//
// # What a commit is worth
//
// A transaction that Update has reported as committed survives what the
// server's settings say; synchronous_commit is turned on where it is off. When
// the connection is lost or the server restarts, transactions end with
// [store.ErrUnavailable], and later ones connect again by themselves. A server
// that is gone without a word is noticed after about half a minute.
//
// # Memory
//
// A scan is a server-side cursor whose rows are read one at a time. When fn
// uses the transaction meanwhile, the rest of the batch on its way is kept:
// some 256 KiB, as far as the rows before tell. Messages to be stored go to a
// temporary table by COPY in pieces of about 1 MiB, and from there into place
// by one statement.
//
// # Schema
//
// The folder migrations holds it, with the rule for changing it. Opening
// brings it to the newest version, while an advisory lock keeps others from
// doing the same; a newer one is refused with [store.ErrNewerSchema].
package postgres
