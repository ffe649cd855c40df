// Package liveheap tells tests how much memory is held.
package liveheap

import "runtime"

// Bytes returns how many bytes of the heap are held, without what waits to be collected.
func Bytes() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
