package pipeline

import "errors"

// The errors on which a caller can act; the HTTP API turns them into statuses.
var (
	ErrNotFound = errors.New("not found")
	ErrInvalid  = errors.New("invalid")
	ErrConflict = errors.New("conflicts with what is there")
	ErrEnded    = errors.New("the interaction has ended")
	ErrBusy     = errors.New("no capacity; try again later")
	ErrOff      = errors.New("switched off in the configuration")
)
