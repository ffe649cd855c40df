package e2e

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"seeder/daemon"
	"seeder/store"
	"seeder/swarm"
	"seeder/swarm/bittorrent"
)

// Settings of the benchmark; `make bench-scale` sets them.
var (
	scaleCommunities = flag.Int("scale-communities", 4, "communities of the scale benchmark")
	scaleWeeks       = flag.Int("scale-weeks", 26, "weekly archives of each community")
	scaleIdle        = flag.Duration("scale-idle", 10*time.Second, "how long an idle node is watched, twice")
	scaleRest        = flag.Duration("scale-rest", 0, "how long after the first time the second begins")
	scaleDir         = flag.String("scale-dir", "", "folder where the histories are kept from run to run")
	scaleProfile     = flag.String("scale-profile", "", "folder for profiles of the nodes, which then run inside the test program")
)

// BenchmarkScale starts nodes with many communities and tells what they take
// when nothing happens. The times of the benchmark itself mean nothing.
func BenchmarkScale(b *testing.B) {
	for _, role := range []store.Role{store.RoleMember, store.RoleOwner} {
		b.Run(string(role), func(b *testing.B) {
			dir := *scaleDir
			if dir == "" {
				dir = tempDir(b)
			}
			folder := buildScaled(b, dir, role, *scaleCommunities, *scaleWeeks)
			b.ResetTimer()
			for b.Loop() {
				folder.measure(b)
			}
		})
	}
}

func (s *scaled) measure(b *testing.B) {
	b.Helper()
	dht := localDHT(b)
	n := newNode(b, "scaled-"+string(s.role), "", settings{})
	n.inside = *scaleProfile != ""
	neighbour := newNode(b, "neighbour", "", settings{})
	neighbour.run()
	n.configureScaled(s.data, dht, neighbour.at.Waku)
	began := time.Now()
	n.start("")
	if !n.up() {
		b.Fatal(n.tail())
	}
	first := time.Since(began)
	s.awaitServed(b, n)
	served := time.Since(began)
	busy := n.cpu()
	settled := n.settle(len(s.keys))
	b.ReportMetric(first.Seconds(), "s-to-listen")
	b.ReportMetric(served.Seconds(), "s-to-serve")
	b.ReportMetric(busy.Seconds(), "cpu-s-to-serve")
	b.ReportMetric(n.cpu().Seconds(), "cpu-s-to-settle")
	b.ReportMetric(time.Since(began).Seconds(), "s-to-settle")
	b.ReportMetric(float64(settled)/(1<<20), "MiB-RSS")
	b.ReportMetric(n.idle(func() { n.profile(b, *scaleProfile, s.role) }), "%-of-a-core")
	time.Sleep(*scaleRest) // what is measured is what it takes while nothing happens
	b.ReportMetric(n.idle(func() {}), "%-of-a-core-later")
	b.ReportMetric(float64(n.memory())/(1<<20), "MiB-RSS-later")
	s.reportMetrics(b, n)
	b.ReportMetric(n.changeLimit(b).Seconds()*1000, "ms-to-limit")
	n.stop()
}

// idle returns what a node takes of a processor while nothing happens, in percent.
func (n *node) idle(meanwhile func()) float64 {
	from, start := n.cpu(), time.Now()
	meanwhile()
	time.Sleep(time.Until(start.Add(*scaleIdle))) // this is what is measured
	return 100 * (n.cpu() - from).Seconds() / time.Since(start).Seconds()
}

