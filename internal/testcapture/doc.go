// Package testcapture writes capture files of known RTP, for tests.
package testcapture
