package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/attune-cx/attune/audio"
	"github.com/attune-cx/attune/audio/wav"
	"github.com/attune-cx/attune/features"
	"github.com/attune-cx/attune/features/prosody"
	"github.com/attune-cx/attune/internal/browser"
	"github.com/attune-cx/attune/internal/demo"
	"github.com/attune-cx/attune/internal/replay"
	"github.com/attune-cx/attune/internal/service"
	"github.com/attune-cx/attune/internal/testsignal"
)

const (
	speechSeconds = 6    // of the file that the microphone plays over and over
	heardRows     = 1100 // rows to hear: nearly twice the file
	settleRows    = 150  // rows of the beginning that are not compared: codec and gains settle
	ingestToken   = "ingest-token-of-the-test"
)

// publish is a page's script that sends its microphone by WHIP with fetch.
const publish = `async function publish(url, token) {
	const media = await navigator.mediaDevices.getUserMedia({audio: {
		autoGainControl: false, noiseSuppression: false, echoCancellation: false}});
	const pc = window.pc = new RTCPeerConnection();
	for (const t of media.getAudioTracks()) pc.addTransceiver(t, {direction: "sendonly", streams: [media]});
	await pc.setLocalDescription();
	await new Promise(done => pc.iceGatheringState === "complete" ? done() :
		pc.addEventListener("icegatheringstatechange", () => pc.iceGatheringState === "complete" && done()));
	const headers = {"Content-Type": "application/sdp"};
	if (token) headers.Authorization = "Bearer " + token;
	const answer = await fetch(url, {method: "POST", body: pc.localDescription.sdp, headers});
	if (answer.status !== 201) { pc.close(); return answer.status; }
	await pc.setRemoteDescription({type: "answer", sdp: await answer.text()});
	window.hangUp = async () => (await fetch(answer.headers.get("Location"),
		{method: "DELETE", headers: {Authorization: "Bearer " + token}})).status;
	return answer.status;
}`

// A real Chromium publishes its microphone by WHIP, and the features of what
// arrives are those of the file that the microphone plays.
func TestChromiumsMicrophoneIsMeasured(t *testing.T) {
	if testing.Short() {
		t.Skip("the microphone is heard in real time")
	}
	chromium := browser.Find(t)
	file := filepath.Join(t.TempDir(), "microphone.wav")
	speech := testsignal.Speaker{Rate: 48000, F0Hz: 190, Seed: 5}.Speak(speechSeconds)
	if err := wav.Write(file, 48000, speech.Samples); err != nil {
		t.Fatal(err)
	}
	live := new(recorder)
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	base := serveWithToken(t, ctx, live)
	url := createLeg(t, base)

	page := browser.Open(t, browser.Config{Path: chromium, Flags: []string{
		"--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
		"--use-file-for-fake-audio-capture=" + file, "--allow-loopback-in-peer-connection",
		"--disable-features=AudioServiceSandbox,AudioServiceOutOfProcess",
	}})
	if err := page.Navigate(ctx, base+"/livez"); err != nil {
		t.Fatal(err)
	}
	call := func(what string, want int) {
		t.Helper()
		var status int
		if err := page.Evaluate(ctx, what, &status); err != nil || status != want {
			t.Fatalf("%.40s...: status %d, %v, want %d; console: %v", what, status, err, want, page.Console())
		}
	}
	call(publish+fmt.Sprintf("; publish(%q, '')", url), http.StatusUnauthorized)
	call(fmt.Sprintf("publish(%q, 'not-the-token-at-all')", url), http.StatusUnauthorized)
	call(fmt.Sprintf("publish(%q, %q)", url, ingestToken), http.StatusCreated)
	live.wait(t, ctx, heardRows)
	call("hangUp()", http.StatusOK)
	call("hangUp()", http.StatusNotFound) // the session is gone
	compare(t, live.rows(), fileRows(t, file))
}

// recorder keeps the rows of a leg.
type recorder struct {
	mu   sync.Mutex
	hops []features.Hop
}

func (r *recorder) hop(_ string, h *features.Hop) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.hops = append(r.hops, *h)
}

func (r *recorder) rows() []features.Hop {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.hops)
}

