package api

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"seeder/message"
	"seeder/node"
	"seeder/store"
	"seeder/swarm"
)

// Communities is a list of them; /v1/status tells how they stand.
type Communities struct {
	Communities []node.CommunityInfo `json:"communities"`
}

// Archives is a list of them.
type Archives struct {
	Archives []node.Archive `json:"archives"`
}

// Announcements is a list of them, newest first.
type Announcements struct {
	Announcements []node.Announcement `json:"announcements"`
}

// NewCommunity is a community to be followed or archived from now on.
type NewCommunity struct {
	Role string `json:"role" enum:"owner,member" doc:"owner archives a community of an own key, member follows one of others"`
	ID   string `json:"id,omitempty" maxLength:"68" doc:"Required of a member. Of an owner it names a key of this node; without it a new key is made."`
	Name string `json:"name,omitempty" maxLength:"256" doc:"For people; the network does not know it."`
	// Peers may be who sent the id.
	Peers []string `json:"peers,omitempty" maxItems:"64" doc:"Addresses host:port of nodes that have the history of what is joined, beside those that are found."`
}

// Renamed is a community with another name.
type Renamed struct {
	Name string `json:"name" maxLength:"256"`
}

func (a *API) routeCommunities() {
	const tag = "Communities"
	route(a, describe(http.MethodGet, "/v1/communities", "list-communities", tag, "The communities of the node"), a.list)
	route(a, describe(http.MethodGet, "/v1/communities/{id}", "get-community", tag, "A community with its limits and archives"),
		ofCommunity(a, a.opts.Node.Community))
	route(a, describe(http.MethodGet, "/v1/communities/{id}/history", "get-history", tag, "Which parts of the history are here, and which are missing"),
		ofCommunity(a, a.opts.Node.History))
	route(a, describe(http.MethodGet, "/v1/communities/{id}/archives", "list-archives", tag, "The archives of a community"),
		ofCommunity(a, func(ctx context.Context, id message.CommunityID) (Archives, error) {
			list, err := a.opts.Node.Archives(ctx, id)
			return Archives{some(list)}, err
		}))
	route(a, describe(http.MethodGet, "/v1/communities/{id}/announcements", "list-announcements", tag, "Announcements of a community, newest first"),
		ofCommunity(a, func(ctx context.Context, id message.CommunityID) (Announcements, error) {
			list, err := a.opts.Node.Announcements(ctx, id)
			return Announcements{list}, err
		}))
	route(a, describe(http.MethodGet, "/v1/communities/{id}/transfers", "get-transfers", tag, "Torrents, downloads under way and peers"),
		ofCommunity(a, func(ctx context.Context, id message.CommunityID) (node.Transfers, error) {
			live, err := a.live()
			if err != nil {
				return node.Transfers{}, err
			}
			t, err := live.Transfers(ctx, id)
			return whole(id, t), err
		}))
	a.routeMembership(tag)
	a.routeKeyBackup(tag)
}

// routeMembership adds what makes, renames and leaves communities.
func (a *API) routeMembership(tag string) {
	op := describe(http.MethodPost, "/v1/communities", "add-community", tag, "Create, own or join a community")
	op.DefaultStatus = http.StatusCreated
	route(a, op, func(ctx context.Context, in *struct{ Body NewCommunity }) (node.CommunityInfo, error) {
		return a.add(ctx, in.Body)
	})
	command(a, describe(http.MethodPatch, "/v1/communities/{id}", "rename-community", tag, "Give a community another name"),
		func(ctx context.Context, in *struct {
			OfCommunity
			Body Renamed
		}) error {
			id, err := a.find(ctx, in.OfCommunity)
			if err != nil {
				return err
			}
			return a.opts.Node.Rename(ctx, id, in.Body.Name)
		})
	route(a, describe(http.MethodDelete, "/v1/communities/{id}", "leave-community", tag, "Forget a community and remove its archives; its key stays"),
		func(ctx context.Context, in *struct {
			OfCommunity
			DeleteMessages bool `query:"delete_messages" doc:"Remove its messages from the database, too; also of a community that was left before, by its whole id."`
		}) (node.LeaveResult, error) {
			opts := node.LeaveOptions{DeleteMessages: in.DeleteMessages}
			found, err := a.opts.Node.Find(ctx, in.ID)
			id, err := node.Leaves(in.ID, found, err, opts)
			if err != nil {
				return node.LeaveResult{}, err
			}
			return a.opts.Node.Leave(ctx, id, opts)
		})
}

