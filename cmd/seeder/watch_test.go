package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/mattn/go-runewidth"

	"seeder/message"
	"seeder/node"
	"seeder/quota"
	"seeder/store"
)

// watched is a node with so many communities, which transfer.
func watched(communities int) seen {
	copies := 2
	now := node.Now{Time: 1704067200000, Running: true, Answering: true, PID: 7, Version: "v1", Limits: node.NodeLimits{
		Up:      node.Flow{Limit: 2 << 20, Rate: 1 << 20, From: node.FromSchedule, Waiting: 3},
		Down:    node.Flow{Rate: 5000, From: node.FromDefault},
		Storage: node.Storage{Used: 900 << 20, Reserved: 80 << 20, Cap: 1 << 30, From: node.FromSet, Archives: 12},
		Disk:    node.Disk{Free: 1 << 30, Total: 100 << 30, Keep: 5 << 30},
		Battery: "yes", Metered: "unknown",
	}}
	s := seen{Now: now, Operations: []node.Operation{}}
	for i := range communities {
		c := node.CommunityNow{Role: store.RoleMember, Work: []node.Work{{Part: "fetch", State: store.Waiting, Reason: "no seeders"}}}
		c.ID, c.Name = message.CommunityID{2, byte(i)}, fmt.Sprintf("Garden %d", i)
		c.Mode = node.Mode{Serve: true, Fetch: true, Archive: true}
		c.Peers, c.Copies = 4, &copies
		s.Communities = append(s.Communities, c)
	}
	return s
}

func shown(lines []screenLine) string {
	var b strings.Builder
	for _, l := range lines {
		b.WriteString(l.String() + "\n")
	}
	return b.String()
}

