//go:build !linux

package e2e

import (
	"errors"
	"testing"
)

type spaces struct{}

func newSpaces(testing.TB) (*spaces, error) { return nil, errors.ErrUnsupported }

func (*spaces) join(testing.TB) (name, address string, err error) {
	return "", "", errors.ErrUnsupported
}

func separate(string, string) error { return errors.ErrUnsupported }
