package hoststate

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/godbus/dbus/v5"

	"seeder/internal/retry"
)

const (
	// connectTimeout bounds connecting to the bus, answerTimeout waiting for a
	// service.
	connectTimeout = 10 * time.Second
	answerTimeout  = 10 * time.Second
	// askAgain is when a service that failed to answer is asked again.
	askAgain = time.Minute
	// retryFirst and retryLongest bound the pauses between connections.
	retryFirst   = 250 * time.Millisecond
	retryLongest = time.Minute
)

const (
	busName           = "org.freedesktop.DBus"
	nameOwnerChanged  = busName + ".NameOwnerChanged"
	properties        = busName + ".Properties"
	propertiesChanged = properties + ".PropertiesChanged"
)

// question is a property of a service that answers one part of [State].
type question struct {
	service  string // which is the interface, too
	path     dbus.ObjectPath
	property string
	// start says whether the bus may start the service to ask it. NetworkManager
	// takes hold of the network when it starts, so it is left alone.
	start bool
	read  func(any) Answer
	put   func(*State, Answer)
}

// questions returns what is asked.
func questions() []question {
	return []question{
		{
			service: "org.freedesktop.UPower", path: "/org/freedesktop/UPower", property: "OnBattery", start: true,
			read: onBattery, put: func(s *State, a Answer) { s.Battery = a },
		},
		{
			service: "org.freedesktop.NetworkManager", path: "/org/freedesktop/NetworkManager", property: "Metered",
			read: metered, put: func(s *State, a Answer) { s.Metered = a },
		},
	}
}

func onBattery(value any) Answer {
	switch value {
	case true:
		return Yes
	case false:
		return No
	default:
		return Unknown
	}
}

// metered reads an NMMetered: 0 unknown, 1 yes, 2 no, 3 probably, 4 probably
// not.
func metered(value any) Answer {
	switch value {
	case uint32(1), uint32(3):
		return Yes
	case uint32(2), uint32(4):
		return No
	default:
		return Unknown
	}
}

// follow keeps asking the system bus until ctx ends, and connects to it anew
// when it was lost. It calls known when all was asked for the first time, and
// maybe more often.
func follow(ctx context.Context, logger *slog.Logger, update func(func(*State)), known func()) {
	pause := retry.NewPause(retryFirst, retryLongest)
	for ctx.Err() == nil {
		s := &session{log: logger, update: update, known: known}
		err := s.run(ctx)
		known()
		update(func(st *State) { *st = State{} })
		if s.connected {
			pause.Reset()
		}
		if ctx.Err() == nil {
			logger.Debug("no system bus to ask about battery and network", "error", err)
			pause.Wait(ctx)
		}
	}
}

// session is one connection to the bus.
type session struct {
	log    *slog.Logger
	update func(func(*State))
	known  func()
	conn   *dbus.Conn
	// connected says that the bus took every subscription.
	connected bool
}

// errLost reports that the bus has gone.
var errLost = errors.New("connection to the system bus was lost")

// run connects and follows every question until the connection or ctx ends.
func (s *session) run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	overdue := time.AfterFunc(connectTimeout, cancel)
	conn, err := dbus.ConnectSystemBus(dbus.WithContext(ctx), dbus.WithSignalHandler(dbus.NewSequentialSignalHandler()))
	if err != nil {
		overdue.Stop()
		return fmt.Errorf("connect to the system bus: %w", err)
	}
	defer conn.Close()
	if !overdue.Stop() {
		return fmt.Errorf("connect to the system bus: %w", context.DeadlineExceeded)
	}
	s.conn = conn
	var wg, first sync.WaitGroup
	defer wg.Wait()
	for _, q := range questions() {
		signals := make(chan *dbus.Signal, 16)
		conn.Signal(signals) // closed with the connection
		if err := s.subscribe(ctx, q); err != nil {
			cancel() // ends those that follow already
			return fmt.Errorf("follow %s: %w", q.service, err)
		}
		first.Add(1)
		wg.Go(func() { s.follow(ctx, q, signals, sync.OnceFunc(first.Done)) })
	}
	s.connected = true
	wg.Go(func() {
		first.Wait()
		s.known()
	})
	<-conn.Context().Done()
	return errLost
}

