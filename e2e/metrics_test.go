package e2e

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"seeder/metrics"
)

// TestMetrics follows a history and compares what the nodes tell of it with
// what happened.
func TestMetrics(t *testing.T) {
	t.Parallel()
	s := firstStage(t)
	const told = "metrics: {listen: \"127.0.0.1:0\"}\n"
	owner := newNode(t, "owner", s.owner, settings{owner: told})
	owner.run()
	member := newNode(t, "member", s.member, settings{peers: []*node{owner}, owner: told})
	member.run()
	owner.await("be done", func() error { return settled(owner, member, s.want) })

	c := fmt.Sprintf("community=%q", metrics.Label(community()))
	archives, messages := float64(len(s.want.archives)), float64(s.want.messages)
	for n, want := range map[*node]map[string]float64{
		owner: {
			`seeder_archives{` + c + `,state="imported"}`:  archives,
			`seeder_communities{role="owner"}`:             1,
			`seeder_outbox{` + c + `}`:                     0,
			`seeder_allowed{activity="archive",` + c + `}`: 1,
		},
		member: {
			`seeder_archives{` + c + `,state="imported"}`:          archives,
			`seeder_archives{` + c + `,state="downloading"}`:       0,
			`seeder_imports_total{` + c + `,result="imported"}`:    archives,
			`seeder_import_messages_total{` + c + `,result="new"}`: messages,
			`seeder_gap_seconds{` + c + `}`:                        0,
			`seeder_communities{role="member"}`:                    1,
			`seeder_torrents{` + c + `}`:                           1,
			`seeder_scrape_complete`:                               1,
		},
	} {
		n.await("tell what happened", func() error {
			got := n.metrics()
			for series, v := range want {
				if got[series] != v {
					return fmt.Errorf("%s is %v, want %v", series, got[series], v)
				}
			}
			return nil
		})
	}
	got, gave := member.metrics(), owner.metrics()
	down, up := got[`seeder_transfer_bytes_total{`+c+`,direction="down"}`], gave[`seeder_transfer_bytes_total{`+c+`,direction="up"}`]
	if used := got[`seeder_storage_used_bytes{`+c+`}`]; down < used/2 || up < used/2 || used == 0 {
		t.Errorf("%v bytes came, %v were given, %v are kept", down, up, used)
	}
	for series, v := range map[string]float64{
		"import": got[`seeder_work_cpu_seconds_total{`+c+`,work="import"}`], "seal": gave[`seeder_work_cpu_seconds_total{`+c+`,work="seal"}`],
		"hashed": got[`seeder_hashed_bytes_total{`+c+`}`], "goroutines": got["go_goroutines"], "memory": got["process_resident_memory_bytes"],
	} {
		if v <= 0 {
			t.Errorf("%s: %v", series, v)
		}
	}
	if *promtool != "" {
		cmd := exec.Command(*promtool, "check", "metrics")
		cmd.Stdin = bytes.NewReader(member.scrape())
		if out, err := cmd.CombinedOutput(); err != nil || bytes.Contains(out, []byte("seeder_")) {
			t.Errorf("promtool check metrics: %v\n%s", err, out)
		}
	}
}

// scrape asks a running node for its metrics as Prometheus does.
func (n *node) scrape() []byte {
	n.t.Helper()
	var body []byte
	n.await("tell its metrics", func() (err error) {
		resp, err := http.Get("http://" + n.at.Metrics + "/metrics")
		if err != nil {
			return err
		}
		body, err = io.ReadAll(resp.Body)
		if resp.StatusCode != http.StatusOK {
			err = errors.Join(err, fmt.Errorf("%s: %s", resp.Status, body))
		}
		return errors.Join(err, resp.Body.Close())
	})
	return body
}

// metrics returns the values that a node tells, by series.
func (n *node) metrics() map[string]float64 {
	n.t.Helper()
	all := make(map[string]float64)
	for line := range strings.Lines(string(n.scrape())) {
		line = strings.TrimSpace(line)
		at := strings.LastIndexByte(line, ' ') // names may have spaces
		if strings.HasPrefix(line, "#") || at < 0 {
			continue
		}
		v, err := strconv.ParseFloat(line[at+1:], 64)
		if err != nil {
			n.t.Fatalf("read %q: %v", line, err)
		}
		all[line[:at]] = v
	}
	return all
}
