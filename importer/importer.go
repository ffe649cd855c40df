// Package importer brings one archive into the message database.
//
// An import is one transaction. In it the archive's span is covered, its bytes
// are read once as a stream, every rule of package archive is checked on them,
// its messages are stored, and its row becomes imported. When anything is
// wrong, nothing of this remains: an archive is in the database whole or not
// at all, and whoever called quarantines it (see [Refused]).
//
// How much of the machine imports take, and when they run, a [Pace] says. In
// the background, where checking takes its time, an archive is checked before
// the transaction, too, in which authors are then not checked again: nobody
// waits for the database longer than messages take to be stored.
//
// What makes a message acceptable:
//
//   - its timestamp is in the archive's span,
//   - its topic is well formed, and in a sealed archive listed in the header,
//   - its author, if it names one, signed its payload,
//   - in a sealed archive it comes strictly behind the message before it, so
//     that no key occurs twice; in an unsealed one the first of two messages
//     with one key counts,
//   - the application's [Validator], if there is one, accepts it.
//
// What makes the archive acceptable: the entry's seal is signed by the
// community, header, length, count and SHA-256 are the ones promised, and, when
// it has no seal, no other community's history holds the very same archive.
//
// Importing an archive again changes nothing, so an import may be repeated
// after a crash, or on purpose to replay history from its files.
package importer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"runtime"
	"time"

	"seeder/archive"
	"seeder/internal/clock"
	"seeder/internal/meter"
	"seeder/message"
	"seeder/store"
)

var (
	// ErrRow reports a row that disagrees with the index entry it carries.
	ErrRow = errors.New("archive row differs from its entry")
	// ErrRejected reports a message that the application's [Validator] refused.
	ErrRejected = errors.New("message was rejected by the application")
)

// Refused reports whether err means that the archive itself is unacceptable,
// as against a failure to read it or to write the database: the caller
// quarantines it instead of trying again.
func Refused(err error) bool {
	for _, rule := range []error{ErrRow, ErrRejected, store.ErrClaimed, store.ErrRange} {
		if errors.Is(err, rule) {
			return true
		}
	}
	return archive.Refused(err)
}

// Validator is the application's say in what is imported. It is called inside
// the import's transaction for every message of an archive, in order, on the
// goroutine that called Import; the message is valid until it returns. An
// error refuses the whole archive. It may be called again for the same message,
// so it has no effects of its own.
type Validator func(context.Context, message.CommunityID, *message.Message) error

// Options say how to import. The zero value is good.
type Options struct {
	// Validator is asked about each message; nil accepts all.
	Validator Validator
	// Workers is how many goroutines of an import check authors ahead of the
	// database; 0 for one a processor, up to 8; below 0 for none.
	Workers int
	// Observe is told of each import and replay when it has ended, on the
	// goroutine that called for it; nil for nobody.
	Observe func(message.CommunityID, Outcome)
	// Pace says when imports run and what they may take; nil for as fast as
	// possible. It is shared by all importers of a process.
	Pace *Pace
}

// Outcome is how an import ended.
type Outcome struct {
	// Result is what was done; nothing when Err is not nil.
	Result Result
	Err    error
	// Took is how long it took, waiting for other imports included.
	Took time.Duration
}

// maxWorkers bounds the default of [Options.Workers].
const maxWorkers = 8

func (o Options) workers() int {
	most := o.Workers
	if most == 0 {
		most = min(runtime.GOMAXPROCS(0), maxWorkers)
	}
	return o.Pace.workers(most)
}

// Importer imports archives. It is safe for concurrent use; imports wait for
// their turn, see [Pace], and where the database has one writer for each other.
type Importer struct {
	db    store.DB
	clock clock.Clock
	opts  Options
}

// New returns an importer that stamps rows with the time of clk.
func New(db store.DB, clk clock.Clock, opts Options) *Importer {
	return &Importer{db: db, clock: clk, opts: opts}
}

// Result is what an import did.
type Result struct {
	// Added counts the messages; New + Known + Promoted + Restored = Messages.
	Added store.Added `json:"added"`
	// Messages is how many the archive holds.
	Messages uint64 `json:"messages"`
	// SHA256 is of the plain encoded archive.
	SHA256 [32]byte `json:"-"`
}

// Import imports the archive of a row, whose Entry says what to check, and
// stores the row as imported. Open returns the plain bytes of the archive,
// without padding; it may be called more than once, and each reader is closed.
//
// Errors for which [Refused] is true condemn the archive; others come from open,
// from reading, from the database or from ctx. [store.ErrChanged]: the archive
// was evicted meanwhile.
func (im *Importer) Import(ctx context.Context, row store.Archive, open func() (io.ReadCloser, error)) (Result, error) {
	return im.run(ctx, row, open, store.Messages.ImportMessages, nil)
}

// Replay imports an archive again, from the same bytes, and gives message rows
// that are gone or damaged the content that the archive has. It does what
// Import does otherwise. Also, unless nil, is called last in the transaction,
// with what was done, for what is to be recorded together with it; it may be
// called more than once.
func (im *Importer) Replay(ctx context.Context, row store.Archive, open func() (io.ReadCloser, error),
	also func(store.Tx, Result) error,
) (Result, error) {
	return im.run(ctx, row, open, store.Messages.RestoreMessages, also)
}

