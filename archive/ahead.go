package archive

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	"golang.org/x/sync/semaphore"

	"seeder/internal/meter"
	"seeder/message"
)

// Limits of what [CheckAhead] has read and not yet handed on.
const (
	// aheadBytes bounds the messages held, in bytes; one larger message is held
	// alone.
	aheadBytes = 128 << 10
	// batchBytes and batchMessages end a batch, which is what a worker takes.
	batchBytes    = 16 << 10
	batchMessages = 32
	// messageOverhead is what a message takes beside its content, in bytes.
	messageOverhead = 200
)

// CheckAhead does what [Check] does, and checks authors, which costs far more
// than the rest, on several goroutines ahead of fn. Fn is called on the
// caller's goroutine, for the same messages in the same order as by Check, and
// the error is the same. R is read by another goroutine, until CheckAhead
// returns. With less than one worker it is Check.
func CheckAhead(c message.CommunityID, e *Entry, r io.Reader, workers int, fn func(*message.Message) error) (Summary, error) {
	if workers < 1 || fn == nil {
		return Check(c, e, r, fn)
	}
	if err := VerifySeal(c, e); err != nil {
		return Summary{}, err
	}
	a := newAhead(workers)
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			defer meter.Begin(c, meter.Verify)()
			a.verify(c)
		})
	}
	wg.Go(func() {
		defer meter.Begin(c, meter.Verify)()
		a.read(e, r)
	})
	err := a.consume(fn)
	a.stop()
	wg.Wait()
	if err == nil {
		err = a.err
	}
	if err != nil {
		return Summary{}, fmt.Errorf("check archive %s: %w", e.ID, err)
	}
	return a.sum, nil
}

// ahead is a check that is under way: one goroutine reads batches, several
// verify the authors in them, and the caller takes them in order.
type ahead struct {
	ctx   context.Context
	stop  context.CancelFunc
	room  *semaphore.Weighted
	work  chan *batch // to be verified
	order chan *batch // in order of the archive
	// sum and err are what reading ended with, once order is closed.
	sum Summary
	err error
}

// batch is some messages of an archive.
type batch struct {
	items []aheadMessage
	size  int64
	// done is closed when the authors were checked; forged is then the index of
	// the first message whose author is not right, with why, or no index.
	done   chan struct{}
	forged int
	why    error
}

type aheadMessage struct {
	message.Message
	number, offset uint64
}

func newAhead(workers int) *ahead {
	const depth = 64
	ctx, stop := context.WithCancel(context.Background())
	return &ahead{
		ctx: ctx, stop: stop, room: semaphore.NewWeighted(aheadBytes),
		work: make(chan *batch, workers), order: make(chan *batch, depth),
	}
}

// read cuts the archive into batches until its end or an error.
func (a *ahead) read(e *Entry, r io.Reader) {
	defer close(a.order)
	defer close(a.work)
	b := &batch{}
	a.sum, a.err = checkContent(e, r, func(m *message.Message, number, offset uint64) error {
		b.items = append(b.items, aheadMessage{Message: m.Clone(), number: number, offset: offset})
		b.size += int64(len(m.Payload)+len(m.Sig)+len(m.Padding)+len(m.Hash)+len(m.Topic)+len(m.ThirdPartyID)) + messageOverhead
		if b.size < batchBytes && len(b.items) < batchMessages {
			return nil
		}
		full := b
		b = &batch{}
		return a.pass(full)
	})
	// What was good before an error is handed on before it.
	if len(b.items) > 0 && a.ctx.Err() == nil {
		a.err = errors.Join(a.err, a.pass(b))
	}
}

// pass hands a batch to the workers and to the caller. It waits for room.
func (a *ahead) pass(b *batch) error {
	b.done, b.forged = make(chan struct{}), -1
	b.size = min(b.size, aheadBytes)
	if err := a.room.Acquire(a.ctx, b.size); err != nil {
		return fmt.Errorf("wait for room: %w", err)
	}
	for _, to := range []chan *batch{a.work, a.order} {
		select {
		case to <- b:
		case <-a.ctx.Done():
			return a.ctx.Err()
		}
	}
	return nil
}

// verify checks the authors in batches until there are no more.
func (a *ahead) verify(c message.CommunityID) {
	for b := range a.work {
		for i := range b.items {
			if a.ctx.Err() != nil {
				break
			}
			if err := CheckAuthor(c, &b.items[i].Message); err != nil {
				b.forged, b.why = i, err
				break
			}
		}
		close(b.done)
	}
}

// consume calls fn for each message in order, until one is not right or fn
// fails.
func (a *ahead) consume(fn func(*message.Message) error) error {
	for b := range a.order {
		<-b.done
		for i := range b.items {
			m := &b.items[i]
			if i == b.forged {
				return &MessageError{Number: m.number, Offset: m.offset, Err: b.why}
			}
			if err := fn(&m.Message); err != nil {
				return err
			}
		}
		a.room.Release(b.size)
	}
	return nil
}
