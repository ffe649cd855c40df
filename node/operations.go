package node

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"seeder/message"
	"seeder/operation"
	"seeder/store"
)

// Operation is an operation as it is shown.
type Operation struct {
	ID        store.OperationID    `json:"id"`
	Community message.CommunityID  `json:"community"`
	Kind      string               `json:"kind"`
	State     store.OperationState `json:"state"`
	// From and To limit it to a part of the history, in seconds since the Unix
	// epoch; both 0 for all of it.
	From uint64 `json:"from"`
	To   uint64 `json:"to"`
	// Done and Total count steps; Total is 0 while not known.
	Done  uint64 `json:"done"`
	Total uint64 `json:"total"`
	// Reason says why it failed, or what it waits for.
	Reason   string `json:"reason,omitempty"`
	Attempts int    `json:"attempts"`
	// NextTry, CreatedAt and EndedAt are in milliseconds since the Unix epoch; 0
	// for none.
	NextTry   int64 `json:"next_try"`
	CreatedAt int64 `json:"created_at"`
	EndedAt   int64 `json:"ended_at"`
	// Result is what the operation has done so far; its form depends on the kind.
	Result json.RawMessage `json:"result,omitempty"`
}

// NewOperation returns an operation as it is shown.
func NewOperation(op store.Operation) Operation {
	info := Operation{
		ID: op.ID, Community: op.Community, Kind: op.Kind, State: op.State, From: op.Span.From, To: op.Span.To,
		Done: op.Done, Total: op.Total, Reason: op.Reason, Attempts: op.Attempts,
		NextTry: op.NextTry, CreatedAt: op.CreatedAt, EndedAt: op.EndedAt,
	}
	if json.Valid(op.Cursor) {
		info.Result = op.Cursor
	}
	return info
}

// Operations returns what was asked for of communities, or of all, each
// community's oldest first; with open set only what has not ended.
func (n *Node) Operations(ctx context.Context, open bool, only ...message.CommunityID) ([]Operation, error) {
	out := []Operation{}
	if n.desk == nil {
		return out, nil
	}
	ops, err := n.desk.List(ctx, open, only...)
	for _, op := range ops {
		out = append(out, NewOperation(op))
	}
	return out, err
}

const hintNoOperation = "`seeder operation list` shows those there are"

// Operation returns one that was asked for.
func (n *Node) Operation(ctx context.Context, id store.OperationID) (Operation, error) {
	if n.desk == nil {
		return Operation{}, fail(NotFound, hintNoOperation, "no operation %s", id)
	}
	op, err := n.desk.Get(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		err = &Error{NotFound, hintNoOperation, err}
	}
	return NewOperation(op), err
}

// Begin asks for an operation of one of the kinds of package operation. What asks
// for the same and has not begun is returned instead. Without a daemon it begins
// with the next one.
func (n *Node) Begin(ctx context.Context, r operation.Request) (Operation, error) {
	if n.desk == nil {
		return Operation{}, ErrNoDatabase
	}
	op, err := n.desk.Create(ctx, r)
	if err != nil {
		return Operation{}, fmt.Errorf("ask for %s: %w", r.Kind, err)
	}
	return NewOperation(op), nil
}
