package sqltx

import "seeder/message"

// maxTopics bounds the topics that a scan remembers to save allocations.
const maxTopics = 1024

// Topics are the topics that a scan has met.
type Topics map[string]message.Topic

// Of returns a topic without allocating one that it has returned before.
func (t Topics) Of(b []byte) message.Topic {
	topic, ok := t[string(b)]
	if !ok {
		topic = message.Topic(b)
		if len(t) < maxTopics {
			t[string(b)] = topic
		}
	}
	return topic
}
