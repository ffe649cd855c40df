package nat

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"time"
)

const (
	// pmpPort is where routers answer (RFC 6886, 3).
	pmpPort = 5351
	// pmpFirst is how long the first answer is waited for; each further one twice
	// as long, pmpTries times in all.
	pmpFirst = 250 * time.Millisecond
	pmpTries = 4
	// pmpAnswer is set in the code of an operation that is answered.
	pmpAnswer = 128
)

// The operations of NAT-PMP.
const (
	pmpAddress = 0
	pmpMapUDP  = 1
	pmpMapTCP  = 2
)

// pmp is a router that speaks NAT-PMP.
type pmp struct{ at netip.AddrPort }

// findPMP asks the default gateway for its address.
func (m *Mapper) findPMP(ctx context.Context) (router, error) {
	at := m.opts.Gateway
	if !at.IsValid() {
		gateway, err := defaultGateway()
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrNoRouter, err)
		}
		at = netip.AddrPortFrom(gateway, pmpPort)
	}
	r := pmp{at}
	if _, err := r.outside(ctx); err != nil {
		return nil, err
	}
	return r, nil
}

func (r pmp) name() (protocol, address string) { return "NAT-PMP", r.at.String() }

func (r pmp) outside(ctx context.Context) (netip.Addr, error) {
	answer, err := r.call(ctx, []byte{0, pmpAddress}, 12)
	if err != nil {
		return netip.Addr{}, err
	}
	return netip.AddrFrom4([4]byte(answer[8:12])), nil
}

func (r pmp) forward(ctx context.Context, p Port, want uint16, lifetime time.Duration) (uint16, time.Duration, error) {
	answer, err := r.mapping(ctx, p, want, lifetime)
	if err != nil {
		return 0, 0, err
	}
	inside, outside := binary.BigEndian.Uint16(answer[8:]), binary.BigEndian.Uint16(answer[10:])
	granted := time.Duration(binary.BigEndian.Uint32(answer[12:])) * time.Second
	if inside != p.Number || outside == 0 || granted == 0 {
		return 0, 0, fmt.Errorf("%w: it maps port %d to %d for %s", ErrAnswer, outside, inside, granted)
	}
	return outside, granted, nil
}

func (r pmp) remove(ctx context.Context, m Mapping) error {
	_, err := r.mapping(ctx, m.Port, 0, 0)
	return err
}

func (r pmp) mapping(ctx context.Context, p Port, want uint16, lifetime time.Duration) ([]byte, error) {
	op := byte(pmpMapUDP)
	if p.Protocol == TCP {
		op = pmpMapTCP
	}
	q := []byte{0, op, 0, 0}
	q = binary.BigEndian.AppendUint16(q, p.Number)
	q = binary.BigEndian.AppendUint16(q, want)
	q = binary.BigEndian.AppendUint32(q, uint32(lifetime/time.Second))
	return r.call(ctx, q, 16)
}

// call sends a request until it is answered by at least size bytes.
func (r pmp) call(ctx context.Context, request []byte, size int) ([]byte, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "udp", r.at.String()) // takes answers from there only
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoRouter, err)
	}
	defer func() { _ = conn.Close() }() // nothing is buffered
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	wait := pmpFirst
	for range pmpTries {
		answer, err := exchange(ctx, conn, request, wait)
		if err == nil {
			return r.check(request[1], answer, size)
		}
		if ctx.Err() != nil {
			return nil, fmt.Errorf("ask %s: %w", r.at, context.Cause(ctx))
		}
		var timeout net.Error
		if !errors.As(err, &timeout) || !timeout.Timeout() {
			return nil, fmt.Errorf("%w: %w", ErrNoRouter, err) // the port is closed
		}
		wait *= 2
	}
	return nil, fmt.Errorf("%w: %s is silent", ErrNoRouter, r.at)
}

// exchange sends a request once and waits for an answer to that operation.
func exchange(ctx context.Context, conn net.Conn, request []byte, wait time.Duration) ([]byte, error) {
	bounded, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	until, _ := bounded.Deadline()
	if err := conn.SetDeadline(until); err != nil {
		return nil, err //nolint:wrapcheck // call does
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if _, err := conn.Write(request); err != nil {
		return nil, err //nolint:wrapcheck // call does
	}
	var b [64]byte
	for {
		n, err := conn.Read(b[:])
		if err != nil {
			return nil, err //nolint:wrapcheck // call does
		}
		if n >= 4 && b[1] == request[1]|pmpAnswer {
			return b[:n], nil
		}
	}
}

// check reads what all answers begin with: version, operation, result.
func (r pmp) check(op byte, answer []byte, size int) ([]byte, error) {
	code := binary.BigEndian.Uint16(answer[2:])
	switch {
	case code != 0:
		return nil, fmt.Errorf("%w: NAT-PMP says %s to operation %d", ErrRefused, pmpResult(code), op)
	case answer[0] != 0 || len(answer) < size:
		return nil, fmt.Errorf("%w: %d bytes of version %d", ErrAnswer, len(answer), answer[0])
	}
	return answer, nil
}

// pmpResult says what a result code means (RFC 6886, 3.5).
func pmpResult(code uint16) string {
	texts := []string{"success", "unsupported version", "not authorized", "network failure", "out of resources", "unsupported operation"}
	if int(code) < len(texts) {
		return texts[code]
	}
	return fmt.Sprintf("error %d", code)
}
