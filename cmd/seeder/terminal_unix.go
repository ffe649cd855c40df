//go:build unix

package main

import "os"

// terminalGone returns what tells whether the terminal that this process was started
// at is gone; nil when there was none.
func terminalGone() func() bool {
	if !hasTerminal() {
		return nil
	}
	return func() bool { return !hasTerminal() }
}

func hasTerminal() bool {
	f, err := os.OpenFile("/dev/tty", os.O_RDONLY, 0)
	if err != nil {
		return false
	}
	_ = f.Close() // nothing was written
	return true
}
