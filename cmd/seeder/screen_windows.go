package main

import (
	"os"

	"golang.org/x/sys/windows"
)

// enableSequences makes a console understand control sequences, and reports
// whether it does.
func enableSequences(f *os.File) bool {
	var mode uint32
	h := windows.Handle(f.Fd())
	if err := windows.GetConsoleMode(h, &mode); err != nil {
		return false
	}
	return windows.SetConsoleMode(h, mode|windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING) == nil
}
