package main

import (
	"context"
	"encoding/json"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"seeder/daemon"
	"seeder/internal/clock"
)

// chaosReport is what `demo --output json` prints.
type chaosReport struct {
	Nodes []demoResult `json:"nodes"`
}

// runChaos runs a small demonstration with kills, which must end well.
func runChaos(t *testing.T, more ...string) (chaosReport, string) {
	t.Helper()
	var out, errs buffer
	args := append([]string{"demo", "--chaos", "--messages=400", "--weeks=8", "--output=json"}, more...)
	if code := awaitExit(t, command(t.Context(), &out, &errs, args...), &errs); code != exitDone {
		t.Fatalf("exit code %d:\n%s", code, &errs)
	}
	var report chaosReport
	if err := json.Unmarshal([]byte(out.String()), &report); err != nil {
		t.Fatal(err)
	}
	return report, errs.String()
}

func wantKills(t *testing.T, report chaosReport, told string, kills int) {
	t.Helper()
	total := 0
	for _, n := range report.Nodes {
		total += n.Kills
		if n.Digest != report.Nodes[0].Digest || n.Messages == 0 {
			t.Errorf("%s holds %d messages, digest %s; the owner's is %s", n.Node, n.Messages, n.Digest, report.Nodes[0].Digest)
		}
		lines := regexp.MustCompile(`(?m)  `+n.Node+` is killed `).FindAllString(told, -1)
		if len(lines) != n.Kills {
			t.Errorf("%d kills of %s, told are %d:\n%s", n.Kills, n.Node, len(lines), told)
		}
	}
	if len(report.Nodes) != 4 || total != kills {
		t.Errorf("%d nodes, killed %d times, want 4 and %d:\n%s", len(report.Nodes), total, kills, told)
	}
	if again := strings.Count(told, " runs again as process "); again == 0 || again > kills {
		t.Errorf("%d times a node runs again, want at most %d", again, kills)
	}
}

func TestChaos(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	tmp := isolated(t)
	report, told := runChaos(t, "--kills=4", "--seed=7")
	wantKills(t, report, told, 4)
	if !strings.Contains(told, "chaos: 4 kills, seed 7") {
		t.Errorf("the seed is not told:\n%s", told)
	}
	nothingLeft(t, tmp, nil)
}

func TestChaosInPostgres(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	address := server(t)
	tmp := isolated(t)
	report, told := runChaos(t, "--kills=4", "--database", address)
	wantKills(t, report, told, 4)
	nothingLeft(t, tmp, nil)
	wantSchemas(t, address, "0")
}

func TestInterruptedChaosLeavesNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	tmp := isolated(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var out, errs buffer
	done := command(ctx, &out, &errs, "demo", "--chaos", "--kills=50", "--messages=400", "--weeks=4")
	for end := time.Now().Add(deadline); !strings.Contains(errs.String(), " is killed "); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("nothing is killed:\n%s", &errs)
		}
	}
	cancel() // while the node is down
	if code := awaitExit(t, done, &errs); code != exitFailed || out.String() != "" {
		t.Errorf("exit code %d, output %q:\n%s", code, &out, &errs)
	}
	pids := regexp.MustCompile(`process (\d+)`).FindAllStringSubmatch(errs.String(), -1)
	if len(pids) == 0 {
		t.Errorf("no process was told:\n%s", &errs)
	}
	nothingLeft(t, tmp, nodesTold(t, pids))
}

func TestKillsAreSharedAmongPhases(t *testing.T) {
	for kills := 1; kills <= 40; kills++ {
		s := &stage{app: &app{clock: clock.System{}}, opts: demoOptions{weeks: minDemoWeeks}}
		s.chaos = newChaos(s, kills, uint64(kills))
		total := 0
		for p := range phase(phaseCount) {
			s.chaos.moments = nil
			s.chaos.enter(p, 1)
			total += len(s.chaos.moments)
			if kills >= 4 && len(s.chaos.moments) == 0 {
				t.Errorf("%d kills: none in phase %d", kills, p)
			}
			for _, m := range s.chaos.moments {
				if p == ownerless && m.victim == "owner" {
					t.Errorf("%d kills: the owner is to be killed after it was stopped", kills)
				}
			}
		}
		if total != kills {
			t.Errorf("%d moments for %d kills", total, kills)
		}
	}
}

func TestTheSeedChoosesTheMoments(t *testing.T) {
	choose := func(seed uint64) string {
		s := &stage{app: &app{clock: clock.System{}}, opts: demoOptions{weeks: 30}}
		s.chaos = newChaos(s, 20, seed)
		for p := range phase(phaseCount) {
			s.chaos.enter(p, 28)
			s.chaos.random(chaosDown) // other draws do not change the choices
		}
		var all []string
		for _, m := range s.chaos.moments {
			all = append(all, m.victim+" "+m.what)
		}
		return strings.Join(all, "\n")
	}
	first, again := choose(1), choose(1)
	if first != again {
		t.Error("one seed, two choices")
	}
	if first == choose(2) {
		t.Error("two seeds, one choice")
	}
}

func TestWithoutChaosNothingHappens(t *testing.T) {
	var c *chaos
	c.enter(sealing, 0)
	for _, err := range []error{c.act(t.Context()), c.leave(t.Context()), c.recount(t.Context(), nil), c.close()} {
		if err != nil {
			t.Error(err)
		}
	}
	if c.column("KILLS") != "" {
		t.Error("the table has a column for kills")
	}
}

func TestKilledNodesKeepTheirAddresses(t *testing.T) {
	isolated(t)
	s := &stage{app: &app{clock: clock.System{}}, dir: t.TempDir()}
	s.chaos = newChaos(s, 1, 1)
	seen := map[string]bool{}
	for range 4 {
		waku, swarm, err := s.listenAddresses(len(s.nodes))
		if err != nil {
			t.Fatal(err)
		}
		if seen[waku] || seen[swarm] || waku == swarm || strings.HasSuffix(waku, ":0") || strings.HasSuffix(swarm, ":0") {
			t.Errorf("addresses %s and %s after %v", waku, swarm, seen)
		}
		seen[waku], seen[swarm] = true, true
		s.nodes = append(s.nodes, &demoNode{})
	}
}

func TestChaosDoesNotHideANodeThatEndsByItself(t *testing.T) {
	isolated(t)
	n := &demoNode{name: "owner", logPath: filepath.Join(t.TempDir(), "log")}
	if err := n.start(filepath.Join(t.TempDir(), "none.yaml")); err != nil {
		t.Fatal(err)
	}
	<-n.exited
	if err := n.kill(); err == nil || !strings.Contains(err.Error(), "owner ended too early: exit status 2") {
		t.Errorf("error = %v, want the exit status", err)
	}
}

func TestKillsFlag(t *testing.T) {
	isolated(t)
	for _, args := range [][]string{{"--kills=3"}, {"--chaos", "--kills=0"}, {"--chaos", "--kills=501"}} {
		var out, errs buffer
		if code := awaitExit(t, command(t.Context(), &out, &errs, append([]string{"demo"}, args...)...), &errs); code != exitUsage {
			t.Errorf("%v: exit code %d:\n%s", args, code, &errs)
		}
	}
}

func nodesTold(t *testing.T, pids [][]string) []daemon.Node {
	t.Helper()
	var nodes []daemon.Node
	for _, match := range pids {
		pid, err := strconv.Atoi(match[1])
		if err != nil {
			t.Fatal(err)
		}
		nodes = append(nodes, daemon.Node{PID: pid})
	}
	return nodes
}
