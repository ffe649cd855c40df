package sqlite

import (
	"database/sql/driver"

	"seeder/message"
	"seeder/store/sqltx"
)

const messageColumns = "SELECT m.timestamp, m.key, m.topic, m.payload, m.sig, m.padding, m.hashed, m.hash, m.third_party_id"

// Scan implements [sqltx.Engine].
func (t *tx) Scan(fn func(*message.Message) error, rows string, args ...any) error {
	topics := make(sqltx.Topics)
	return t.query(func(row []driver.Value) error {
		m := readMessage(row, topics)
		return fn(&m)
	}, messageColumns+rows, args...)
}

func readMessage(row []driver.Value, topics sqltx.Topics) message.Message {
	m := message.Message{
		Timestamp:    uint64(integer(row[0])),
		Topic:        topics.Of(blob(row[2])),
		Payload:      blob(row[3]),
		Sig:          blob(row[4]),
		Padding:      blob(row[5]),
		Hash:         blob(row[7]),
		ThirdPartyID: text(row[8]),
	}
	if integer(row[6]) == 1 {
		m.Hash = blob(row[1])
	}
	return m
}
