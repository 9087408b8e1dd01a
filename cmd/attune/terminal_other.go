//go:build !unix

package main

import "io"

// terminalSize is the size of a terminal that cannot be asked.
func terminalSize(io.Writer) (width, height int) { return 80, 23 }