func (r *recorder) wait(t *testing.T, ctx context.Context, n int) {
	t.Helper()
	for len(r.rows()) < n {
		select {
		case <-ctx.Done():
			t.Fatalf("heard %d rows, want %d: %v", len(r.rows()), n, ctx.Err())
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// serveWithToken runs a service that wants a token and returns its base URL.
func serveWithToken(t *testing.T, ctx context.Context, live *recorder) string {
	t.Helper()
	cfg := demo.Config("127.0.0.1:0")
	cfg.WHIP.AllowLoopback = true
	cfg.HTTP.TokenFile = filepath.Join(t.TempDir(), "tokens")
	if err := os.WriteFile(cfg.HTTP.TokenFile, []byte(ingestToken+" ingest\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(ctx)
	s, err := service.New(ctx, cfg, service.Options{Hops: live.hop})
	if err != nil {
		stop()
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	return "http://" + s.Addr()
}

// createLeg makes an interaction with the caller's leg and returns where the
// leg's browser publishes.
func createLeg(t *testing.T, base string) (url string) {
	t.Helper()
	ask := func(path, body string, into any) {
		t.Helper()
		req, err := http.NewRequest(http.MethodPost, base+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+ingestToken)
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		if err != nil || res.StatusCode != http.StatusCreated {
			t.Fatalf("POST %s: %s %s, %v", path, res.Status, b, err)
		}
		if err := json.Unmarshal(b, into); err != nil {
			t.Fatal(err)
		}
	}
	var made struct {
		URL string `json:"whip_url"`
	}
	ask("/v1/interactions", `{"id":"web"}`, &made)
	ask("/v1/interactions/web/legs", `{"id":"caller","participant":{"role":"CUSTOMER"},"media":"whip","rate":16000,
		"consent":{"analyse_voice":true,"basis":"test"}}`, &made)
	if made.URL == "" {
		t.Fatal("the leg has no whip_url")
	}
	return made.URL
}

// fileRows are the features of the file as `attune features` measures them, of
// its second time round: the microphone plays it over and over.
func fileRows(t *testing.T, path string) []features.Hop {
	t.Helper()
	group, err := prosody.NewGroup(prosody.Config{Rate: 16000, Lanes: 1})
	if err != nil {
		t.Fatal(err)
	}
	group.Join()
	var rows []features.Hop
	for range 3 {
		sound, err := replay.OpenSound(path, 16000)
		if err != nil {
			t.Fatal(err)
		}
		blocks := make([]audio.Block, 1)
		for {
			err := sound.Next(blocks)
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			group.Put(0, &blocks[0])
			group.Run()
			var h features.Hop
			if group.Take(0, &h) {
				rows = append(rows, h)
			}
		}
		if err := sound.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return rows[speechSeconds*100:][:speechSeconds*100]
}

// compare finds where in the file the live rows are and checks pitch, voicing
// and the contour of loudness over them.
func compare(t *testing.T, live, file []features.Hop) {
	t.Helper()
	live = live[settleRows:]
	lag, r := 0, math.Inf(-1)
	for l := range file {
		if c := correlation(live, file, l); c > r {
			lag, r = l, c
		}
	}
	played := make([]features.Hop, len(live))
	agree := 0
	for i := range live {
		played[i] = file[(i+lag)%len(file)]
		if live[i].Voiced() == played[i].Voiced() {
			agree++
		}
	}
	heardF0, heardVoiced := pitch(live)
	playedF0, playedVoiced := pitch(played)
	same := float64(agree) / float64(len(live))
	t.Logf("%d rows: loudness r %.3f, median F0 %.1f Hz heard and %.1f played, voiced %.3f and %.3f, the same verdict in %.3f",
		len(live), r, heardF0, playedF0, heardVoiced, playedVoiced, same)
	if r < .9 {
		t.Errorf("loudness contours correlate by %.3f, want .9", r)
	}
	if math.Abs(heardF0-playedF0) > .03*playedF0 {
		t.Errorf("median F0 %.1f Hz, want %.1f within 3 %%", heardF0, playedF0)
	}
	if math.Abs(heardVoiced-playedVoiced) > .1 || playedVoiced < .2 {
		t.Errorf("voiced in %.3f of the rows, want %.3f within .1", heardVoiced, playedVoiced)
	}
	if same < .85 {
		t.Errorf("voiced or not: the same verdict in %.3f of the rows, want .85", same)
	}
}

// correlation is Pearson's r of loudness, file shifted by lag rows and repeated.
func correlation(live, file []features.Hop, lag int) float64 {
	var n, sx, sy, sxx, syy, sxy float64
	for i := range live {
		x, y := live[i].V[features.Loudness], file[(i+lag)%len(file)].V[features.Loudness]
		if features.IsNull(x) || features.IsNull(y) {
			continue
		}
		a, b := float64(x), float64(y)
		n, sx, sy, sxx, syy, sxy = n+1, sx+a, sy+b, sxx+a*a, syy+b*b, sxy+a*b
	}
	return (n*sxy - sx*sy) / math.Sqrt((n*sxx-sx*sx)*(n*syy-sy*sy))
}

// pitch is the median F0 of the voiced rows and their share of all.
func pitch(rows []features.Hop) (median, voiced float64) {
	var hz []float64
	for i := range rows {
		if rows[i].Voiced() {
			hz = append(hz, float64(rows[i].V[features.F0Hz]))
		}
	}
	if len(hz) == 0 {
		return math.NaN(), 0
	}
	slices.Sort(hz)
	return hz[len(hz)/2], float64(len(hz)) / float64(len(rows))
}