// reportMetrics reports what the node tells of itself, and how long it takes to.
func (s *scaled) reportMetrics(b *testing.B, n *node) {
	b.Helper()
	n.scrape() // reads what it does not know yet
	from, began := n.cpu(), time.Now()
	const scrapes = 10
	for range scrapes {
		n.scrape()
	}
	b.ReportMetric(time.Since(began).Seconds()*1000/scrapes, "ms-scrape")
	b.ReportMetric((n.cpu()-from).Seconds()*1000/scrapes, "cpu-ms-scrape")
	got := n.metrics()
	b.ReportMetric(got["go_goroutines"], "goroutines")
	b.ReportMetric(got["go_memstats_heap_alloc_bytes"]/(1<<20), "MiB-heap")
	var hashed, indexes, torrents float64
	for series, v := range got {
		switch {
		case strings.HasPrefix(series, "seeder_hashed_bytes_total{"):
			hashed += v
		case strings.HasPrefix(series, "seeder_hashed_index_bytes_total{"):
			indexes += v
		case strings.HasPrefix(series, "seeder_torrents{"):
			torrents += v
		}
	}
	b.ReportMetric(indexes, "B-of-indexes-hashed")
	b.ReportMetric(hashed-indexes, "B-of-archives-hashed")
	if hashed != indexes {
		b.Errorf("%v bytes of archives were hashed", hashed-indexes)
	}
	if int(torrents) != len(s.hashes) {
		b.Errorf("%v torrents are told of, %d served", torrents, len(s.hashes))
	}
}

// changeLimit sets the limit of the node as a user does, in the database, and
// returns after how long it is in force.
func (n *node) changeLimit(b *testing.B) time.Duration {
	b.Helper()
	client, err := daemon.Control(n.cfg)
	if err != nil {
		b.Fatal(err)
	}
	inForce := func(want int64) func() error {
		return func() error {
			l, err := client.Limits(b.Context())
			if err == nil && l.Node.Up.Limit != want {
				err = fmt.Errorf("limit is %d, want %d", l.Node.Up.Limit, want)
			}
			return err
		}
	}
	began := time.Now()
	n.limitUp(b, "256KiB/s")
	n.await("obey the limit", inForce(256<<10))
	took := time.Since(began)
	n.limitUp(b, "")
	n.await("forget it", inForce(0))
	return took
}

func (n *node) limitUp(b *testing.B, up string) {
	b.Helper()
	withStore(b, n.cfg, func(db store.DB) error {
		return db.Update(b.Context(), func(tx store.Tx) error { return tx.PutSetting(store.Setting{Key: "up", Value: up}) })
	})
}

// configureScaled makes the node work on a folder as it stands, with the usual
// intervals.
func (n *node) configureScaled(data, dht string, waku []string) {
	n.t.Helper()
	listen, swarm := addresses(n.t)
	text := fmt.Sprintf(`data_dir: %q
waku: {listen: %s, cluster: %d, shard: 0, peers: [%s]}
metrics: {listen: "127.0.0.1:0"}
swarm: {listen: %s, dht: true, dht_nodes: [%s], trackers: []}
`, data, listen, cluster, quoted(waku), swarm, dht)
	if err := os.WriteFile(n.configPath(), []byte(text), 0o600); err != nil {
		n.t.Fatal(err)
	}
	n.load()
}

// awaitServed waits until every generation is served whole: a peer that
// connects is told that all pieces are here.
func (s *scaled) awaitServed(b *testing.B, n *node) {
	b.Helper()
	for i, hash := range s.hashes {
		n.await("serve everything", func() error { return servedWhole(n.at.Swarm[0], hash, i) })
	}
}

