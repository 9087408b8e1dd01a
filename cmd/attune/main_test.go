package main

import (
	"encoding/hex"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/attune-cx/attune/audio/wav"
	"github.com/attune-cx/attune/internal/demo"
	"github.com/attune-cx/attune/internal/service"
	"github.com/attune-cx/attune/internal/testcapture"
	"github.com/attune-cx/attune/internal/testsignal"
	"github.com/attune-cx/attune/stream/schema"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"attune": main})
}

// The sessions in testdata run the program as users do: its exit status, what it
// prints as data and what it says beside it.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"attune": attuneRuns, "exits": exits, "sound": sound, "capture": capture, "bytes": writeBytes, "repeat": repeat,
			"cut": cut, "valid": valid, "busy": busy, "service": startService, "count": countLines, "send": send,
		},
	})
}

// attune ARGS...: runs attune and wants status 0; with ! before it, another.
func attuneRuns(ts *testscript.TestScript, neg bool, args []string) {
	if err := ts.Exec("attune", args...); (err != nil) != neg {
		ts.Fatalf("attune: %v", err)
	}
}

// exits STATUS program args: runs a program and wants this exit status.
func exits(ts *testscript.TestScript, _ bool, args []string) {
	want, got := number32(ts, args[0]), 0
	var exit *exec.ExitError
	switch err := ts.Exec(args[1], args[2:]...); {
	case errors.As(err, &exit):
		got = exit.ExitCode()
	case err != nil:
		ts.Fatalf("%v", err)
	}
	if got != want {
		ts.Fatalf("exit status %d, want %d", got, want)
	}
}

// sound FILE RATE SECONDS VOICE...: writes a WAV file with a channel a voice: the
// F0 of a speaker in Hz, 0 for silence.
func sound(ts *testscript.TestScript, _ bool, args []string) {
	rate, seconds := number32(ts, args[1]), number32(ts, args[2])
	var channels [][]float32
	for _, hz := range args[3:] {
		x := testsignal.Silence(rate, float64(seconds))
		if f0 := number32(ts, hz); f0 > 0 {
			x = testsignal.Speaker{Rate: rate, F0Hz: float64(f0), Seed: uint64(f0)}.Speak(float64(seconds)).Samples
		}
		channels = append(channels, x)
	}
	ts.Check(wav.Write(ts.MkAbs(args[0]), rate, channels...))
}

// capture FILE SSRC TYPE SECONDS [IDLE]: writes a pcap of one RTP stream of that
// payload type, with IDLE seconds of nothing in its middle.
func capture(ts *testscript.TestScript, _ bool, args []string) {
	idle := 0
	if len(args) > 4 {
		idle = number32(ts, args[4])
	}
	x := testsignal.Speaker{Rate: 8000, F0Hz: 180, Seed: 1}.Speak(float64(number32(ts, args[3]))).Samples
	ts.Check(testcapture.Write(ts.MkAbs(args[0]), testcapture.Call{
		SSRC: uint32(number32(ts, args[1])), PayloadType: uint8(number32(ts, args[2])), Samples: x, IdleSeconds: idle}))
}

// bytes FILE HEX...: writes bytes that a script cannot hold.
func writeBytes(ts *testscript.TestScript, _ bool, args []string) {
	b, err := hex.DecodeString(strings.Join(args[1:], ""))
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), b, 0o600))
}

// repeat FILE BEGIN TEXT TIMES END: writes BEGIN, TEXT so many times, END.
func repeat(ts *testscript.TestScript, _ bool, args []string) {
	text := args[1] + strings.Repeat(args[2], number32(ts, args[3])) + args[4] + "\n"
	f, err := os.OpenFile(ts.MkAbs(args[0]), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	ts.Check(err)
	_, err = io.WriteString(f, text)
	ts.Check(errors.Join(err, f.Close()))
}

// cut FILE BYTES: keeps only the beginning of a file.
func cut(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(os.Truncate(ts.MkAbs(args[0]), int64(number32(ts, args[1]))))
}

// valid FILE: every line is an event that follows its schema, in order without a gap.
func valid(ts *testscript.TestScript, _ bool, args []string) {
	text := strings.TrimSpace(ts.ReadFile(args[0]))
	for i, line := range strings.Split(text, "\n") {
		if err := schema.ValidateEvent([]byte(line)); err != nil {
			ts.Fatalf("line %d: %v", i+1, err)
		}
		if want := `"seq":` + strconv.Itoa(i+1) + `,`; !strings.Contains(line, want) {
			ts.Fatalf("line %d lacks %s", i+1, want)
		}
	}
}

// count FILE N: the file has so many lines.
func countLines(ts *testscript.TestScript, _ bool, args []string) {
	if got := strings.Count(ts.ReadFile(args[0]), "\n"); got != number32(ts, args[1]) {
		ts.Fatalf("%s has %d lines, want %s", args[0], got, args[1])
	}
}

// busy NAME: takes a port for the length of the script and puts its address in $NAME.
func busy(ts *testscript.TestScript, _ bool, args []string) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Defer(func() { ln.Close() })
	ts.Setenv(args[0], ln.Addr().String())
}

// service: runs a service with Redis embedded, its addresses in $API and $REDIS.
func startService(ts *testscript.TestScript, _ bool, _ []string) {
	s, stop := serveDemo(ts.Fatalf)
	ts.Defer(stop)
	ts.Setenv("API", "http://"+s.Addr())
	ts.Setenv("REDIS", "redis://"+s.RedisAddr()+"/0")
}

// send STATUS URL FILE: posts a JSON file and wants this status; the answer is stdout.
func send(ts *testscript.TestScript, _ bool, args []string) {
	res, err := http.Post(args[1], "application/json", strings.NewReader(ts.ReadFile(args[2])))
	ts.Check(err)
	defer res.Body.Close()
	_, err = io.Copy(ts.Stdout(), res.Body)
	ts.Check(err)
	if res.StatusCode != number32(ts, args[0]) {
		ts.Fatalf("status %s, want %s", res.Status, args[0])
	}
}

// serveDemo runs a service until stop.
func serveDemo(fatalf func(string, ...any)) (_ *service.Service, stop func()) {
	ctx, cancel := testContext()
	s, err := service.New(ctx, demo.Config("127.0.0.1:0"), service.Options{})
	if err != nil {
		cancel()
		fatalf("%v", err)
	}
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	return s, func() {
		cancel()
		if err := <-done; err != nil {
			fatalf("%v", err)
		}
	}
}

func number32(ts *testscript.TestScript, s string) int {
	n, err := strconv.ParseInt(s, 0, 64)
	ts.Check(err)
	return int(n)
}
