package postgres

import (
	"encoding/binary"
	"fmt"
	"math/bits"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"

	"seeder/message"
	"seeder/store/sqltx"
)

const (
	// batchBytes is about how much one FETCH asks for.
	batchBytes = 256 << 10
	// The least and the most rows of one FETCH; powers of two.
	firstBatch   = 64
	longestBatch = 1024
)

// cursor is a scan under way: a server-side cursor and the batch of its rows
// that is on its way over the connection.
type cursor struct {
	t    *tx
	name string
	rows pgx.Rows // of the batch; nil when all of it was taken in
	kept [][]byte // rows of the batch taken in early; see keep
	err  error    // of taking in
	// taken and bytes are of the rows of the batch so far.
	taken, bytes int
}

// messageColumns are what readMessage reads.
const messageColumns = `SELECT m.timestamp, m.topic, m.payload, m.sig, m.padding,
	CASE WHEN m.hashed THEN m.key ELSE m.hash END, m.third_party_id`

// Scan implements [sqltx.Engine].
func (t *tx) Scan(fn func(*message.Message) error, rows string, args ...any) error {
	if err := t.ready(); err != nil {
		return err
	}
	c := &cursor{t: t, name: fmt.Sprintf("scan%d", t.depth)}
	if _, err := t.conn.Exec(t.ctx, "DECLARE "+c.name+" NO SCROLL CURSOR FOR "+messageColumns+placeholders(rows), bind(args)...); err != nil {
		return t.fail(err)
	}
	t.depth++
	defer func() { t.depth-- }()
	topics := make(sqltx.Topics)
	for n := firstBatch; ; n = c.next(n) {
		if err := c.fetch(n, topics, fn); err != nil {
			return c.close(err)
		}
		if c.taken < n {
			return c.close(nil)
		}
	}
}

// next returns how many rows to ask for after a batch of n.
func (c *cursor) next(n int) int {
	fit := batchBytes / max(1, c.bytes/n)
	fit = min(max(fit, 1), longestBatch)
	return 1 << (bits.Len(uint(fit)) - 1) // few different statements
}

// fetch hands one batch to fn.
func (c *cursor) fetch(n int, topics sqltx.Topics, fn func(*message.Message) error) error {
	if err := c.t.ready(); err != nil {
		return err
	}
	rows, err := c.t.conn.Query(c.t.ctx, fmt.Sprintf("FETCH FORWARD %d FROM %s", n, c.name))
	if err != nil {
		return c.t.fail(err)
	}
	c.rows, c.taken, c.bytes = rows, 0, 0
	c.t.cursor = c
	for {
		row, err := c.take()
		if row == nil || err != nil {
			return err
		}
		c.taken++
		c.bytes += len(row)
		m, err := readMessage(row, topics)
		if err != nil {
			return err
		}
		if err := fn(&m); err != nil {
			return err
		}
	}
}

// take returns the next row of the batch; nil after the last.
func (c *cursor) take() ([]byte, error) {
	if len(c.kept) > 0 {
		row := c.kept[0]
		c.kept[0] = nil
		c.kept = c.kept[1:]
		return row, nil
	}
	if c.rows == nil {
		return nil, c.err
	}
	row, err := c.read()
	if row == nil {
		c.t.cursor = nil
	}
	return row, err
}

// keep takes in the rest of the batch, so that the connection is free.
func (c *cursor) keep() {
	for {
		row, err := c.read()
		if row == nil {
			c.err = err
			return
		}
		c.kept = append(c.kept, row)
	}
}

// read copies the next row from the connection, column by column, each with
// its length in front; -1 is NULL. After the last it returns nil.
func (c *cursor) read() ([]byte, error) {
	if !c.rows.Next() {
		err := c.rows.Err()
		c.rows.Close()
		c.rows = nil
		if err != nil {
			return nil, c.t.fail(err)
		}
		return nil, nil
	}
	if err := checkFormat(c.rows.FieldDescriptions()); err != nil {
		return nil, err
	}
	values := c.rows.RawValues()
	size := 0
	for _, v := range values {
		size += 4 + len(v)
	}
	row := make([]byte, 0, size)
	for _, v := range values {
		length := uint32(len(v))
		if v == nil {
			length = nullLength
		}
		row = append(binary.BigEndian.AppendUint32(row, length), v...)
	}
	return row, nil
}

const nullLength = 1<<32 - 1

// checkFormat makes sure that the server sends numbers in binary.
func checkFormat(fields []pgconn.FieldDescription) error {
	if len(fields) == 0 || fields[0].Format != pgtype.BinaryFormatCode {
		return errColumns
	}
	return nil
}

// close ends the scan with an error or without; what fn returned comes first.
func (c *cursor) close(err error) error {
	if c.rows != nil {
		c.rows.Close()
		c.rows, c.t.cursor = nil, nil
	}
	if c.t.ready() != nil {
		if err == nil {
			err = c.t.failed
		}
		return err
	}
	if _, closing := c.t.conn.Exec(c.t.ctx, "CLOSE "+c.name); closing != nil {
		closing = c.t.fail(closing)
		if err == nil {
			err = closing
		}
	}
	return err
}

// readMessage reads a row as read copied it; the message shares its memory.
func readMessage(row []byte, topics sqltx.Topics) (message.Message, error) {
	var columns [7][]byte
	for i := range columns {
		if len(row) < 4 {
			return message.Message{}, errColumns
		}
		n := binary.BigEndian.Uint32(row)
		row = row[4:]
		if n == nullLength {
			continue
		}
		if uint64(n) > uint64(len(row)) {
			return message.Message{}, errColumns
		}
		columns[i], row = row[:n:n], row[n:]
	}
	if len(columns[0]) != 8 {
		return message.Message{}, errColumns
	}
	return message.Message{
		Timestamp:    binary.BigEndian.Uint64(columns[0]),
		Topic:        topics.Of(columns[1]),
		Payload:      columns[2],
		Sig:          columns[3],
		Padding:      columns[4],
		Hash:         columns[5],
		ThirdPartyID: string(columns[6]),
	}, nil
}
