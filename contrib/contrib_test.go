// Package contrib_test checks the dashboard and the alerts against the metrics
// that there are.
package contrib_test

import (
	"context"
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"seeder/internal/clock"
	"seeder/message"
	"seeder/metrics"
)

// promtool is Prometheus' own check; continuous integration names it.
var promtool = flag.String("promtool", "", "path of promtool, or of tools/promtool; empty for the checks that need none")

// full is a node that has a value for every metric.
type full struct{}

func (full) Metrics(context.Context) (metrics.Node, error) {
	return metrics.Node{
		DiskTotal: 1, Battery: metrics.Yes, Metered: metrics.No,
		Communities: []metrics.Community{{
			ID: message.CommunityID{2}, Role: "member", Work: map[string]metrics.Work{"import": {CPU: 1}},
		}},
	}, nil
}

// known are the labels of each metric of a node, and of Prometheus itself.
func known(t *testing.T) map[string][]string {
	t.Helper()
	families, err := metrics.Registry(metrics.Options{Source: full{}, Clock: clock.NewFixed(time.Unix(0, 0))}).Gather()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]string{"up": {"instance", "job"}}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			for _, l := range m.GetLabel() {
				all[f.GetName()] = append(all[f.GetName()], l.GetName())
			}
		}
		all[f.GetName()] = append(all[f.GetName()], "instance", "job") // of the scrape
	}
	return all
}

var (
	selector = regexp.MustCompile(`\b((?:seeder|process|go)_[a-z_]+|up)\b(?:\{([^}]*)\})?`)
	matcher  = regexp.MustCompile(`([a-z_]+)\s*(?:=~|!~|!=|=)\s*"((?:[^"\\]|\\.)*)"`)
	grouping = regexp.MustCompile(`\b(?:by|on|without|ignoring)\s*\(([^)]*)\)`)
	shown    = regexp.MustCompile(`\{\{\s*(?:\$labels\.)?([a-z_]+)\s*\}\}`)
)

// check verifies that what an expression names exists, with the labels it
// selects and groups by.
func check(t *testing.T, known map[string][]string, where, expr, legend string) {
	t.Helper()
	selectors := selector.FindAllStringSubmatch(expr, -1)
	if len(selectors) == 0 {
		t.Errorf("%s: no metric in %q", where, expr)
	}
	var labels []string
	for _, s := range selectors {
		has, ok := known[s[1]]
		if !ok {
			t.Errorf("%s: there is no metric %s", where, s[1])
		}
		labels = append(labels, has...)
		for _, m := range matcher.FindAllStringSubmatch(s[2], -1) {
			if !slices.Contains(has, m[1]) {
				t.Errorf("%s: %s has no label %s", where, s[1], m[1])
			}
		}
		if rest := strings.Trim(matcher.ReplaceAllString(s[2], ""), ", "); rest != "" {
			t.Errorf("%s: %q in the labels of %s", where, rest, s[1])
		}
	}
	for _, g := range grouping.FindAllStringSubmatch(expr, -1) {
		for name := range strings.SplitSeq(g[1], ",") {
			if name = strings.TrimSpace(name); !slices.Contains(labels, name) {
				t.Errorf("%s: grouped by %s, which nothing in it has", where, name)
			}
		}
	}
	for _, l := range shown.FindAllStringSubmatch(legend, -1) {
		if !slices.Contains(labels, l[1]) {
			t.Errorf("%s: shows label %s, which nothing in it has", where, l[1])
		}
	}
}

type panel struct {
	Title   string
	Type    string
	ID      int
	GridPos struct{ X, Y, W, H int }
	Targets []struct{ Expr, LegendFormat, RefID string }
}

func dashboard(t *testing.T) (panels []panel, variables []string) {
	t.Helper()
	b, err := os.ReadFile("grafana-dashboard.json")
	if err != nil {
		t.Fatal(err)
	}
	var d struct {
		Panels     []panel
		Templating struct {
			List []struct {
				Type       string
				Definition string
			}
		}
	}
	if err := json.Unmarshal(b, &d); err != nil {
		t.Fatal(err)
	}
	for _, v := range d.Templating.List {
		if v.Type == "query" {
			variables = append(variables, v.Definition)
		}
	}
	return d.Panels, variables
}

