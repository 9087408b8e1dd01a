// Package e2e holds tests of the whole path: the demo's call played into the real
// service, seen on the overlay in a real Chromium and read back from Redis.
package e2e
