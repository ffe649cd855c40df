package node

import (
	"context"
	"errors"
	"fmt"

	"seeder/message"
	"seeder/operation"
	"seeder/signer"
	"seeder/store"
	"seeder/swarm"
)

// CheckName refuses a name that could not be shown or typed.
func CheckName(name string) error {
	if err := signer.CheckName(name); err != nil {
		return &Error{Invalid, fmt.Sprintf("use up to %d bytes of letters, digits, signs and spaces between them", signer.MaxName), err}
	}
	return nil
}

// NewKey makes a key and stores it under a name, which may be empty.
func (n *Node) NewKey(name string) (*signer.Key, error) {
	key, err := signer.GenerateKey(n.opts.Rand)
	if err != nil {
		return nil, err
	}
	return key, n.AddKey(key, name)
}

// AddKey stores a key; a name may be given to one key only.
func (n *Node) AddKey(key *signer.Key, name string) error {
	if err := CheckName(name); err != nil {
		return err
	}
	list, err := n.opts.Keys.List()
	if err != nil && len(list) == 0 {
		return err
	}
	for _, k := range list {
		if name != "" && k.Name == name && k.Community != key.Community() {
			return nameTaken(k)
		}
	}
	return n.opts.Keys.Add(key, name)
}

func nameTaken(k signer.Stored) error {
	return fail(Conflict, fmt.Sprintf("use another name, or archive with that key: `seeder community create %s`", k.Community),
		"there is a key named %q already: %s", k.Name, k.Community)
}

// Create makes a key, and with it a community that this node archives. The key is
// stored when the database takes writes. Where the community does not come to be all the
// same, because the process dies or the database fails just then, the next Create of that
// name takes the key; none is ever removed.
func (n *Node) Create(ctx context.Context, name string) (CommunityInfo, error) {
	if n.opts.DB == nil {
		return CommunityInfo{}, ErrNoDatabase
	}
	if err := CheckName(name); err != nil {
		return CommunityInfo{}, err
	}
	n.creating.Lock()
	defer n.creating.Unlock()
	key, err := n.unused(ctx, name)
	if err != nil {
		return CommunityInfo{}, err
	}
	if key == nil {
		if key, err = signer.GenerateKey(n.opts.Rand); err != nil {
			return CommunityInfo{}, err
		}
	}
	c := store.Community{ID: key.Community(), Role: store.RoleOwner, Name: name}
	return n.add(ctx, c, func() error { return n.opts.Keys.AddNew(key, name) })
}

// unused returns the key that a Create of this name has left without a community; nil
// where there is none, and an [*Error] with [Conflict] where the name is another key's.
func (n *Node) unused(ctx context.Context, name string) (*signer.Key, error) {
	list, err := n.opts.Keys.List()
	if err != nil && len(list) == 0 {
		return nil, err
	}
	for _, k := range list {
		if name == "" || k.Name != name {
			continue
		}
		if !n.opts.Keys.IsNew(k.Community) {
			return nil, nameTaken(k)
		}
		err := n.view(ctx, func(tx store.Tx) error { _, err := tx.Community(k.Community); return err })
		switch {
		case errors.Is(err, store.ErrNotFound):
			return n.opts.Keys.Load(k.Community)
		case err != nil:
			return nil, err
		default:
			return nil, nameTaken(k)
		}
	}
	return nil, nil //nolint:nilnil // none is no error
}

// Own archives a community whose key is in the keystore; otherwise the error wraps
// [signer.ErrNoKey].
func (n *Node) Own(ctx context.Context, id message.CommunityID, name string) (CommunityInfo, error) {
	if _, err := n.opts.Keys.Load(id); err != nil {
		return CommunityInfo{}, err
	}
	return n.add(ctx, store.Community{ID: id, Role: store.RoleOwner, Name: name}, nil)
}

// Join follows a community. The operation that it returns ends when the history
// is here.
func (n *Node) Join(ctx context.Context, id message.CommunityID, name string) (CommunityInfo, error) {
	return n.add(ctx, store.Community{ID: id, Role: store.RoleMember, Name: name}, nil)
}

// add stores a community. One that is there already with the same role stays, and
// may get another name, unless another community has that. When nothing is in the way
// and before it is committed, prepare is called unless nil, perhaps more than once.
func (n *Node) add(ctx context.Context, c store.Community, prepare func() error) (CommunityInfo, error) {
	if n.opts.DB == nil {
		return CommunityInfo{}, ErrNoDatabase
	}
	if err := CheckName(c.Name); err != nil {
		return CommunityInfo{}, err
	}
	begun, err := n.desk.New(operation.Request{Community: c.ID, Kind: operation.Join})
	if err != nil {
		return CommunityInfo{}, err
	}
	if err := n.finishOld(ctx, c.ID); err != nil {
		return CommunityInfo{}, err
	}
	c.CreatedAt = n.opts.Clock.Now().UnixMilli()
	var joining store.Operation
	var added store.Community
	err = n.opts.DB.Update(ctx, func(tx store.Tx) (err error) {
		if added, err = putCommunity(tx, c); err != nil {
			return err
		}
		if c.Role == store.RoleMember {
			joining, err = beginJoin(tx, begun)
		}
		if err != nil || prepare == nil {
			return err
		}
		return prepare()
	})
	if err == nil && c.Role == store.RoleOwner {
		err = n.opts.Keys.Settle(c.ID)
	}
	if err == nil && n.opts.Live != nil {
		_ = n.opts.Live.Refresh(ctx) // it begins at once; else when the daemon looks by itself, soon
	}
	return CommunityInfo{ID: added.ID, Role: added.Role, Name: added.Name, Operation: joining.ID}, err
}

// AddPeers tells addresses host:port at which peers of a community may be found. A
// running daemon tries them, and keeps those that it reaches; the error is an
// [*Error] with [Invalid] for what is no address, [Unavailable] without a daemon.
func (n *Node) AddPeers(ctx context.Context, id message.CommunityID, peers []string) error {
	for _, p := range peers {
		if !swarm.UsableAddr(p) {
			return fail(Invalid, "use addresses such as 192.0.2.7:26881", "%q is no address host:port of a peer", p)
		}
	}
	if err := n.view(ctx, func(tx store.Tx) error { _, err := tx.Community(id); return err }); err != nil || len(peers) == 0 {
		return err
	}
	if n.opts.Live == nil {
		return fail(Unavailable, "start `seeder run`, or name the peers as swarm.peers in the configuration",
			"no daemon runs that could be told of peers")
	}
	n.opts.Live.AddPeers(id, peers)
	return nil
}

func putCommunity(tx store.Tx, c store.Community) (store.Community, error) {
	all, err := tx.Communities()
	if err != nil {
		return c, err
	}
	before := ""
	for _, old := range all {
		if old.ID != c.ID {
			continue
		}
		before = old.Name
		if old.Role != c.Role {
			return c, fail(Conflict, "use another --data-dir to be both", "this node is %s of %s already", old.Role, c.ID)
		}
		c.CreatedAt = old.CreatedAt
		if c.Name == "" {
			c.Name = old.Name
		}
	}
	if c.Name != before {
		if err := nameFree(all, c); err != nil {
			return c, err
		}
	}
	return c, tx.PutCommunity(c)
}
