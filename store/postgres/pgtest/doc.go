// Package pgtest gives tests and demonstrations a PostgreSQL to use: a
// throw-away cluster made with the programs of this machine, or the server
// that the environment variable SEEDER_TEST_POSTGRES_URL names.
//
// A test asks for a database of its own:
//
//	db, err := postgres.Open(ctx, pgtest.URL(t), postgres.Options{})
//
// and the package's TestMain stops the cluster that the first such test started:
//
//	func TestMain(m *testing.M) { pgtest.Main(m) }
//
// Without server and programs a test fails; it is never skipped.
package pgtest