func (a *API) list(ctx context.Context, in *OfCommunities) (Communities, error) {
	ids, err := a.findAll(ctx, *in)
	if err != nil {
		return Communities{}, err
	}
	list, err := a.opts.Node.Communities(ctx)
	if len(ids) > 0 {
		list = slices.DeleteFunc(list, func(c node.CommunityInfo) bool { return !slices.Contains(ids, c.ID) })
	}
	return Communities{list}, err
}

// whole has empty lists instead of none.
func whole(id message.CommunityID, t node.Transfers) node.Transfers {
	t.Community = id
	t.Torrents, t.Archives, t.Peers = some(t.Torrents), some(t.Archives), some(t.Peers)
	return t
}

// some returns an empty list for none, so that JSON has no null for lists.
func some[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// ofCommunity is a route whose path names a community and that takes nothing else.
func ofCommunity[T any](a *API, fn func(context.Context, message.CommunityID) (T, error)) func(context.Context, *OfCommunity) (T, error) {
	return func(ctx context.Context, in *OfCommunity) (T, error) {
		id, err := a.find(ctx, *in)
		if err != nil {
			var none T
			return none, err
		}
		return fn(ctx, id)
	}
}

func (a *API) add(ctx context.Context, c NewCommunity) (node.CommunityInfo, error) {
	if c.ID == "" && store.Role(c.Role) == store.RoleOwner {
		return a.opts.Node.Create(ctx, c.Name)
	}
	id, err := message.ParseCommunityID(c.ID)
	if err != nil {
		p := newProblem(http.StatusUnprocessableEntity, node.Invalid, "an id is 0x and 66 hex digits; its owner sees it among the communities", err.Error())
		p.Errors = []Fault{{Location: "body.id", Message: err.Error()}}
		return node.CommunityInfo{}, p
	}
	if store.Role(c.Role) == store.RoleOwner {
		return a.opts.Node.Own(ctx, id, c.Name)
	}
	return a.join(ctx, id, c)
}

// join follows a community, with peers that who asks knows of.
func (a *API) join(ctx context.Context, id message.CommunityID, c NewCommunity) (node.CommunityInfo, error) {
	for i, address := range c.Peers {
		if !swarm.UsableAddr(address) {
			p := newProblem(http.StatusUnprocessableEntity, node.Invalid, "use host:port, such as 192.0.2.7:26881", fmt.Sprintf("%.80q is no address", address))
			p.Errors = []Fault{{Location: fmt.Sprintf("body.peers[%d]", i), Message: p.Detail}}
			return node.CommunityInfo{}, p
		}
	}
	joined, err := a.opts.Node.Join(ctx, id, c.Name)
	if err == nil && len(c.Peers) > 0 {
		err = a.opts.Node.AddPeers(ctx, id, c.Peers)
	}
	return joined, err
}

// KeyRequest asks for a private key.
type KeyRequest struct {
	Token string `json:"token" maxLength:"256" doc:"The token of the API once more, so that nobody else at the screen gets the key."`
}

func (a *API) routeKeyBackup(tag string) {
	op := describe(http.MethodPost, "/v1/communities/{id}/key-backup", "back-up-key", tag, "The private key of an own community")
	op.Description = "Who has it can speak for the community for ever. The body repeats the token."
	route(a, op, func(ctx context.Context, in *struct {
		OfCommunity
		Body KeyRequest
	}) (node.KeyBackup, error) {
		if err := a.checkToken(ctx, in.Body.Token); err != nil {
			return node.KeyBackup{}, err
		}
		id, err := a.find(ctx, in.OfCommunity)
		if err != nil {
			return node.KeyBackup{}, err
		}
		backup, err := a.opts.Node.KeyBackup(ctx, id)
		if err != nil {
			return node.KeyBackup{}, err
		}
		a.opts.Logger.Info("private key given away", "community", id.String())
		if err := a.opts.Node.MarkBackedUp(id); err != nil { // which keeps nobody from a copy
			a.opts.Logger.Warn("cannot note that a key has a copy", "community", id.String(), "error", err)
		}
		return backup, nil
	})
}
