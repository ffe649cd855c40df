package announce

import (
	"fmt"

	"google.golang.org/protobuf/encoding/protowire"

	"seeder/internal/pb"
)

// requestType is the type of application metadata messages that hold a
// request. Status clients know types far below it and skip all others.
const requestType pb.ApplicationMetadataMessage_Type = 1000

// MaxRequest is the longest payload of a request, in bytes.
const MaxRequest = 1 << 10

// requestClock is the field of a request's payload.
const requestClock protowire.Number = 1

// Request asks those who hold a community's newest announcement to send it
// again. Nobody signs it: whoever knows the community's id may ask.
type Request struct {
	// Clock is that of the newest announcement that the asker has, or 0. Who
	// holds none with a higher clock stays silent.
	Clock uint64
}

// encode returns the application metadata message.
func (r Request) encode() ([]byte, error) {
	if r.Clock > MaxClock {
		return nil, fmt.Errorf("%w: request with clock %d, at most %d", ErrMalformed, r.Clock, uint64(MaxClock))
	}
	var payload []byte
	if r.Clock != 0 {
		payload = protowire.AppendTag(payload, requestClock, protowire.VarintType)
		payload = protowire.AppendVarint(payload, r.Clock)
	}
	b := protowire.AppendTag(nil, fieldPayload, protowire.BytesType)
	b = protowire.AppendBytes(b, payload)
	b = protowire.AppendTag(b, fieldType, protowire.VarintType)
	return protowire.AppendVarint(b, uint64(requestType)), nil
}

// parseRequest reads the payload of a request. Unknown fields are skipped.
func parseRequest(payload []byte) (Request, error) {
	if len(payload) > MaxRequest {
		return Request{}, fmt.Errorf("%w: request of %d bytes, at most %d", ErrMalformed, len(payload), MaxRequest)
	}
	var r Request
	for rest := payload; len(rest) > 0; {
		num, typ, n := protowire.ConsumeTag(rest)
		if n < 0 {
			return Request{}, fmt.Errorf("%w: request: %w", ErrMalformed, protowire.ParseError(n))
		}
		rest = rest[n:]
		if num == requestClock && typ == protowire.VarintType {
			r.Clock, n = protowire.ConsumeVarint(rest)
		} else {
			n = protowire.ConsumeFieldValue(num, typ, rest)
		}
		if n < 0 {
			return Request{}, fmt.Errorf("%w: request: field %d: %w", ErrMalformed, num, protowire.ParseError(n))
		}
		rest = rest[n:]
	}
	if r.Clock > MaxClock {
		return Request{}, fmt.Errorf("%w: request with clock %d, at most %d", ErrMalformed, r.Clock, uint64(MaxClock))
	}
	return r, nil
}