// follow asks the question again whenever its answer may be another one, until
// the connection ends. Signals that come while it is asked are looked at behind
// that, so the last answer is younger than the last change. It calls answered
// after every answer.
func (s *session) follow(ctx context.Context, q question, signals <-chan *dbus.Signal, answered func()) {
	var flags dbus.Flags
	if !q.start {
		flags = dbus.FlagNoAutoStart
	}
	for {
		answer, err := s.ask(ctx, q, flags)
		flags = dbus.FlagNoAutoStart // one that ended is not started again
		s.update(func(st *State) { q.put(st, answer) })
		answered()
		if !waitForChange(signals, q, err) {
			return
		}
	}
}

// subscribe has the bus send what tells of a change.
func (s *session) subscribe(ctx context.Context, q question) error {
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	err := s.conn.AddMatchSignalContext(ctx, dbus.WithMatchSender(busName), dbus.WithMatchInterface(busName),
		dbus.WithMatchMember("NameOwnerChanged"), dbus.WithMatchArg(0, q.service))
	if err != nil {
		return fmt.Errorf("follow the owner of a name: %w", err)
	}
	err = s.conn.AddMatchSignalContext(ctx, dbus.WithMatchSender(q.service), dbus.WithMatchInterface(properties),
		dbus.WithMatchMember("PropertiesChanged"), dbus.WithMatchObjectPath(q.path), dbus.WithMatchArg(0, q.service))
	if err != nil {
		return fmt.Errorf("follow properties: %w", err)
	}
	return nil
}

// ask reads the property. The error is nil when there is an answer, or nobody
// who could give one.
func (s *session) ask(ctx context.Context, q question, flags dbus.Flags) (Answer, error) {
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	var value dbus.Variant
	err := s.conn.Object(q.service, q.path).CallWithContext(ctx, properties+".Get", flags, q.service, q.property).Store(&value)
	if err == nil {
		return q.read(value.Value()), nil
	}
	s.log.Debug("a service of the system bus does not answer", "service", q.service, "error", err)
	var refused dbus.Error
	if errors.As(err, &refused) && (refused.Name == busName+".Error.ServiceUnknown" || refused.Name == busName+".Error.NameHasNoOwner") {
		return Unknown, nil
	}
	return Unknown, fmt.Errorf("ask %s: %w", q.service, err)
}

// waitForChange waits until the question has to be asked again; after a failure
// for some time at most. It returns false when the connection has ended.
func waitForChange(signals <-chan *dbus.Signal, q question, failed error) bool {
	var again <-chan time.Time
	if failed != nil {
		t := time.NewTimer(askAgain)
		defer t.Stop()
		again = t.C
	}
	for {
		select {
		case sig, ok := <-signals:
			if !ok || q.concerns(sig) {
				return ok
			}
		case <-again:
			return true
		}
	}
}

// concerns reports whether a signal tells that the answer may be another one.
func (q question) concerns(sig *dbus.Signal) bool {
	switch sig.Name {
	case nameOwnerChanged:
		name, _ := at[string](sig.Body, 0)
		return name == q.service
	case propertiesChanged:
		iface, _ := at[string](sig.Body, 0)
		changed, _ := at[map[string]dbus.Variant](sig.Body, 1)
		stale, _ := at[[]string](sig.Body, 2)
		if sig.Path != q.path || iface != q.service {
			return false
		}
		for _, name := range stale {
			if name == q.property {
				return true
			}
		}
		_, ok := changed[q.property]
		return ok
	default:
		return false
	}
}

// at returns an argument of a signal, if it is there and of that type.
func at[T any](body []any, i int) (v T, ok bool) {
	if i < len(body) {
		v, ok = body[i].(T)
	}
	return v, ok
}
