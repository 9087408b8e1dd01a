package webrtc

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"github.com/attune-cx/attune/audio/opus"
	"github.com/attune-cx/attune/audio/wav"
	"github.com/attune-cx/attune/internal/browser"
)

// The melody that the fake microphone plays over and over: six tones of half a
// second, each at a level of its own.
var (
	melodyHz    = []float64{400, 700, 1000, 1300, 1600, 1900}
	melodyLevel = []float64{0.5, 0.25, 0.4, 0.125, 0.3, 0.2}
)

const (
	melodyRate = 48000
	heardRate  = 16000
	noteLength = 500 * time.Millisecond
)

func melody() []float32 {
	n := int(noteLength.Seconds() * melodyRate)
	x := make([]float32, 0, n*len(melodyHz))
	for k, hz := range melodyHz {
		for i := range n {
			x = append(x, float32(melodyLevel[k]*math.Sin(2*math.Pi*hz*float64(i)/melodyRate)))
		}
	}
	return x
}

// publish is a page that sends its microphone by WHIP, with fetch.
const publish = `async function publish(url, token) {
	const media = await navigator.mediaDevices.getUserMedia({audio: {
		autoGainControl: false, noiseSuppression: false, echoCancellation: false}});
	const pc = new RTCPeerConnection();
	media.getAudioTracks().forEach(t => pc.addTransceiver(t, {direction: "sendonly", streams: [media]}));
	await pc.setLocalDescription();
	await new Promise(done => pc.iceGatheringState === "complete" ? done() :
		pc.addEventListener("icegatheringstatechange", () => pc.iceGatheringState === "complete" && done()));
	const answer = await fetch(url, {method: "POST", body: pc.localDescription.sdp,
		headers: {"Content-Type": "application/sdp", "Authorization": "Bearer " + token}});
	if (answer.status !== 201) throw new Error(answer.status + " " + await answer.text());
	await pc.setRemoteDescription({type: "answer", sdp: await answer.text()});
	window.stop = () => fetch(answer.headers.get("Location"), {method: "DELETE", headers: {"Authorization": "Bearer " + token}});
	return answer.headers.get("Location");
}`

// A real Chromium publishes a microphone that plays a known file; what arrives
// is Opus, and decoded it is that file.
func TestChromiumPublishes(t *testing.T) {
	path := browser.Find(t)
	file := filepath.Join(t.TempDir(), "microphone.wav")
	if err := wav.Write(file, melodyRate, melody()); err != nil {
		t.Fatal(err)
	}
	rec := &recorder{}
	s := serve(t, Config{Legs: rec})
	mux := http.NewServeMux()
	mux.Handle("/whip", s.Server)
	mux.Handle("/whip/", s.Server)
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, "<!doctype html><title>publisher</title><script>%s</script>", publish)
	})
	site := httptest.NewServer(mux)
	defer site.Close()

	page := browser.Open(t, browser.Config{Path: path, Flags: []string{
		"--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
		"--use-file-for-fake-audio-capture=" + file, "--allow-loopback-in-peer-connection",
		"--disable-features=AudioServiceSandbox,AudioServiceOutOfProcess",
	}})
	ctx, cancel := context.WithTimeout(context.Background(), 90*time.Second)
	defer cancel()
	if err := page.Navigate(ctx, site.URL); err != nil {
		t.Fatal(err)
	}
	var location string
	if err := page.Evaluate(ctx, fmt.Sprintf("publish('/whip?leg=caller', %q)", token), &location); err != nil {
		t.Fatalf("%v; console: %v", err, page.Console())
	}
	// Seven seconds: the melody twice, and time for the codec to settle.
	rec.eventually(t, "350 packets", func(r *recorder) bool { return len(r.packets) >= 350 })
	if err := page.Evaluate(ctx, "stop().then(r => r.status)", nil); err != nil {
		t.Error(err)
	}
	rec.eventually(t, "closed", func(r *recorder) bool { return len(r.closed) == 1 })
	if rec.closed[0] != "ended by the client" {
		t.Errorf("closed %v", rec.closed)
	}
	compare(t, decode(t, rec))
}

// decode decodes the packets in the order in which they came.
func decode(t *testing.T, rec *recorder) []float32 {
	t.Helper()
	dec, err := opus.New(heardRate)
	if err != nil {
		t.Fatal(err)
	}
	var pcm []float32
	for i := range rec.packets {
		p := &rec.packets[i]
		if i > 0 && p.SequenceNumber != rec.packets[i-1].SequenceNumber+1 {
			t.Errorf("packet %d after %d", p.SequenceNumber, rec.packets[i-1].SequenceNumber)
		}
		if pcm, err = dec.Decode(pcm, p.Payload); err != nil {
			t.Fatalf("packet %d, %d bytes: %v", i, len(p.Payload), err)
		}
	}
	return pcm
}

// compare checks that the middle of each note heard is one pure tone of the
// melody, in its order, and as loud against the others as it was played.
func compare(t *testing.T, pcm []float32) {
	t.Helper()
	const window = heardRate / 50
	var notes []int            // which notes were heard, in order
	level := map[int]float64{} // amplitude, by note
	same := 0
	for at := heardRate; at+window <= len(pcm); at += window {
		note, amplitude, share := strongest(pcm[at : at+window])
		if share < 0.95 { // a change of notes, or no tone of ours
			same = 0
			continue
		}
		if len(notes) == 0 || notes[len(notes)-1] != note {
			notes, same = append(notes, note), 0
		}
		if same++; same == 8 { // well within the note
			level[note] = amplitude
		}
	}
	if len(notes) < 2*len(melodyHz)-2 {
		t.Fatalf("heard the notes %v, want the melody about twice", notes)
	}
	for i := 1; i < len(notes); i++ {
		if notes[i] != (notes[i-1]+1)%len(melodyHz) {
			t.Errorf("note %d followed %d; heard %v", notes[i], notes[i-1], notes)
		}
	}
	for note, played := range melodyLevel {
		got := 20 * math.Log10(level[note]/level[0])
		want := 20 * math.Log10(played/melodyLevel[0])
		if math.IsNaN(got) || math.Abs(got-want) > 1.5 {
			t.Errorf("%.0f Hz is at %.1f dB against the first note, played at %.1f", melodyHz[note], got, want)
		}
	}
	t.Logf("heard %d notes, amplitudes %.3v", len(notes), level)
}

// strongest finds the melody's tone that holds most of the power of x, its
// amplitude, and its share of the power.
func strongest(x []float32) (note int, amplitude, share float64) {
	power := 1e-12
	for _, v := range x {
		power += float64(v) * float64(v) / float64(len(x))
	}
	for k, hz := range melodyHz {
		var re, im float64
		for i, v := range x {
			w := 2 * math.Pi * hz * float64(i) / heardRate
			re += float64(v) * math.Cos(w)
			im -= float64(v) * math.Sin(w)
		}
		a := 2 * math.Hypot(re, im) / float64(len(x))
		if s := a * a / 2 / power; s > share {
			note, amplitude, share = k, a, s
		}
	}
	return note, amplitude, share
}
