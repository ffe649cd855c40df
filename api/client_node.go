package api

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"seeder/message"
	"seeder/node"
	"seeder/operation"
	"seeder/store"
)

// The methods of this file are those of [node.Node]: what a command shows and does
// is the same with a daemon and without. [ErrNoDaemon] when no node answers, a
// [*Refusal] for what the node refuses.

// queryOf names communities in a query.
func queryOf(only []message.CommunityID) url.Values {
	q := url.Values{}
	for _, id := range only {
		q.Add("community", id.String())
	}
	return q
}

func withQuery(path string, q url.Values) string {
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

func pathOf(id message.CommunityID, rest string) string {
	return "/v1/communities/" + id.String() + rest
}

// Find returns the community that arg names; see [node.Node.Find].
func (c *Client) Find(ctx context.Context, arg string) (store.Community, error) {
	if arg == "" { // which in a query would be all of them
		return store.Community{}, &node.Error{Code: node.NotFound, Err: errors.New(`no community ""`)}
	}
	list, err := get[Communities](ctx, c, withQuery("/v1/communities", url.Values{"community": {arg}}))
	switch {
	case err != nil:
		return store.Community{}, err
	case len(list.Communities) != 1:
		return store.Community{}, ErrAnswer
	}
	one := list.Communities[0]
	return store.Community{ID: one.ID, Role: one.Role, Name: one.Name}, nil
}

// Status returns how the node stands; see [node.Node.Status].
func (c *Client) Status(ctx context.Context, only ...message.CommunityID) (node.Status, error) {
	return get[node.Status](ctx, c, withQuery("/v1/status", queryOf(only)))
}

// Now returns what changes from second to second; see [node.Node.Now].
func (c *Client) Now(ctx context.Context, only ...message.CommunityID) (node.Now, error) {
	return get[node.Now](ctx, c, withQuery("/v1/now", queryOf(only)))
}

// Communities returns those of the node; see [node.Node.Communities].
func (c *Client) Communities(ctx context.Context) ([]node.CommunityInfo, error) {
	list, err := get[Communities](ctx, c, "/v1/communities")
	return some(list.Communities), err
}

// Community returns a community with its archives; see [node.Node.Community].
func (c *Client) Community(ctx context.Context, id message.CommunityID) (node.Details, error) {
	return get[node.Details](ctx, c, pathOf(id, ""))
}

// History returns which parts are here; see [node.Node.History].
func (c *Client) History(ctx context.Context, id message.CommunityID) (node.History, error) {
	return get[node.History](ctx, c, pathOf(id, "/history"))
}

// Announcements returns those of a community; see [node.Node.Announcements].
func (c *Client) Announcements(ctx context.Context, id message.CommunityID) ([]node.Announcement, error) {
	list, err := get[Announcements](ctx, c, pathOf(id, "/announcements"))
	return list.Announcements, err
}

// Create makes a key and a community; see [node.Node.Create].
func (c *Client) Create(ctx context.Context, name string) (node.CommunityInfo, error) {
	return c.add(ctx, NewCommunity{Role: string(store.RoleOwner), Name: name})
}

// Own archives a community; see [node.Node.Own].
func (c *Client) Own(ctx context.Context, id message.CommunityID, name string) (node.CommunityInfo, error) {
	return c.add(ctx, NewCommunity{Role: string(store.RoleOwner), ID: id.String(), Name: name})
}

// Join follows a community; see [node.Node.Join].
func (c *Client) Join(ctx context.Context, id message.CommunityID, name string) (node.CommunityInfo, error) {
	return c.add(ctx, NewCommunity{Role: string(store.RoleMember), ID: id.String(), Name: name})
}

func (c *Client) add(ctx context.Context, body NewCommunity) (node.CommunityInfo, error) {
	return ask[node.CommunityInfo](ctx, c, http.MethodPost, "/v1/communities", body)
}

// Rename gives a community another name; see [node.Node.Rename].
func (c *Client) Rename(ctx context.Context, id message.CommunityID, name string) error {
	return c.tell(ctx, http.MethodPatch, pathOf(id, ""), Renamed{Name: name})
}

// Leave forgets a community; see [node.Node.Leave].
func (c *Client) Leave(ctx context.Context, id message.CommunityID, opts node.LeaveOptions) (node.LeaveResult, error) {
	q := url.Values{}
	if opts.DeleteMessages {
		q.Set("delete_messages", "true")
	}
	return ask[node.LeaveResult](ctx, c, http.MethodDelete, withQuery(pathOf(id, ""), q), nil)
}

// KeyBackup returns the private key of a community; see [node.Node.KeyBackup]. It asks
// for the token of the API.
func (c *Client) KeyBackup(ctx context.Context, id message.CommunityID, token string) (node.KeyBackup, error) {
	return ask[node.KeyBackup](ctx, c, http.MethodPost, pathOf(id, "/key-backup"), KeyRequest{Token: token})
}

// Limits returns all limits; see [node.Node.Limits].
func (c *Client) Limits(ctx context.Context, only ...message.CommunityID) (node.Limits, error) {
	return get[node.Limits](ctx, c, withQuery("/v1/limits", queryOf(only)))
}

// SetLimits changes limits of the node; see [node.Node.SetLimits].
func (c *Client) SetLimits(ctx context.Context, values map[string]string) (node.SetResult, error) {
	return ask[node.SetResult](ctx, c, http.MethodPatch, "/v1/limits", given(values))
}

// SetCommunity changes settings of a community; see [node.Node.SetCommunity].
func (c *Client) SetCommunity(ctx context.Context, id message.CommunityID, values map[string]string) (node.SetResult, error) {
	return ask[node.SetResult](ctx, c, http.MethodPatch, pathOf(id, "/settings"), given(values))
}

// given is never null in JSON.
func given(values map[string]string) map[string]string {
	if values == nil {
		return map[string]string{}
	}
	return values
}

// Pin keeps a part of the history, or no longer; see [node.Node.Pin].
func (c *Client) Pin(ctx context.Context, id message.CommunityID, span message.Span, remove bool) (node.SetResult, error) {
	if !remove {
		return ask[node.SetResult](ctx, c, http.MethodPost, pathOf(id, "/pins"), Part{From: span.From, To: span.To})
	}
	q := url.Values{"from": {strconv.FormatUint(span.From, 10)}, "to": {strconv.FormatUint(span.To, 10)}}
	return ask[node.SetResult](ctx, c, http.MethodDelete, withQuery(pathOf(id, "/pins"), q), nil)
}

// Operations returns what was asked for; see [node.Node.Operations].
func (c *Client) Operations(ctx context.Context, open bool, only ...message.CommunityID) ([]node.Operation, error) {
	q := queryOf(only)
	if open {
		q.Set("open", "true")
	}
	list, err := get[Operations](ctx, c, withQuery("/v1/operations", q))
	return list.Operations, err
}

// Operation returns one that was asked for; see [node.Node.Operation].
func (c *Client) Operation(ctx context.Context, id store.OperationID) (node.Operation, error) {
	return get[node.Operation](ctx, c, "/v1/operations/"+url.PathEscape(string(id)))
}

// Begin asks for an operation; see [node.Node.Begin].
func (c *Client) Begin(ctx context.Context, r operation.Request) (node.Operation, error) {
	var body any
	if !r.Span.Empty() {
		body = Part{From: r.Span.From, To: r.Span.To}
	}
	return ask[node.Operation](ctx, c, http.MethodPost, pathOf(r.Community, "/"+url.PathEscape(r.Kind)), body)
}
