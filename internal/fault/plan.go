package fault

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

type action int

const (
	actKill action = iota
	actError
	actNoSpace
	actSleep
	actTrace
)

// rule is what happens at some passes of a failpoint.
type rule struct {
	name        string // "*" for all
	act         action
	pause       time.Duration // of actSleep
	first, last uint64        // passes
}

// plan is what Point follows. It is safe for concurrent use.
type plan struct {
	err   error // of a malformed plan
	rules []rule
	// log takes the lines of kill and trace.
	log io.Writer
	// die ends the process and does not return.
	die func()

	mu     sync.Mutex
	passed map[string]uint64
}

// parse reads a plan; see the package comment.
func parse(text string) (*plan, error) {
	p := &plan{log: os.Stderr, die: die, passed: make(map[string]uint64)}
	for part := range strings.SplitSeq(text, ",") {
		r, err := parseRule(strings.TrimSpace(part))
		if err != nil {
			return nil, err
		}
		p.rules = append(p.rules, r)
	}
	return p, nil
}

func parseRule(text string) (rule, error) {
	name, rest, ok := strings.Cut(text, ":")
	if !ok {
		return rule{}, fmt.Errorf("%w: %q is not NAME:ACTION", ErrPlan, text)
	}
	if name != "*" && !slices.Contains(names, name) {
		return rule{}, fmt.Errorf("%w: no failpoint %q", ErrPlan, name)
	}
	r := rule{name: name, first: 1, last: math.MaxUint64}
	act, passes, limited := strings.Cut(rest, "#")
	if err := r.setAction(act); err != nil {
		return rule{}, err
	}
	if limited {
		if err := r.setPasses(passes); err != nil {
			return rule{}, err
		}
	}
	return r, nil
}

func (r *rule) setAction(text string) (err error) {
	text, pause, timed := strings.Cut(text, "=")
	switch {
	case text == "sleep" && timed:
		r.act = actSleep
		if r.pause, err = time.ParseDuration(pause); err != nil || r.pause < 0 {
			return fmt.Errorf("%w: %q is no duration", ErrPlan, pause)
		}
		return nil
	case timed:
	case text == "kill":
		r.act = actKill
		return nil
	case text == "error":
		r.act = actError
		return nil
	case text == "enospc":
		r.act = actNoSpace
		return nil
	case text == "trace":
		r.act = actTrace
		return nil
	}
	return fmt.Errorf("%w: no action %q", ErrPlan, text)
}

func (r *rule) setPasses(text string) (err error) {
	first, last, isRange := strings.Cut(text, "-")
	first, open := strings.CutSuffix(first, "+")
	r.first, err = strconv.ParseUint(first, 10, 32)
	switch {
	case err != nil || r.first == 0 || (open && isRange):
		return fmt.Errorf("%w: passes %q are not N, N-M or N+", ErrPlan, text)
	case open:
		return nil
	case !isRange:
		r.last = r.first
		return nil
	}
	r.last, err = strconv.ParseUint(last, 10, 32)
	if err != nil || r.last < r.first {
		return fmt.Errorf("%w: passes %q are not N, N-M or N+", ErrPlan, text)
	}
	return nil
}

// pass counts a pass and does what the rules say.
func (p *plan) pass(name string) error {
	if p.err != nil {
		return p.err
	}
	p.mu.Lock()
	p.passed[name]++
	n := p.passed[name]
	p.mu.Unlock()
	var errs []error
	for _, r := range p.rules {
		if (r.name == "*" || r.name == name) && r.first <= n && n <= r.last {
			errs = append(errs, p.act(r, name, n))
		}
	}
	return errors.Join(errs...)
}

func (p *plan) act(r rule, name string, n uint64) error {
	switch r.act {
	case actKill:
		fmt.Fprintf(p.log, "fault: kill at %s, pass %d\n", name, n)
		p.die()
		return nil
	case actError:
		return fmt.Errorf("%w at %s, pass %d", ErrInjected, name, n)
	case actNoSpace:
		return fmt.Errorf("%w at %s, pass %d: %w", ErrInjected, name, n, syscall.ENOSPC)
	case actSleep:
		<-time.NewTimer(r.pause).C
	case actTrace:
		fmt.Fprintf(p.log, "fault: passed %s, pass %d\n", name, n)
	}
	return nil
}

// die ends the process as kill -9 does. Nothing of it goes on meanwhile, not
// even the caller.
func die() {
	if self, err := os.FindProcess(os.Getpid()); err == nil {
		_ = self.Kill() // where it fails, the process stands still, see below
	}
	select {}
}
