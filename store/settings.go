package store

import "seeder/message"

// Settings holds what people have set while nodes run, in the words they used.
// The database does not know which keys there are, nor what values mean.
type Settings interface {
	// PutSetting adds a setting or replaces its value; an empty value removes
	// it, and removing none is no error.
	PutSetting(Setting) error
	// Settings returns all: the node's, then those of communities, in order of
	// (community, key).
	Settings() ([]Setting, error)
	// SettingsRevision returns a number that is higher after each transaction
	// that changed what Settings returns, whoever made it. It is cheap to ask
	// for several times a second.
	SettingsRevision() (int64, error)
}

// Setting is the value of a key.
type Setting struct {
	// Community is whose setting it is; zero for the node's own.
	Community  message.CommunityID
	Key, Value string
}
