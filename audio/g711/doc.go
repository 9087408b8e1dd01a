// Package g711 decodes and encodes G.711 A-law and mu-law (ITU-T G.711, RTP
// payload types 8 and 0 of RFC 3551 section 4.5.14), one byte a sample, by
// table. Samples are float32 at full scale ±1: a 16-bit value over 32768.
package g711
