//go:build !(linux && (amd64 || arm64))

package receiver

// listener returns how sockets are opened on this system.
var listener = portableListener