// put is how messages get into the database.
type put func(store.Messages, message.CommunityID, iter.Seq2[message.Message, error]) (store.Added, error)

func (im *Importer) run(ctx context.Context, row store.Archive, open func() (io.ReadCloser, error), put put,
	also func(store.Tx, Result) error,
) (res Result, err error) {
	if im.opts.Observe != nil {
		began := im.clock.Now()
		defer func() { im.opts.Observe(row.Community, Outcome{res, err, im.clock.Now().Sub(began)}) }()
	}
	entry, err := entryOf(row)
	if err != nil {
		return Result{}, fmt.Errorf("import archive %v: %w", row.ID, err)
	}
	turn, err := im.opts.Pace.Enter(ctx)
	if err != nil {
		return Result{}, fmt.Errorf("import archive %v: %w", row.ID, err)
	}
	defer turn.Leave()
	known, err := im.checkBefore(ctx, turn, row.Community, &entry, open)
	if err != nil {
		return Result{}, fmt.Errorf("import archive %v: %w", row.ID, err)
	}
	err = im.db.Update(ctx, func(tx store.Tx) error {
		defer meter.Begin(row.Community, meter.Import)()
		r, err := open()
		if err != nil {
			return fmt.Errorf("open archive: %w", err)
		}
		res, err = im.importFrom(ctx, tx, row, &source{Entry: &entry, Reader: r, known: known}, put)
		if err := errors.Join(err, r.Close()); err != nil || also == nil {
			return err
		}
		return also(tx, res)
	})
	if err != nil {
		return Result{}, fmt.Errorf("import archive %v: %w", row.ID, err)
	}
	return res, nil
}

// entryOf parses the entry of a row and compares both.
func entryOf(row store.Archive) (archive.Entry, error) {
	e, err := archive.ParseEntry(row.Entry)
	if err != nil {
		return archive.Entry{}, err
	}
	switch {
	case e.ID != row.ID:
		return archive.Entry{}, fmt.Errorf("%w: the entry's id is %v", ErrRow, e.ID)
	case e.Span != row.Span:
		return archive.Entry{}, fmt.Errorf("%w: the entry covers %v", ErrRow, e.Span)
	}
	return e, nil
}

// source is an archive that is being read.
type source struct {
	*archive.Entry
	io.Reader
	// known is what was found when all of it was checked before; nil when it was
	// not.
	known *archive.Summary
}

func (im *Importer) importFrom(ctx context.Context, tx store.Tx, row store.Archive, e *source, put put) (Result, error) {
	if err := notEvicted(tx, row); err != nil {
		return Result{}, err
	}
	if err := tx.Cover(row.Community, e.Span); err != nil {
		return Result{}, err
	}
	var sum archive.Summary
	added, err := put(tx, row.Community, im.checked(ctx, row.Community, e, &sum))
	if err != nil {
		return Result{}, err
	}
	row.State, row.Reason, row.Attempts, row.NextTry = store.Imported, "", 0, 0
	row.SHA256, row.Messages = sum.SHA256, sum.Messages
	row.Sealed, row.Amends = e.Sealed(), 0
	if e.Seal != nil {
		row.Amends = e.Seal.Amends
	}
	row.UpdatedAt = im.clock.Now().UnixMilli()
	if err := tx.PutArchive(row); err != nil {
		return Result{}, err
	}
	return Result{Added: added, Messages: sum.Messages, SHA256: sum.SHA256}, nil
}

// notEvicted returns [store.ErrChanged] when an archive was evicted after the
// caller had read its row: its file is about to be removed. A download that was
// given up is listed again.
func notEvicted(tx store.Tx, row store.Archive) error {
	now, err := tx.Archive(row.Community, row.ID)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return nil
	case err == nil && now.State == store.Evicted && row.State != store.Evicted,
		err == nil && now.State == store.Listed && row.State == store.Downloading:
		return fmt.Errorf("%w: it was evicted", store.ErrChanged)
	default:
		return err
	}
}

// errEnough ends a check whose messages nobody takes any longer.
var errEnough = errors.New("no more messages are wanted")

// checked yields the messages of an archive while it is checked. Its last
// word is the error of the check, if there is one; sum is set otherwise.
func (im *Importer) checked(ctx context.Context, c message.CommunityID, e *source, sum *archive.Summary) iter.Seq2[message.Message, error] {
	return func(yield func(message.Message, error) bool) {
		s, err := im.check(c, e, func(m *message.Message) error {
			if im.opts.Validator != nil {
				if err := im.opts.Validator(ctx, c, m); err != nil {
					return fmt.Errorf("%w: message %v: %w", ErrRejected, m.Key(), err)
				}
			}
			if !yield(*m, nil) {
				return errEnough
			}
			return nil
		})
		switch {
		case err == nil:
			*sum = s
		case !errors.Is(err, errEnough):
			yield(message.Message{}, err)
		}
	}
}

// check checks an archive; authors that were checked before are known.
func (im *Importer) check(c message.CommunityID, e *source, fn func(*message.Message) error) (archive.Summary, error) {
	if e.known != nil {
		return archive.CheckAgain(c, e.Entry, e, *e.known, fn)
	}
	return archive.CheckAhead(c, e.Entry, e, im.opts.workers(), fn)
}
