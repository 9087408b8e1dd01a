// Package testrecogniser gives tests a real recogniser and a voice: the server of
// examples/recogniser on a port of its own, and speech made by flite as a
// telephone line carries it.
package testrecogniser
