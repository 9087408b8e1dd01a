package streamtest

import (
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"
)

// Server is a real redis-server on a free loopback port with a directory of its
// own, appendonly with fsync every second and noeviction unless told otherwise.
type Server struct {
	t    testing.TB
	dir  string
	addr string
	args []string
	cmd  *exec.Cmd
}

// StartServer starts redis-server and stops it when the test ends. Without the
// program the test is skipped, or fails where CI=true. args are added to the
// command line, as in "--maxmemory", "2mb".
func StartServer(t testing.TB, args ...string) *Server {
	t.Helper()
	path, err := exec.LookPath("redis-server")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("redis-server is not installed; CI needs it (apt-get install redis-server)")
		}
		t.Skip("redis-server is not installed: the contract is not checked on a real Redis here")
	}
	// Not t.TempDir: the server may still write into it while the test is cleaned up.
	dir, err := os.MkdirTemp("", "streamtest")
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{t: t, dir: dir, addr: freeAddr(t), args: append([]string{path}, args...)}
	t.Cleanup(func() {
		s.Kill()
		_ = os.RemoveAll(dir)
	})
	s.Start()
	return s
}

// Addr is host:port.
func (s *Server) Addr() string { return s.addr }

// URL is the address as a Redis URL.
func (s *Server) URL() string { return "redis://" + s.addr + "/0" }

// Start starts the server again after Kill, on the same port and directory, and
// waits until it answers.
func (s *Server) Start() {
	s.t.Helper()
	_, port, _ := net.SplitHostPort(s.addr)
	args := append([]string{"--port", port, "--bind", "127.0.0.1", "--dir", s.dir, "--save", "", "--appendonly", "yes",
		"--appendfsync", "everysec", "--repl-diskless-sync-delay", "0", "--logfile", filepath.Join(s.dir, "log")}, s.args[1:]...)
	s.cmd = exec.Command(s.args[0], args...)
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	c := goredis.NewClient(&goredis.Options{Addr: s.addr, MaxRetries: -1})
	defer c.Close()
	deadline := time.Now().Add(20 * time.Second)
	for c.Ping(context.Background()).Err() != nil {
		if time.Now().After(deadline) {
			log, _ := os.ReadFile(filepath.Join(s.dir, "log"))
			s.t.Fatalf("redis-server on %s does not answer:\n%s", s.addr, log)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// Kill ends the server as a crash does, without a chance to write anything.
func (s *Server) Kill() {
	if s.cmd == nil {
		return
	}
	_ = s.cmd.Process.Signal(syscall.SIGCONT)
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait()
	s.cmd = nil
}

// Freeze stops the server without closing anything: it neither answers nor refuses.
func (s *Server) Freeze() { s.signal(syscall.SIGSTOP) }

// Thaw lets it go on.
func (s *Server) Thaw() { s.signal(syscall.SIGCONT) }

func (s *Server) signal(sig syscall.Signal) {
	s.t.Helper()
	if err := s.cmd.Process.Signal(sig); err != nil {
		s.t.Fatal(err)
	}
}

func freeAddr(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}
