package api

import (
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"seeder/activity"
	"seeder/catalog"
	"seeder/doctor"
	"seeder/message"
	"seeder/node"
	"seeder/rates"
	"seeder/store"
)

// shapes are how types of other packages are described that say less by
// themselves: words as enumerations, ids with their form.
var shapes = map[reflect.Type]*huma.Schema{
	reflect.TypeFor[message.CommunityID](): {Type: "string", Pattern: "^0x[0-9a-f]{66}$"},
	reflect.TypeFor[message.ArchiveID]():   {Type: "string", Pattern: "^0x[0-9a-f]{64}$"},
	reflect.TypeFor[store.OperationID]():   {Type: "string", Pattern: "^[0-9a-f]{32}$"},
	reflect.TypeFor[store.Role]():          words(store.RoleOwner, store.RoleMember),
	reflect.TypeFor[store.ArchiveState](): words(store.Listed, store.Downloading, store.Stored, store.Imported,
		store.Evicted, store.Quarantined),
	reflect.TypeFor[store.WorkState](): words(store.Idle, store.Working, store.Waiting),
	reflect.TypeFor[store.OperationState](): words(store.OperationPending, store.OperationRunning, store.OperationDone,
		store.OperationFailed),
	reflect.TypeFor[catalog.Completeness](): words(catalog.Complete, catalog.Gap, catalog.Unsealed, catalog.GivenUp),
	reflect.TypeFor[node.AnnouncementState](): words(node.AnnouncementReceived, node.AnnouncementWaiting,
		node.AnnouncementSent),
	reflect.TypeFor[node.Code](): words(node.NotFound, node.Ambiguous, node.Invalid, node.Conflict, node.Refused,
		node.Unavailable, node.NoSpace, node.Internal, CodeUnauthorized, CodeForbidden, CodeTooMany, CodeTooLarge, CodeMethod),
	reflect.TypeFor[activity.Kind](): words(activity.KindCommunity, activity.KindArchive, activity.KindAnnouncement,
		activity.KindOperation, activity.KindWork, activity.KindSetting, activity.KindFork),
	reflect.TypeFor[rates.Range]():  words(rates.Ranges...),
	reflect.TypeFor[doctor.State](): words(doctor.OK, doctor.Unknown, doctor.Warn, doctor.Fail),
}

func words[T ~string](list ...T) *huma.Schema {
	s := &huma.Schema{Type: "string"}
	for _, w := range list {
		s.Enum = append(s.Enum, string(w))
	}
	return s
}

// shape stands for T where types are described.
type shape[T any] struct{}

// Schema implements [huma.SchemaProvider].
func (shape[T]) Schema(huma.Registry) *huma.Schema {
	s := *shapes[reflect.TypeFor[T]()]
	return &s
}

// newRegistry returns the descriptions of types, with those of shapes.
func newRegistry() huma.Registry {
	r := huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer)
	alias[message.CommunityID](r)
	alias[message.ArchiveID](r)
	alias[store.OperationID](r)
	alias[store.Role](r)
	alias[store.ArchiveState](r)
	alias[store.WorkState](r)
	alias[store.OperationState](r)
	alias[catalog.Completeness](r)
	alias[node.AnnouncementState](r)
	alias[node.Code](r)
	alias[activity.Kind](r)
	alias[rates.Range](r)
	alias[doctor.State](r)
	return r
}

func alias[T any](r huma.Registry) {
	r.RegisterTypeAlias(reflect.TypeFor[T](), reflect.TypeFor[shape[T]]())
}

// plainWords are properties whose Go type is string although they have few values.
var plainWords = map[string]map[string]*huma.Schema{
	"Peer":       {"transport": words("tcp", "utp"), "direction": words("in", "out")},
	"SetResult":  {"daemon": words(node.DaemonTold, node.DaemonNotRunning, node.DaemonNotReached)},
	"NodeLimits": {"battery": words("yes", "no", "not available", ""), "metered": words("yes", "no", "not available", "")},
}

// describeWords puts plainWords into what was described.
func describeWords(schemas map[string]*huma.Schema) {
	for name, properties := range plainWords {
		for property, s := range properties {
			if described := schemas[name]; described != nil && described.Properties[property] != nil {
				described.Properties[property].Enum = s.Enum
			}
		}
	}
}
