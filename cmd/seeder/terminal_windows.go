package main

import "os"

// resizes never tells anything: what is shown has the new size at the next look.
func resizes() (told <-chan os.Signal, stop func()) { return nil, func() {} }

// terminalGone returns nil: the system ends the programs of a window that is closed.
func terminalGone() func() bool { return nil }
