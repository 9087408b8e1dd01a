package wav

import "errors"

// Sentinel errors; the text around them has the numbers, the place and the way out.
var (
	ErrNotWAV    = errors.New("wav: not a WAVE file")
	ErrHeader    = errors.New("wav: broken header")
	ErrFormat    = errors.New("wav: unsupported sample format")
	ErrEmpty     = errors.New("wav: no audio in file")
	ErrShape     = errors.New("wav: channels do not fit")
	ErrTruncated = errors.New("wav: file is cut short") // a warning: what is there was read
)
