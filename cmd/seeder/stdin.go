package main

import (
	"context"
	"io"
)

// maxRead is how much standard input gives at a time, in bytes.
const maxRead = 32 << 10

// stdin returns standard input for work that ends with ctx, also while nobody types.
func (a *app) stdin(ctx context.Context) io.Reader { return &patientReader{ctx: ctx, r: a.in} }

// patientReader reads from what may keep a reader waiting for ever, such as a terminal,
// until its context ends. A read that is under way then goes on in its goroutine, which
// ends with the process; nobody takes what it reads.
type patientReader struct {
	ctx context.Context //nolint:containedctx // lives as long as one command
	r   io.Reader
	buf [maxRead]byte
}

// Read implements [io.Reader].
func (p *patientReader) Read(b []byte) (int, error) {
	if err := p.ctx.Err(); err != nil {
		return 0, err
	}
	type result struct {
		n   int
		err error
	}
	room := p.buf[:min(len(b), len(p.buf))]
	done := make(chan result, 1)
	go func() {
		n, err := p.r.Read(room)
		done <- result{n, err}
	}()
	select {
	case <-p.ctx.Done():
		return 0, p.ctx.Err()
	case r := <-done:
		return copy(b, room[:r.n]), r.err
	}
}
