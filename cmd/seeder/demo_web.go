package main

import (
	"context"
	"fmt"
	"io"

	"seeder/store"
)

// Of the last member of a demonstration with a dashboard the download is limited, so
// that one can watch it.
const (
	webFetchSeconds = 240
	webLeastRate    = 8 << 10 // bytes a second
)

// demoDashboard is a node that stays, and the link to its dashboard.
type demoDashboard struct {
	Node string `json:"node"`
	URL  string `json:"url"`
}

// openWeb starts the owner again, and one more member, whose download takes some
// minutes, and returns where the dashboards of all nodes are.
func (s *stage) openWeb(ctx context.Context, results []demoResult) ([]demoDashboard, error) {
	var others []*demoNode
	for _, n := range s.nodes {
		if n.name != "owner" {
			others = append(others, n)
		}
	}
	owner, err := s.start(ctx, "owner", store.RoleOwner, others)
	if err != nil {
		return nil, err
	}
	const last = "member 4"
	rate := max(results[0].Bytes/webFetchSeconds, webLeastRate)
	s.extra = map[string]string{last: fmt.Sprintf("limits:\n  down: %dKiB/s\n", rate>>10)}
	member, err := s.start(ctx, last, store.RoleMember, append(others, owner))
	if err != nil {
		return nil, err
	}
	var out []demoDashboard
	for _, n := range append([]*demoNode{owner, member}, others...) {
		link, err := dashboardLink(n.cfg, n.at)
		if err != nil {
			return nil, fmt.Errorf("link of %s: %w", n.name, err)
		}
		out = append(out, demoDashboard{n.name, link})
	}
	return out, nil
}

// web shows the results and the dashboards, and lets the nodes run until whole
// ends; ctx is for their start.
func (s *stage) web(ctx, whole context.Context, results []demoResult) error {
	dashboards, err := s.openWeb(ctx, results)
	if err != nil {
		return err
	}
	if err := s.app.showDemo(s, results, dashboards); err != nil {
		return err
	}
	return s.stay(whole)
}

// stay waits until ctx ends, which is no failure, or a node does.
func (s *stage) stay(ctx context.Context) error {
	s.tell("the nodes run until Ctrl-C")
	for ctx.Err() == nil {
		for _, n := range s.nodes {
			select {
			case <-n.exited:
				if !n.ending && ctx.Err() == nil {
					return fmt.Errorf("%s ended too early: %w", n.name, n.how())
				}
			default:
			}
		}
		_ = pause(ctx, demoTell) // the loop looks at ctx
	}
	return nil
}

func webText(list []demoDashboard, w io.Writer) {
	if len(list) == 0 {
		return
	}
	fmt.Fprintln(w, "\nDASHBOARD OF\tLINK")
	for _, d := range list {
		fmt.Fprintf(w, "%s\t%s\n", d.Node, d.URL)
	}
	fmt.Fprintf(w, "\nThe download of %s is limited, so that it can be watched. Ctrl-C ends all of it.\n", list[1].Node)
}
