//go:build !unix

package browser

import "os/exec"

func ownGroup(*exec.Cmd) {}

// killGroup ends the program; its children follow by themselves.
func killGroup(cmd *exec.Cmd) { _ = cmd.Process.Kill() }
