package meter

import (
	"os"
	"runtime/metrics"
	"strconv"
	"strings"
	"time"
)

// Process returns the processor time that this process has taken since its start,
// and the memory it has of the machine, in bytes. Where the system does not tell,
// the time is 0 and the memory that which Go has.
func Process() (cpu time.Duration, rss int64) {
	return processTime(), resident()
}

// resident reads Linux' table of the process.
func resident() int64 {
	text, err := os.ReadFile("/proc/self/statm")
	if fields := strings.Fields(string(text)); err == nil && len(fields) > 1 {
		if pages, err := strconv.ParseInt(fields[1], 10, 64); err == nil {
			return pages * int64(os.Getpagesize())
		}
	}
	read := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(read)
	return int64(read[0].Value.Uint64() - read[1].Value.Uint64())
}
