package browser

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"
)

// Config says how Chromium is started. The zero value of every field means what
// its comment gives.
type Config struct {
	Path   string   // the program; Open fills it in with Find
	Flags  []string // further command-line flags
	Width  int      // of the window in CSS pixels; 1280
	Height int      // of the window in CSS pixels; 800
}

// flags start a quiet Chromium of its own profile that looks nothing up outside.
func (c Config) flags(profile string) []string {
	width, height := c.Width, c.Height
	if width == 0 {
		width = 1280
	}
	if height == 0 {
		height = 800
	}
	flags := []string{
		"--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
		"--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update",
		"--disable-sync", "--disable-default-apps", "--mute-audio", "--hide-scrollbars",
		"--remote-debugging-port=0", "--user-data-dir=" + profile,
		fmt.Sprintf("--window-size=%d,%d", width, height),
	}
	return append(append(flags, c.Flags...), "about:blank")
}

// process is a running Chromium.
type process struct {
	cmd     *exec.Cmd
	profile string
	gone    chan struct{} // closed when the program has ended
}

// start runs Chromium with a fresh profile and returns it with the address of
// its DevTools socket.
func start(ctx context.Context, cfg Config) (*process, string, error) {
	profile, err := os.MkdirTemp("", "chromium-profile-")
	if err != nil {
		return nil, "", fmt.Errorf("browser: %w", err)
	}
	p := &process{cmd: exec.Command(cfg.Path, cfg.flags(profile)...), profile: profile, gone: make(chan struct{})}
	ownGroup(p.cmd)
	stderr, err := p.cmd.StderrPipe()
	if err == nil {
		err = p.cmd.Start()
	}
	if err != nil {
		return nil, "", errors.Join(fmt.Errorf("browser: start %s: %w", cfg.Path, err), os.RemoveAll(profile))
	}
	address := make(chan string, 1)
	go p.listen(stderr, address)
	select {
	case a := <-address:
		if a != "" {
			return p, a, nil
		}
		err = errors.New("browser: chromium ended without opening DevTools")
	case <-ctx.Done():
		err = fmt.Errorf("browser: chromium opened no DevTools: %w", ctx.Err())
	}
	return nil, "", errors.Join(err, p.stop())
}

// listen reads Chromium's messages to their end, passes on the address among
// them, and collects the exit status.
func (p *process) listen(stderr io.Reader, address chan<- string) {
	lines := bufio.NewScanner(stderr)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if a, ok := strings.CutPrefix(lines.Text(), "DevTools listening on "); ok {
			address <- a
			break
		}
	}
	_, _ = io.Copy(io.Discard, stderr) // a full pipe would stop Chromium
	_ = p.cmd.Wait()                   // killed on purpose: its status says nothing
	close(address)
	close(p.gone)
}

// stop ends Chromium with all its children and removes its profile.
func (p *process) stop() error {
	select {
	case <-p.gone: // its number may be another's by now
	default:
		killGroup(p.cmd)
	}
	select {
	case <-p.gone:
	case <-time.After(10 * time.Second):
		return errors.New("browser: chromium does not end")
	}
	var err error
	for range 20 { // children may write for a moment after the parent is gone
		if err = os.RemoveAll(p.profile); err == nil {
			return nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	return fmt.Errorf("browser: remove profile: %w", err)
}
