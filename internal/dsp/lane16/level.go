package lane16

import (
	"errors"
	"fmt"
)

// Width is the number of lanes of every kernel.
const Width = 16

// Level is a set of instructions.
type Level uint8

// The levels, each faster than the one before.
const (
	Generic Level = iota // no assembly: the callers' Go loops
	AVX2
	AVX512 // F, BW, DQ and VL
)

// ErrLevel is returned for a level that is unknown or that the CPU lacks.
var ErrLevel = errors.New("lane16: no such kernels on this CPU")

// String returns generic, avx2 or avx512.
func (l Level) String() string {
	if l > AVX512 {
		return fmt.Sprintf("level %d", uint8(l))
	}
	return [...]string{"generic", "avx2", "avx512"}[l]
}

// ParseLevel is the inverse of String; it returns [ErrLevel], wrapped, for another
// name.
func ParseLevel(name string) (Level, error) {
	for l := Generic; l <= AVX512; l++ {
		if l.String() == name {
			return l, nil
		}
	}
	return Generic, fmt.Errorf("%w: %q, want generic, avx2 or avx512", ErrLevel, name)
}

// Best returns the highest level that this build has on this CPU.
func Best() Level { return best }

// Active returns the level in use: Best unless [Force] chose another.
func Active() Level { return level }

// Force makes all kernels use a level, for tests and benchmarks. It returns
// [ErrLevel], wrapped, where there is no such level. It must not be called while
// kernels run.
func Force(l Level) error {
	if l > best {
		return fmt.Errorf("%w: %v, best %v", ErrLevel, l, best)
	}
	level = l
	return nil
}
