package main

import (
	"context"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"
)

func TestDemoWithDashboards(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	tmp := isolated(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var out, errs buffer
	done := command(ctx, &out, &errs, "demo", "--web", "--messages=400", "--weeks=4")
	link := regexp.MustCompile(`(?m)^(owner|member \d) +(http://127\.0\.0\.1:\d+/)#token=([A-Za-z0-9_-]{43})$`)
	for end := time.Now().Add(deadline); !strings.Contains(out.String(), "Ctrl-C ends"); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("no links:\n%s\n%s", &out, &errs)
		}
	}
	links := link.FindAllStringSubmatch(out.String(), -1)
	if len(links) != 5 {
		t.Fatalf("%d links, want 5:\n%s", len(links), &out)
	}
	nodes := nodesOf(t, tmp, 5, &errs)
	for _, l := range links {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, l[2]+"v1/status", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+l[3])
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode != http.StatusOK {
			t.Errorf("%s answers %s", l[1], answer.Status)
		}
	}
	cancel()
	if code := awaitExit(t, done, &errs); code != exitDone {
		t.Errorf("exit code %d:\n%s", code, &errs)
	}
	nothingLeft(t, tmp, nodes)
}
