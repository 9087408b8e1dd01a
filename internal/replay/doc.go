// Package replay plays files into the pipeline as if they were happening: WAV
// channels, the RTP of a capture, chat messages. `attune score`, `attune
// features` and the demo stand on it.
package replay
