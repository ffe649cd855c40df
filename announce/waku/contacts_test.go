package waku

import (
	"errors"
	"testing"
)

func TestSetPeers(t *testing.T) {
	first, second := newNode(t, nil), newNode(t, nil)
	n := newNode(t, func(o *Options) { o.StorePeers = first.Addrs() })
	kept := func() (ids []string) {
		n.mu.Lock()
		defer n.mu.Unlock()
		for id := range n.contacts.kept {
			if !n.host.ConnManager().IsProtected(id, protection) {
				t.Errorf("%s is not protected", id)
			}
			ids = append(ids, id.String())
		}
		return ids
	}
	if err := n.SetPeers(append(first.Addrs(), second.Addrs()...)); err != nil {
		t.Fatal(err)
	}
	eventually(t, "both are connected", func() bool { return n.Peers() == 2 })
	if len(kept()) != 2 || len(n.queryPeers()) != 2 {
		t.Errorf("%d peers are kept, %d asked", len(kept()), len(n.queryPeers()))
	}
	if err := n.SetPeers([]string{"/ip4/127.0.0.1/tcp/80"}); !errors.Is(err, ErrOption) || len(kept()) != 2 {
		t.Errorf("an address without peer id: %v, %d are kept", err, len(kept()))
	}
	if err := n.SetPeers(nil); err != nil {
		t.Fatal(err)
	}
	if ids := kept(); len(ids) != 1 || ids[0] != first.ID() { // which is a store peer still
		t.Errorf("kept are %v, want %s", ids, first.ID())
	}
	if n.host.ConnManager().IsProtected(second.host.ID(), protection) {
		t.Error("who is no longer named is protected")
	}
}
