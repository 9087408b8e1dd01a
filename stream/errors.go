package stream

import "errors"

// ErrOverloaded is returned by Admit while Redis takes events more slowly than
// they come and the queue of those that may not be dropped is full.
var ErrOverloaded = errors.New("stream: too many events wait for Redis; try again later")