func TestDashboard(t *testing.T) {
	names := known(t)
	panels, variables := dashboard(t)
	ids := make(map[int]bool)
	used := make(map[string]bool)
	for i, p := range panels {
		if ids[p.ID] {
			t.Errorf("%s: id %d stands twice", p.Title, p.ID)
		}
		ids[p.ID] = true
		for _, q := range panels[:i] {
			a, b := p.GridPos, q.GridPos
			if a.X < b.X+b.W && b.X < a.X+a.W && a.Y < b.Y+b.H && b.Y < a.Y+a.H {
				t.Errorf("%s lies over %s", p.Title, q.Title)
			}
		}
		for _, target := range p.Targets {
			check(t, names, p.Title, target.Expr, target.LegendFormat)
			for _, s := range selector.FindAllStringSubmatch(target.Expr, -1) {
				used[s[1]] = true
			}
		}
	}
	for _, v := range variables {
		inner := strings.TrimSuffix(strings.TrimPrefix(v, "label_values("), ")")
		at := strings.LastIndex(inner, ",")
		check(t, names, v, inner[:at], "{{"+strings.TrimSpace(inner[at+1:])+"}}")
	}
	for name := range names {
		if strings.HasPrefix(name, "seeder_") && !used[name] {
			t.Errorf("%s is shown nowhere", name)
		}
	}
}

var alertLine = regexp.MustCompile(`(?m)^      - alert: (\w+)$`)

// alerts returns the expressions of the rules and what they show, by name. The
// file is of our own making, one rule like the other; promtool reads it in full.
func alerts(t *testing.T) map[string][2]string {
	t.Helper()
	b, err := os.ReadFile("alerts.yml")
	if err != nil {
		t.Fatal(err)
	}
	text := string(b)
	found := alertLine.FindAllStringSubmatchIndex(text, -1)
	all := make(map[string][2]string)
	for i, at := range found {
		end := len(text)
		if i+1 < len(found) {
			end = found[i+1][0]
		}
		rule := text[at[1]:end]
		_, rest, _ := strings.Cut(rule, "expr:")
		expr, after, ok := strings.Cut(rest, "\n        labels:")
		if !ok {
			t.Fatalf("cannot read rule %s", text[at[2]:at[3]])
		}
		expr, _, _ = strings.Cut(expr, "\n        for:")
		all[text[at[2]:at[3]]] = [2]string{strings.Join(strings.Fields(strings.TrimPrefix(strings.TrimSpace(expr), ">-")), " "), after}
	}
	return all
}

func TestAlerts(t *testing.T) {
	names := known(t)
	all := alerts(t)
	tests, err := os.ReadFile("alerts_test.yml")
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 10 {
		t.Errorf("read %d rules", len(all))
	}
	for name, rule := range all {
		check(t, names, name, rule[0], strings.ReplaceAll(rule[1], "$value", ""))
		if !strings.Contains(string(tests), "alertname: "+name+",") {
			t.Errorf("%s has no test", name)
		}
	}
}

// TestPromtool has Prometheus read the rules, run their tests, and parse every
// expression of the dashboard.
func TestPromtool(t *testing.T) {
	if *promtool == "" {
		t.Log("without promtool: names and labels were checked, the syntax was not; `make check-metrics` does both")
		return
	}
	var rules strings.Builder
	rules.WriteString("groups:\n  - name: dashboard\n    rules:\n")
	panels, _ := dashboard(t)
	for _, p := range panels {
		for _, target := range p.Targets {
			expr := strings.NewReplacer("$__rate_interval", "5m", "$instance", ".*", "$community", ".*").Replace(target.Expr)
			quoted, err := json.Marshal(expr)
			if err != nil {
				t.Fatal(err)
			}
			rules.WriteString("      - {record: 'seeder:check', expr: " + string(quoted) + "}\n")
		}
	}
	file := filepath.Join(t.TempDir(), "dashboard.yml")
	if err := os.WriteFile(file, []byte(rules.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"check", "rules", "alerts.yml"}, {"test", "rules", "alerts_test.yml"},
		{"check", "rules", "--lint=none", file},
	} {
		if out, err := exec.Command(*promtool, args...).CombinedOutput(); err != nil {
			t.Errorf("promtool %s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
}