// servedWhole connects as a peer and looks at the first message that tells
// which pieces are here.
func servedWhole(addr string, hash swarm.InfoHash, i int) error {
	conn, err := net.DialTimeout("tcp", addr, 5*time.Second)
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(5 * time.Second)); err != nil {
		return err
	}
	hello := append([]byte("\x13BitTorrent protocol"), 0, 0, 0, 0, 0, 0, 0, 0x04) // with BEP 6
	hello = append(hello, hash[:]...)
	hello = append(hello, fmt.Sprintf("-XX0000-%012d", i)...)
	if _, err := conn.Write(hello); err != nil {
		return err
	}
	r := bufio.NewReader(conn)
	if _, err := io.ReadFull(r, hello); err != nil {
		return fmt.Errorf("generation %x is not known: %w", hash, err)
	}
	for {
		var size uint32
		if err := binary.Read(r, binary.BigEndian, &size); err != nil {
			return err
		}
		msg := make([]byte, min(size, 1<<20))
		if _, err := io.ReadFull(r, msg); err != nil {
			return err
		}
		switch {
		case len(msg) > 0 && msg[0] == 14: // have all (BEP 6)
			return nil
		case len(msg) > 0 && (msg[0] == 15 || msg[0] == 5): // have none, bitfield
			return fmt.Errorf("generation %x is not whole", hash)
		}
	}
}

// settle waits until the audits of the start are done and the processor time of
// the node hardly grows, and returns its memory then.
func (n *node) settle(audits int) uint64 {
	n.t.Helper()
	last, quiet := n.cpu(), 0
	for end := time.Now().Add(15 * time.Minute); quiet < 5 && time.Now().Before(end); {
		time.Sleep(2 * time.Second)
		now := n.cpu()
		quiet++
		if now-last > 300*time.Millisecond || strings.Count(n.log(), `msg="operation done"`) < audits {
			quiet = 0
		}
		last = now
	}
	return n.memory()
}

// cpu is the processor time that the process has taken.
func (n *node) cpu() time.Duration {
	n.t.Helper()
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", n.cmd.Process.Pid))
	if err != nil {
		n.t.Fatal(err)
	}
	fields := strings.Fields(string(b[bytes.LastIndexByte(b, ')')+1:]))
	var ticks int64
	for _, f := range fields[11:13] { // utime and stime, see proc(5)
		v, err := strconv.ParseInt(f, 10, 64)
		if err != nil {
			n.t.Fatal(err)
		}
		ticks += v
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}

var rssLine = regexp.MustCompile(`(?m)^VmRSS:\s+(\d+) kB$`)

// memory is what the process has in memory, in bytes.
func (n *node) memory() uint64 {
	n.t.Helper()
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", n.cmd.Process.Pid))
	if err != nil {
		n.t.Fatal(err)
	}
	match := rssLine.FindSubmatch(b)
	if match == nil {
		n.t.Fatalf("no VmRSS in %s", b)
	}
	kib, err := strconv.ParseUint(string(match[1]), 10, 64)
	if err != nil {
		n.t.Fatal(err)
	}
	return kib << 10
}

// profile takes profiles of a node that runs inside the test program.
func (n *node) profile(b *testing.B, dir string, role store.Role) {
	b.Helper()
	if dir == "" {
		return
	}
	for name, path := range map[string]string{
		"heap": "heap?gc=1", "goroutine": "goroutine?debug=1",
		"cpu": fmt.Sprintf("profile?seconds=%d", int(scaleIdle.Seconds())),
	} {
		resp, err := http.Get("http://" + profileAddr + "/debug/pprof/" + path)
		if err != nil {
			b.Fatal(err)
		}
		out, err := os.Create(filepath.Join(dir, string(role)+"."+name))
		if err != nil {
			b.Fatal(err)
		}
		_, err = io.Copy(out, resp.Body)
		if err := errors.Join(err, out.Close(), resp.Body.Close()); err != nil {
			b.Fatal(err)
		}
	}
}

// localDHT starts nodes of a distributed hash table that nobody else knows, and
// returns where it is entered.
func localDHT(b *testing.B) string {
	b.Helper()
	var entry []string
	for range 4 {
		s, err := bittorrent.New(bittorrent.Options{
			Files: swarm.NewFiles(tempDir(b)), Listen: "127.0.0.1:0", DHT: true, DHTNodes: append(entry, "127.0.0.1:1"),
		})
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { _ = s.Close() })
		entry = s.Addrs()[:1]
	}
	return entry[0]
}
