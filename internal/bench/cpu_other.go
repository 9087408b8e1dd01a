//go:build !linux

package bench

import (
	"runtime"
	"time"
)

var begin = time.Now()

// cpuTime is the wall clock where the CPU time is not to be had: figures are
// then upper bounds.
func cpuTime() time.Duration { return time.Since(begin) }

func cpuModel() string { return runtime.GOARCH }

func threadID() int { return 0 }

func threadCPU(int) time.Duration { return 0 }
