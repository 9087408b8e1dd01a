//go:build unix

package main

import (
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// terminalSize is how many columns and lines a terminal has.
func terminalSize(out io.Writer) (width, height int) {
	if f, ok := out.(*os.File); ok {
		if s, err := unix.IoctlGetWinsize(int(f.Fd()), unix.TIOCGWINSZ); err == nil && s.Col > 0 && s.Row > 1 {
			return int(s.Col), int(s.Row) - 1
		}
	}
	return 80, 23
}
