package api

import (
	"context"
	"crypto/tls"
	"net"
	"sync"
)

// crowd is who is connected where anybody may connect. Only those whose request is
// answered, and who may ask, have a right to their place: when there is none for
// whoever comes, the one who has been there for the longest without such a request
// leaves. So nobody can keep others out without the token.
type crowd struct {
	most int

	mu     sync.Mutex
	moved  sync.Cond // somebody left or has no right to stay any more, or it is closed
	guests map[*guest]struct{}
	turn   uint64 // counts up, for who came first
	closed bool
}

// guest is one connection of a crowd.
type guest struct {
	net.Conn
	crowd *crowd
	// busy counts its requests that are answered and may be asked; since says when
	// it came, or when the last of them ended. The crowd's lock is for both.
	busy  int
	since uint64
}

type guestKey struct{}

func newCrowd(most int) *crowd {
	c := &crowd{most: most, guests: map[*guest]struct{}{}}
	c.moved.L = &c.mu
	return c
}

// guestOf returns the guest that a connection of a server is; nil when it is none.
func guestOf(conn net.Conn) *guest {
	if t, ok := conn.(*tls.Conn); ok {
		conn = t.NetConn()
	}
	g, _ := conn.(*guest)
	return g
}

// stay keeps the place of who sent a request until end is called.
func stay(ctx context.Context) (end func()) {
	g, _ := ctx.Value(guestKey{}).(*guest)
	if g == nil {
		return func() {}
	}
	c := g.crowd
	c.mu.Lock()
	defer c.mu.Unlock()
	g.busy++
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		g.busy--
		c.turn++
		g.since = c.turn
		c.moved.Broadcast()
	}
}

// wait returns when there is room, or somebody who can make some; false when it is
// closed.
func (c *crowd) wait() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for !c.closed && len(c.guests) >= c.most && c.longest() == nil {
		c.moved.Wait()
	}
	return !c.closed
}

// longest returns who has been there for the longest without a right to it.
func (c *crowd) longest() *guest {
	var first *guest
	for g := range c.guests {
		if g.busy == 0 && (first == nil || g.since < first.since) {
			first = g
		}
	}
	return first
}

// enter gives a connection a place.
func (c *crowd) enter(conn net.Conn) *guest {
	c.mu.Lock()
	var leaves *guest
	if len(c.guests) >= c.most {
		leaves = c.longest()
	}
	c.turn++
	g := &guest{Conn: conn, crowd: c, since: c.turn}
	c.guests[g] = struct{}{}
	if leaves != nil {
		delete(c.guests, leaves)
	}
	c.mu.Unlock()
	if leaves != nil {
		_ = leaves.Close() // nobody waits for its end
	}
	return g
}

func (c *crowd) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	c.moved.Broadcast()
}

// Close implements [net.Conn].
func (g *guest) Close() error {
	err := g.Conn.Close()
	g.crowd.mu.Lock()
	defer g.crowd.mu.Unlock()
	delete(g.crowd.guests, g)
	g.crowd.moved.Broadcast()
	return err
}

// CloseWrite says that nothing more is sent, as that of placed does.
func (g *guest) CloseWrite() error { return closeWrite(g.Conn) }

// crowded is a listener with a crowd.
type crowded struct {
	net.Listener
	crowd *crowd
}

// Accept waits until there is room first.
func (l *crowded) Accept() (net.Conn, error) {
	if !l.crowd.wait() {
		return nil, net.ErrClosed
	}
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err //nolint:wrapcheck // net/http looks at it
	}
	return l.crowd.enter(conn), nil
}

// Close implements [net.Listener].
func (l *crowded) Close() error {
	l.crowd.close()
	return l.Listener.Close()
}
