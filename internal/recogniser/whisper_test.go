package recogniser

import (
	"bufio"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/attune-cx/attune/internal/demo"
)

// whisper starts the example's server where its environment has been made.
func whisper(t *testing.T) (url string) {
	t.Helper()
	home := os.Getenv("ATTUNE_RECOGNISER_HOME")
	if home == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			t.Skip("no cache folder: ", err)
		}
		home = filepath.Join(cache, "attune-recogniser")
	}
	python := filepath.Join(home, "venv", "bin", "python")
	if _, err := os.Stat(filepath.Join(home, "installed.txt")); err != nil {
		t.Skip("the example recogniser is not installed: start examples/recogniser/run.sh once")
	}
	server, err := filepath.Abs("../../examples/recogniser/server.py")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), python, server, "--port", "0", "--threads", "2")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		t.Fatal(err)
	}
	_, url, ok := strings.Cut(strings.TrimSpace(line), "listening on ")
	if !ok {
		t.Fatalf("the server said %q", line)
	}
	return url
}

// The bundled call's customer is understood by a real recogniser.
func TestWhisperHearsTheBundledCall(t *testing.T) {
	if testing.Short() {
		t.Skip("a real recogniser takes seconds")
	}
	tr, err := NewTranscriber(t.Context(), whisper(t))
	if err != nil {
		t.Fatal(err)
	}
	sound, err := demo.Speech(8000)
	if err != nil {
		t.Fatal(err)
	}
	m := &mouth{ear: tr.Leg(leg)}
	m.ear.Allow(true)
	m.sayPCM(sound[:25*8000])
	m.ear.Close()
	texts, err := tr.Texts()
	if err != nil {
		t.Fatal(err)
	}
	all := ""
	for _, x := range texts {
		all += " " + strings.ToLower(x.Text)
		for _, w := range x.Words {
			if w.Span.End < w.Span.Begin || w.Span.Begin < x.Begin || w.Confidence <= 0 || w.Confidence > 1 {
				t.Errorf("word %+v of %s..%s", w, x.Begin, x.End)
			}
		}
	}
	if got := share(truth, all); got < 2./3 {
		t.Errorf("%.2f of the words were heard: %q", got, all)
	}
}

// truth is what the customer says in the first 25 s of the bundled call.
const truth = "hello sam this is maria lopez i was charged twice for my internet bill this month " +
	"i did check the app and it shows two payments this is the third time i"

// share is how many of the words of want stand in got.
func share(want, got string) float64 {
	heard := strings.FieldsFunc(got, func(r rune) bool { return r == ' ' || r == '.' || r == ',' || r == '?' || r == '!' })
	words, n := strings.Fields(want), 0
	for _, w := range words {
		if slices.Contains(heard, w) {
			n++
		}
	}
	return float64(n) / float64(len(words))
}
