// Package l16 reads and writes linear 16-bit PCM in network byte order, the
// RTP payload L16 of RFC 3551 section 4.5.11.
package l16
