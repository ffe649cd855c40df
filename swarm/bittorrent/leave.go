package bittorrent

import (
	"errors"

	"seeder/message"
	"seeder/swarm"
)

// Leave implements [swarm.Swarm].
func (s *Swarm) Leave(id message.CommunityID) error {
	c, err := s.served(id)
	if err != nil || c == nil {
		return err
	}
	return c.leave()
}

// served returns a community; nil when there is none.
func (s *Swarm) served(id message.CommunityID) (*community, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, swarm.ErrClosed
	}
	return s.communities[id], nil
}

func (c *community) leave() error {
	if err := c.lock(c.s.ctx); err != nil {
		return swarm.ErrClosed
	}
	defer c.unlock()
	c.book.leave()
	var errs []error
	for _, g := range c.generations() {
		errs = append(errs, c.remove(g))
	}
	c.evicting.Lock() // one that runs removes files
	defer c.evicting.Unlock()
	c.s.mu.Lock()
	if c.s.communities[c.id] == c {
		delete(c.s.communities, c.id)
	}
	c.s.mu.Unlock()
	c.s.open.forgetIn(c.s.files.Dir(c.id))
	return errors.Join(errs...)
}
