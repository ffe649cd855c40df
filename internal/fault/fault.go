package fault

import (
	"errors"
	"os"
	"sync/atomic"
)

// Variable is the environment variable that holds the plan.
const Variable = "SEEDER_FAULT"

var (
	// ErrInjected is what the actions error and enospc return.
	ErrInjected = errors.New("injected fault")
	// ErrPlan reports a malformed plan.
	ErrPlan = errors.New("malformed " + Variable)
)

// active is the plan of this process, or nil.
var active = fromEnvironment()

func fromEnvironment() *atomic.Pointer[plan] {
	var at atomic.Pointer[plan]
	if text := os.Getenv(Variable); text != "" {
		p, err := parse(text)
		if err != nil {
			p = &plan{err: err}
		}
		at.Store(p)
	}
	return &at
}

// Point is a failpoint: it does what the plan says for this pass and returns
// the error that the caller is to take for that of the step. It returns nil
// when there is no plan. It is safe for concurrent use.
func Point(name string) error {
	p := active.Load()
	if p == nil {
		return nil
	}
	return p.pass(name)
}

// Follow makes this process follow a plan until restore is called, for tests
// in one process. An empty plan does nothing. The error wraps [ErrPlan].
func Follow(text string) (restore func(), err error) {
	before := active.Load()
	var p *plan
	if text != "" {
		if p, err = parse(text); err != nil {
			return nil, err
		}
	}
	active.Store(p)
	return func() { active.Store(before) }, nil
}
