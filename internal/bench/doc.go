// Package bench holds the benchmarks of the main job over whole histories:
// packaging, reading back, importing, appending and seeding again. Each runs in
// a process of its own, so that its peak memory is its own, and beside a
// reference that does the unavoidable part of the same work in the same run.
//
// Run them with `make bench PKG=./internal/bench`; results are in
// docs/performance.md.
package bench
