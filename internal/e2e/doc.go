// Package e2e holds tests of the whole path: the demo's call played into the real
// service, seen on the overlay in a real Chromium and read back from Redis; a
// browser's microphone; speech that a real recogniser turns into words.
package e2e
