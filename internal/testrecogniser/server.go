package testrecogniser

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
)

// Server is a running server of examples/recogniser. Start ends it with the test.
type Server struct {
	URL string // ws://127.0.0.1:port
	cmd *exec.Cmd
}

// Start starts the server; port 0 takes a free one. Where it is not installed
// the test is skipped with a message, or fails where CI=true.
func Start(t testing.TB, port int) *Server {
	t.Helper()
	python := installed(t)
	cmd := exec.CommandContext(t.Context(), python, filepath.Join(folder(), "server.py"), "--port", strconv.Itoa(port), "--threads", "2")
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	s := &Server{cmd: cmd}
	t.Cleanup(s.Kill)
	line, err := bufio.NewReader(out).ReadString('\n')
	_, url, ok := strings.Cut(strings.TrimSpace(line), "listening on ")
	if !ok {
		t.Fatalf("the recogniser said %q, %v", line, err)
	}
	s.URL = url
	return s
}

// Port is where it listens.
func (s *Server) Port() int {
	n, _ := strconv.Atoi(s.URL[strings.LastIndexByte(s.URL, ':')+1:])
	return n
}

// Kill ends the server at once, in the middle of whatever it does.
func (s *Server) Kill() {
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait()
}

// folder is examples/recogniser.
func folder() string {
	_, here, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(here), "..", "..", "examples", "recogniser")
}

// installed returns the Python of the environment that install.sh makes.
func installed(t testing.TB) string {
	t.Helper()
	home := os.Getenv("ATTUNE_RECOGNISER_HOME")
	if home == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			t.Fatal(err)
		}
		home = filepath.Join(cache, "attune-recogniser")
	}
	if _, err := os.Stat(filepath.Join(home, "installed.txt")); err != nil {
		missing(t, "the recogniser is not installed: 'make test' or examples/recogniser/install.sh gets it")
	}
	return filepath.Join(home, "venv", "bin", "python")
}

// missing skips the test, or fails it where CI=true.
func missing(t testing.TB, how string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatal(how)
	}
	t.Skip(how)
}

// Version names the server's code, its settings and its packages.
func Version(t testing.TB) string {
	t.Helper()
	h := sha256.New()
	for _, name := range []string{"server.py", "requirements.txt"} {
		b, err := os.ReadFile(filepath.Join(folder(), name))
		if err != nil {
			t.Fatal(err)
		}
		h.Write(b)
	}
	return hex.EncodeToString(h.Sum(nil)[:6])
}
