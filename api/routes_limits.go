package api

import (
	"context"
	"net/http"

	"seeder/message"
	"seeder/node"
	"seeder/quota"
)

// LimitKeys are the settings that limits have.
type LimitKeys struct {
	Node      []LimitKey `json:"node"`
	Community []LimitKey `json:"community"`
}

// LimitKey is a setting and what it takes.
type LimitKey struct {
	Key string `json:"key"`
	Doc string `json:"doc"`
	// Accepts says in words which values are accepted.
	Accepts string `json:"accepts"`
	// Default is what holds where nothing is set or configured.
	Default string `json:"default"`
}

// Settings are those of a community as they hold.
type Settings struct {
	ID       message.CommunityID `json:"id"`
	Name     string              `json:"name"`
	Settings []node.Setting      `json:"settings"`
}

// CheckRequest asks whether values would be taken.
type CheckRequest struct {
	Community string            `json:"community,omitempty" maxLength:"256" doc:"A community, named as in paths; empty for the node."`
	Values    map[string]string `json:"values" doc:"Settings; the empty value takes back."`
}

// CheckResult says whether values would be taken, in the order of their keys.
type CheckResult struct {
	Checked []node.Checked `json:"checked"`
}

// SettingValues are settings to be changed; null takes back.
type SettingValues struct {
	Body map[string]*string `doc:"Settings by key, as people write them; null takes back what was set."`
}

func (v SettingValues) texts() map[string]string {
	out := make(map[string]string, len(v.Body))
	for key, value := range v.Body {
		out[key] = ""
		if value != nil {
			out[key] = *value
		}
	}
	return out
}

func (a *API) routeLimits() {
	const tag = "Limits"
	route(a, describe(http.MethodGet, "/v1/limits", "get-limits", tag, "All limits, and what is used of them"),
		ofCommunities(a, a.opts.Node.Limits))
	route(a, describe(http.MethodPatch, "/v1/limits", "set-limits", tag, "Change limits of the node, all or none"),
		func(ctx context.Context, in *SettingValues) (node.SetResult, error) {
			return a.opts.Node.SetLimits(ctx, in.texts())
		})
	route(a, describe(http.MethodGet, "/v1/limits/keys", "list-limit-keys", tag, "The settings there are, and what they take"),
		func(context.Context, *nothing) (LimitKeys, error) {
			return LimitKeys{Node: limitKeys(quota.NodeKeys()), Community: limitKeys(quota.CommunityKeys())}, nil
		})
	route(a, describe(http.MethodPost, "/v1/limits/check", "check-limits", tag, "Whether values would be taken; nothing is changed"),
		func(ctx context.Context, in *struct{ Body CheckRequest }) (CheckResult, error) {
			if in.Body.Community == "" {
				return CheckResult{node.CheckLimits(in.Body.Values)}, nil
			}
			if _, err := a.find(ctx, OfCommunity{ID: in.Body.Community}); err != nil {
				return CheckResult{}, err
			}
			return CheckResult{node.CheckCommunity(in.Body.Values)}, nil
		})
	route(a, describe(http.MethodGet, "/v1/communities/{id}/settings", "get-settings", tag, "The settings of a community"),
		ofCommunity(a, a.settings))
	route(a, describe(http.MethodPatch, "/v1/communities/{id}/settings", "set-settings", tag, "Change settings of a community, all or none"),
		func(ctx context.Context, in *struct {
			OfCommunity
			SettingValues
		}) (node.SetResult, error) {
			id, err := a.find(ctx, in.OfCommunity)
			if err != nil {
				return node.SetResult{}, err
			}
			return a.opts.Node.SetCommunity(ctx, id, in.texts())
		})
}

func (a *API) settings(ctx context.Context, id message.CommunityID) (Settings, error) {
	l, err := a.opts.Node.Limits(ctx, id)
	out := Settings{ID: id, Settings: []node.Setting{}}
	for _, c := range l.Communities {
		if c.ID == id {
			out.Name, out.Settings = c.Name, c.Settings
		}
	}
	return out, err
}

func limitKeys(keys []quota.Key) []LimitKey {
	out := make([]LimitKey, len(keys))
	for i, k := range keys {
		out[i] = LimitKey{Key: k.Name, Doc: k.Doc, Accepts: k.Accepts, Default: k.Default}
	}
	return out
}
