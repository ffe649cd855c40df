package postgres

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"iter"

	"seeder/message"
	"seeder/store"
)

// pieceBytes is about how much one COPY carries.
const pieceBytes = 1 << 20

// createStaging makes the table that messages are copied into. It belongs to
// the connection, and each transaction finds it empty.
const createStaging = `CREATE TEMPORARY TABLE IF NOT EXISTS staging (
	no bigint NOT NULL, hashed boolean NOT NULL, timestamp bigint NOT NULL, key bytea NOT NULL,
	topic bytea, payload bytea, sig bytea, padding bytea, hash bytea, third_party_id bytea
) ON COMMIT DELETE ROWS`

const copyStaging = `COPY pg_temp.staging (no, hashed, timestamp, key, topic, payload, sig, padding, hash, third_party_id)
	FROM STDIN (FORMAT binary)`

// The frame of COPY in binary form, and the number of fields; see
// https://www.postgresql.org/docs/current/sql-copy.html.
const (
	copyHeader  = "PGCOPY\n\xff\r\n\x00" + "\x00\x00\x00\x00" + "\x00\x00\x00\x00"
	copyTrailer = "\xff\xff"
	copyFields  = 10
)

// stage copies the messages of a sequence into the staging table and returns
// how many there are. The sequence runs on the caller's goroutine, and may use
// the transaction: the connection is busy only between its messages. Of a
// sequence that ends with an error nothing is left.
func (t *tx) stage(seq iter.Seq2[message.Message, error]) (n int64, err error) {
	if _, err := t.Exec(createStaging); err != nil {
		return 0, err
	}
	if t.staged {
		if _, err := t.Exec("TRUNCATE pg_temp.staging"); err != nil {
			return 0, err
		}
	}
	t.staged = true
	piece := append(make([]byte, 0, pieceBytes+pieceBytes/4), copyHeader...)
	for m, err := range seq {
		if err != nil {
			return 0, err
		}
		if m.Timestamp > store.MaxTimestamp {
			return 0, fmt.Errorf("message of timestamp %d: %w", m.Timestamp, store.ErrRange)
		}
		n++
		if piece = appendRow(piece, n, &m); len(piece) < pieceBytes {
			continue
		}
		if err := t.copyPiece(piece); err != nil {
			return 0, err
		}
		piece = piece[:len(copyHeader)]
	}
	if len(piece) > len(copyHeader) {
		if err := t.copyPiece(piece); err != nil {
			return 0, err
		}
	}
	return n, nil
}

func (t *tx) copyPiece(piece []byte) error {
	if err := t.ready(); err != nil {
		return err
	}
	if _, err := t.conn.PgConn().CopyFrom(t.ctx, bytes.NewReader(append(piece, copyTrailer...)), copyStaging); err != nil {
		return t.fail(err)
	}
	return nil
}

// appendRow appends a message in the binary form of COPY.
func appendRow(b []byte, no int64, m *message.Message) []byte {
	key := m.Key()
	hashed, hash := byte(0), m.Hash
	if len(hash) == len(key) {
		hashed, hash = 1, nil
	}
	b = binary.BigEndian.AppendUint16(b, copyFields)
	b = appendNumber(b, uint64(no))
	b = append(b, 0, 0, 0, 1, hashed)
	b = appendNumber(b, m.Timestamp)
	b = appendField(b, key[:])
	b = appendField(b, m.Topic)
	b = appendField(b, m.Payload)
	b = appendField(b, m.Sig)
	b = appendField(b, m.Padding)
	b = appendField(b, hash)
	return appendField(b, m.ThirdPartyID)
}

func appendNumber(b []byte, n uint64) []byte {
	return binary.BigEndian.AppendUint64(append(b, 0, 0, 0, 8), n)
}

// appendField appends bytes; an empty field is NULL.
func appendField[T ~[]byte | ~string](b []byte, field T) []byte {
	if len(field) == 0 {
		return binary.BigEndian.AppendUint32(b, nullLength)
	}
	return append(binary.BigEndian.AppendUint32(b, uint32(len(field))), field...)
}
