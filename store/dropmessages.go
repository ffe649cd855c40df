package store

import (
	"fmt"

	"seeder/internal/spans"
	"seeder/message"
)

// DropMessages deletes the messages of an archive that is being evicted, and
// returns how many. The row is of the archive as it was, imported.
//
// Archives of one week share its span: the parts that a large week is cut into,
// and its amendments. Which of them holds a message is not recorded, so that
// messages go where no other imported archive has any, and stay in the rest of
// the span until the last archive of it goes. What is deleted is not covered
// any more, so that a later import is what the first one was. Late and pending
// messages stay.
func DropMessages(tx Tx, row Archive) (uint64, error) {
	rows, err := tx.Archives(row.Community)
	if err != nil {
		return 0, fmt.Errorf("drop messages of archive %s: %w", row.ID, err)
	}
	rest := []message.Span{row.Span}
	for i := range rows {
		if rows[i].State == Imported && rows[i].ID != row.ID {
			rest = spans.Without(rest, rows[i].Span)
		}
	}
	var sum uint64
	for _, span := range rest {
		n, err := tx.Uncover(row.Community, span)
		if err != nil {
			return 0, fmt.Errorf("drop messages of archive %s: %w", row.ID, err)
		}
		sum += n
	}
	return sum, nil
}
