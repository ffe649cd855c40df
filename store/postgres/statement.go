package postgres

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"seeder/store/sqltx"
)

// texts are the texts of statements as the server takes them. There are few
// statements: none holds a value.
var texts sync.Map

// placeholders replaces each ? by $1, $2 and so on. No statement has a ? elsewhere.
func placeholders(sql string) string {
	if text, ok := texts.Load(sql); ok {
		return text.(string)
	}
	parts := strings.Split(sql, "?")
	var b strings.Builder
	b.WriteString(parts[0])
	for i, part := range parts[1:] {
		b.WriteString("$" + strconv.Itoa(i+1) + part)
	}
	texts.Store(sql, b.String())
	return b.String()
}

// bind makes arguments what the server takes, in place.
func bind(args []any) []any {
	for i, a := range args {
		switch v := a.(type) {
		case uint64:
			args[i] = int64(v)
		case sqltx.Raw:
			args[i] = []byte(v)
		case []byte:
			if len(v) == 0 {
				args[i] = nil
			}
		}
	}
	return args
}

// row is a row of a result.
type row struct{ rows pgx.Rows }

// Scan implements [sqltx.Row].
func (r *row) Scan(dest ...any) error {
	for i, d := range dest {
		switch d := d.(type) {
		case *uint64:
			dest[i] = (*unsigned)(d)
		case *sqltx.Raw:
			dest[i] = (*raw)(d)
		case []byte:
			dest[i] = fixed(d)
		}
	}
	if err := r.rows.Scan(dest...); err != nil {
		return fmt.Errorf("read row: %w", err)
	}
	return nil
}

// unsigned is an unsigned number, kept bit by bit in a signed one.
type unsigned uint64

// ScanInt64 implements [pgtype.Int64Scanner].
func (u *unsigned) ScanInt64(v pgtype.Int8) error {
	*u = unsigned(v.Int64)
	return nil
}

// raw is text in a column of bytes.
type raw string

// ScanBytes implements [pgtype.BytesScanner].
func (r *raw) ScanBytes(v []byte) error {
	*r = raw(v)
	return nil
}

// fixed is filled with the bytes of a column.
type fixed []byte

// ScanBytes implements [pgtype.BytesScanner].
func (f fixed) ScanBytes(v []byte) error {
	copy(f, v)
	return nil
}

var errColumns = errors.New("the server answered in an unexpected form")
