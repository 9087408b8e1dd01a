// Package service builds the whole of `attune serve` from its configuration and
// runs it: Redis, publisher, pipeline, WHIP, HTTP, metrics, text input, in the
// order in which they depend on each other, and down again in reverse.
package service