func TestWatchShowsBlocks(t *testing.T) {
	s := watched(2)
	s.Communities[1].Mode = node.Mode{Reason: "paused"}
	got := shown(nowLines(s, 100, 40))
	for _, want := range []string{
		"daemon       running, process 7, version v1  00:00:00 UTC\n",
		"upload       1.0 MiB/s of 2MiB/s       [#####-----]  3 waiting  schedule\n",
		"download     4.9 KiB/s, unlimited\n",
		"storage      900 MiB of 1GiB           [##########]  80 MiB reserved  12 archives\n",
		"disk         1.0 GiB free              5.0 GiB stay free  too little\n",
		"machine      on battery: yes, metered connection: unknown\n",
		"\nGarden 0  member  active\n",
		"\nGarden 1  member  paused\n",
		"peers        4 (rarest archive: 2 copies)\n",
		"fetch        waiting: no seeders\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

func TestWatchShowsWhatIsUnderWay(t *testing.T) {
	s := watched(1)
	s.Communities[0].Down.Rate = 1 << 20
	s.Fetches = map[message.CommunityID]fetchState{s.Communities[0].ID: {archives: 2, done: 90 << 20, total: 100 << 20}}
	for range 6 {
		s.Operations = append(s.Operations, node.Operation{Kind: "replay", Community: s.Communities[0].ID, State: store.OperationRunning, Done: 3, Total: 12})
	}
	s.Operations[1] = node.Operation{Kind: "join", State: store.OperationPending}
	s.Operations[2].Reason = "no space"
	got := shown(nowLines(s, 100, 40))
	for _, want := range []string{
		"replay       3 of 12                   [###-------]  Garden 0\n",
		"join         has not begun\n",
		"Garden 0  waits: no space\n",
		"and 2 more: seeder operation list --open\n",
		"fetching     90 MiB of 100 MiB         [#########-]  2 archives, about 11 s left\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

func TestWatchShowsATableWhereBlocksDoNotFit(t *testing.T) {
	s := watched(30)
	s.Communities[29].Up = node.Flow{Rate: 2048, Limit: 4096}
	lines := nowLines(s, 100, 20)
	got := shown(lines)
	if len(lines) != 20 {
		t.Errorf("%d lines:\n%s", len(lines), got)
	}
	first := strings.Index(got, "Garden 29")
	if other := strings.Index(got, "Garden 0"); first < 0 || other < first {
		t.Errorf("the one that transfers is not the first:\n%s", got)
	}
	for _, want := range []string{"COMMUNITY", "2.0 KiB/s ", "active; fetch waits: no seeders", "\nand 19 more: "} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	if wide := shown(nowLines(s, 120, 20)); !strings.Contains(wide, "2.0 KiB/s of 4KiB/s ") {
		t.Errorf("no limit beside the rate:\n%s", wide)
	}
	if all := shown(nowLines(s, 100, 40)); !strings.Contains(all, "Garden 28") || strings.Contains(all, "more") {
		t.Errorf("not all are shown:\n%s", all)
	}
}

// TestWatchOnASmallTerminal looks for what matters in 40 columns and 10 lines.
func TestWatchOnASmallTerminal(t *testing.T) {
	s := watched(30)
	s.Communities[29].Up = node.Flow{Rate: 1023 << 10}
	s.Communities[29].Mode.Reason = "paused"
	for range 6 {
		s.Operations = append(s.Operations, node.Operation{Kind: "replay", Community: s.Communities[0].ID, State: store.OperationRunning, Done: 3, Total: 12})
	}
	s.Limits.Battery = "no"
	const want = `daemon       running  00:00:00 UTC
upload       1.0 MiB/s of 2MiB/s  3 wai…
download     4.9 KiB/s, unlimited
storage      900 MiB of 1GiB  80 MiB re…
disk         1.0 GiB free  5.0 GiB stay…
replay       3 of 12  Garden 0
and 5 more: seeder operation list --open
COMMUNITY  UPLOAD     DOWNLOAD   STATE
Garden 29  1023 KiB/s 0 B/s      paused…
and 29 more
`
	got := ""
	for _, l := range nowLines(s, 40, 10) {
		got += l.fit(40).String() + "\n"
	}
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	one := watched(1)
	one.Limits.Battery = "no"
	if got := shown(nowLines(one, 40, 30)); !strings.Contains(got, "\npeers        4") || strings.Contains(got, "[#") {
		t.Errorf("one community:\n%s", got)
	}
}

func TestWatchFitsEveryTerminal(t *testing.T) {
	s := watched(5)
	s.Communities[0].Name = "花園\x1b[2J" + strings.Repeat("クラブ", 30)
	s.Error = "database is not available"
	for width := 1; width < 130; width += 3 {
		for height := 1; height < 50; height++ {
			lines := nowLines(s, width, height)
			if len(lines) > height {
				t.Fatalf("%d lines of %d", len(lines), height)
			}
			for _, l := range lines {
				if got := l.fit(width).String(); runewidth.StringWidth(got) > width || strings.ContainsRune(got, '\x1b') {
					t.Fatalf("%q in %d columns", got, width)
				}
			}
		}
	}
}

func TestWatchShowsADaemonThatIsGone(t *testing.T) {
	s := watched(1)
	s.Answering = false
	if got := shown(nowLines(s, 100, 40)); !strings.Contains(got, "running, but does not answer") {
		t.Errorf("%s", got)
	}
	s.Running = false
	if got := shown(nowLines(s, 100, 40)); !strings.Contains(got, "daemon       not running") || strings.Contains(got, "peers") {
		t.Errorf("%s", got)
	}
}

func TestWatchAppendsLines(t *testing.T) {
	var out bytes.Buffer
	s := watched(1)
	s.Communities[0].Name = "a\nb"
	if err := (lineShow{&out}).show(s); err != nil {
		t.Fatal(err)
	}
	const want = "2024-01-01T00:00:00Z daemon running, process 7, upload 1.0 MiB/s of 2MiB/s, download 4.9 KiB/s, storage 900 MiB of 1GiB\n" +
		`2024-01-01T00:00:00Z a\nb active, upload 0 B/s, download 0 B/s, storage 0 B, 4 peers; fetch waits: no seeders` + "\n"
	if out.String() != want {
		t.Errorf("%s\nwant\n%s", out.String(), want)
	}
}

func TestWatchWritesAnObjectALine(t *testing.T) {
	var out bytes.Buffer
	a := &app{out: &out, output: "json"}
	show := a.newShow()
	for range 2 {
		if err := show.show(watched(2)); err != nil {
			t.Fatal(err)
		}
	}
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	if len(lines) != 2 {
		t.Fatalf("%d lines", len(lines))
	}
	var got struct {
		Running     bool
		Limits      struct{ Up struct{ Rate, Limit int64 } }
		Communities []struct {
			Name  string
			Peers int
			Work  []struct{ Part, Reason string }
		}
	}
	if err := json.Unmarshal([]byte(lines[1]), &got); err != nil {
		t.Fatal(err)
	}
	if !got.Running || got.Limits.Up.Rate != 1<<20 || len(got.Communities) != 2 ||
		got.Communities[1].Name != "Garden 1" || got.Communities[1].Peers != 4 || got.Communities[1].Work[0].Reason != "no seeders" {
		t.Errorf("%+v", got)
	}
}

func TestBars(t *testing.T) {
	for _, tt := range []struct {
		part, whole int64
		want        piece
	}{
		{1, 0, piece{}},
		{0, 10, piece{"[----------]", good}},
		{5, 10, piece{"[#####-----]", good}},
		{8, 10, piece{"[########--]", warn}},
		{10, 10, piece{"[##########]", bad}},
		{99, 10, piece{"[##########]", bad}},
		{-1, 10, piece{"[----------]", good}},
	} {
		if got := bar(tt.part, tt.whole); got != tt.want {
			t.Errorf("bar of %d in %d: %v, want %v", tt.part, tt.whole, got, tt.want)
		}
	}
}

// TestEverySettingHasAKind finds settings whose flag would show the wrong word,
// or that a shell would complete with values that are refused.
func TestEverySettingHasAKind(t *testing.T) {
	for _, s := range []settingFlags{nodeSettings(), communitySettings()} {
		for _, k := range s.keys {
			values := settingValues[settingKind(k.Name)]
			if len(values) == 0 {
				t.Errorf("%s: no values for %s", k.Name, settingKind(k.Name))
			}
			for _, v := range values {
				if err := s.check(k.Name, v); err != nil {
					t.Errorf("%s: %v", k.Name, err)
				}
			}
		}
	}
	for key := range settingKinds {
		n, c := quota.DefaultNode(), quota.DefaultCommunity()
		if n.Get(key) == "" && c.Get(key) == "" {
			t.Errorf("%s is no setting", key)
		}
	}
}

// TestEverySettingIsExplained looks for each setting in the chapter on limits.
func TestEverySettingIsExplained(t *testing.T) {
	text, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	_, chapter, _ := strings.Cut(string(text), "\n## Limits\n")
	chapter, _, _ = strings.Cut(chapter, "\n## ")
	for _, s := range []settingFlags{nodeSettings(), communitySettings()} {
		for _, k := range s.keys {
			if !strings.Contains(chapter, "`"+k.Name+"`") {
				t.Errorf("%s is not explained", k.Name)
			}
		}
	}
}
