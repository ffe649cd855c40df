//go:build !linux

package e2e

import "errors"

func mountMemory(string, int) error { return errors.ErrUnsupported }

func resizeMemory(string, int) error { return errors.ErrUnsupported }

func unmount(string) error { return errors.ErrUnsupported }
