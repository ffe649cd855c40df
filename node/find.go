package node

import (
	"context"
	"fmt"
	"strings"

	"seeder/message"
	"seeder/store"
)

// MinPrefix is the least number of hex digits by which an id may be named.
const MinPrefix = 4

// Named is something that has a community id and a name for people.
type Named struct {
	ID   message.CommunityID
	Name string
}

const hintNoCommunity = "`seeder community list` shows those there are; `seeder community join ID` adds one"

// Pick returns the index of the one that arg names: by id, by name, or by the
// beginning of its id when only one begins so. noun is what it is called, missing
// what to do when there is none. The error is an [*Error] with [NotFound] or
// [Ambiguous].
func Pick(noun, arg string, list []Named, missing string) (int, error) {
	var byName, byPrefix []int
	for i, n := range list {
		id := n.ID.String()
		if strings.EqualFold(arg, id) {
			return i, nil
		}
		if n.Name == arg && arg != "" {
			byName = append(byName, i)
		}
		if digits := strings.TrimPrefix(strings.ToLower(arg), "0x"); len(digits) >= MinPrefix && strings.HasPrefix(id[2:], digits) {
			byPrefix = append(byPrefix, i)
		}
	}
	found := byName
	if len(found) == 0 {
		found = byPrefix
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return 0, fail(NotFound, missing, "no %s %q", noun, arg)
	default:
		return 0, fail(Ambiguous, fmt.Sprintf("use more of the id: %s or %s", list[found[0]].ID, list[found[1]].ID), "%q names %d of them", arg, len(found))
	}
}

// Find returns the community that arg names; see [Pick].
func (n *Node) Find(ctx context.Context, arg string) (c store.Community, err error) {
	var all []store.Community
	err = n.view(ctx, func(tx store.Tx) error {
		all, err = tx.Communities()
		return err
	})
	if err != nil {
		return c, fmt.Errorf("list communities: %w", err)
	}
	list := make([]Named, len(all))
	for i := range all {
		list[i] = Named{all[i].ID, all[i].Name}
	}
	i, err := Pick("community", arg, list, hintNoCommunity)
	if err != nil {
		return c, err
	}
	return all[i], nil
}
