package doctor

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"slices"
	"sync"
	"time"

	"seeder/internal/clock"
)

// ntpEpoch is the beginning of NTP's time in seconds before that of Unix.
const ntpEpoch = 2_208_988_800

var errTimeServer = errors.New("not the answer of a time server")

// askServers asks all time servers at once and returns by how much the clock is
// ahead of the median of those that answer, and how many these are.
func askServers(ctx context.Context, c clock.Clock, servers []string) (ahead time.Duration, answered int, err error) {
	var mu sync.Mutex
	var all []time.Duration
	var errs []error
	var wg sync.WaitGroup
	for _, s := range servers {
		wg.Go(func() {
			one, err := askServer(ctx, c, s)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				errs = append(errs, err)
				return
			}
			all = append(all, one)
		})
	}
	wg.Wait()
	if len(all) == 0 {
		return 0, 0, errors.Join(errs...)
	}
	slices.Sort(all)
	return all[len(all)/2], len(all), nil
}

// askServer asks a time server (SNTP, RFC 4330) by how much the clock is ahead.
func askServer(ctx context.Context, c clock.Clock, server string) (time.Duration, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "udp", server)
	if err != nil {
		return 0, fmt.Errorf("ask %s for the time: %w", server, err)
	}
	defer func() { _ = conn.Close() }() // nothing is buffered
	if until, ok := ctx.Deadline(); ok {
		if err := conn.SetDeadline(until); err != nil {
			return 0, fmt.Errorf("ask %s for the time: %w", server, err)
		}
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	sent := c.Now()
	q := make([]byte, 48)
	q[0] = 4<<3 | 3 // version 4, client
	binary.BigEndian.PutUint64(q[40:], toNTP(sent))
	if _, err := conn.Write(q); err != nil {
		return 0, fmt.Errorf("ask %s for the time: %w", server, err)
	}
	a := make([]byte, 512)
	n, err := conn.Read(a)
	if err != nil {
		return 0, fmt.Errorf("ask %s for the time: %w", server, err)
	}
	came := c.Now()
	// Mode server, synchronised, and an answer to this very question.
	if n < 48 || a[0]&7 != 4 || a[0]>>6 == 3 || a[1] == 0 || a[1] > 15 || !bytes.Equal(a[24:32], q[40:]) {
		return 0, fmt.Errorf("ask %s for the time: %w", server, errTimeServer)
	}
	received, answered := fromNTP(binary.BigEndian.Uint64(a[32:])), fromNTP(binary.BigEndian.Uint64(a[40:]))
	return (sent.Sub(received) + came.Sub(answered)) / 2, nil
}

// toNTP returns a time in NTP's form: seconds, and 2^-32 of them.
func toNTP(t time.Time) uint64 {
	return uint64(t.Unix()+ntpEpoch)<<32 | uint64(t.Nanosecond())<<32/uint64(time.Second)
}

// fromNTP is the inverse of toNTP, for times up to 2036, and after that from then on.
func fromNTP(n uint64) time.Time {
	seconds := int64(n >> 32)
	if seconds < ntpEpoch { // the count has begun anew
		seconds += 1 << 32
	}
	return time.Unix(seconds-ntpEpoch, int64(n&(1<<32-1)*uint64(time.Second)>>32))
}
