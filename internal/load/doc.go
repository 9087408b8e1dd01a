// Package load sends what a contact centre sends: paced RTP of many legs, with
// seeded loss, bursts, jitter, reorder and duplicates. `attune load`, the demo
// and the tests of the whole path stand on it.
package load
