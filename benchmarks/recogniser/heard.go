package recogniserbench

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/audio"
	"github.com/attune-cx/attune/internal/pipeline"
	"github.com/attune-cx/attune/internal/recogniser"
	"github.com/attune-cx/attune/internal/testrecogniser"
)

// Heard is what the recogniser made of one text.
type Heard struct {
	Key        string  `json:"key"`   // of the text and the voice
	Text       string  `json:"heard"` // its utterances, one after the other
	Utterances int     `json:"utterances"`
	Confidence float64 `json:"confidence"` // mean of the words
	Seconds    float64 `json:"seconds"`    // of speech
}

// ears speaks texts and has them heard, each once: what was heard stays in a file.
type ears struct {
	t      testing.TB
	url    func() string // of the recogniser; called when something is to be heard
	memory map[string]Heard
	file   *os.File
}

// open reads what was heard before. The file holds a line of JSON a text.
func (e *ears) open(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o644)
	if err != nil {
		return err
	}
	e.file, e.memory = f, map[string]Heard{}
	e.t.Cleanup(func() { _ = f.Close() })
	scan := bufio.NewScanner(f)
	scan.Buffer(nil, 1<<20)
	for scan.Scan() {
		var h Heard
		if json.Unmarshal(scan.Bytes(), &h) == nil { // a line cut short is heard again
			e.memory[h.Key] = h
		}
	}
	return scan.Err()
}

// hear has a voice say a text, and says what the recogniser heard.
func (e *ears) hear(voice, text string) (Heard, error) {
	sum := sha256.Sum256([]byte(voice + "\x00" + text))
	key := hex.EncodeToString(sum[:8])
	if h, ok := e.memory[key]; ok {
		return h, nil
	}
	h, err := listen(e.t.Context(), e.url(), testrecogniser.Speak(e.t, voice, text))
	if err != nil {
		return Heard{}, fmt.Errorf("recogniserbench: %q: %w", text, err)
	}
	h.Key = key
	line, err := json.Marshal(h)
	if err == nil {
		_, err = e.file.Write(append(line, '\n'))
	}
	e.memory[key] = h
	return h, err
}

// listen sends sound at 8 kHz as a leg's blocks, with half a second of silence
// before and after it, and collects the words.
func listen(ctx context.Context, url string, sound []float32) (Heard, error) {
	h := Heard{Seconds: float64(len(sound)) / testrecogniser.Rate}
	t, err := recogniser.NewTranscriber(ctx, url)
	if err != nil {
		return h, err
	}
	quiet := make([]float32, testrecogniser.Rate/2)
	sound = append(append(quiet, sound...), quiet...)
	ear := t.Leg(pipeline.HeardLeg{LegID: "customer", Role: attune.RoleCustomer, Channel: attune.ChannelVoice, Rate: testrecogniser.Rate})
	ear.Allow(true)
	for at := time.Duration(0); len(sound) >= 80; at += audio.Step {
		ear.Hear(&audio.Block{Rate: testrecogniser.Rate, At: at, Samples: sound[:80]}, at)
		sound = sound[80:]
	}
	ear.Close()
	texts, err := t.Texts()
	var parts []string
	words := 0
	for _, x := range texts {
		if x.Text != "" {
			parts = append(parts, x.Text)
		}
		for _, w := range x.Words {
			words, h.Confidence = words+1, h.Confidence+w.Confidence
		}
	}
	h.Text, h.Utterances, h.Confidence = strings.Join(parts, " "), len(parts), h.Confidence/max(1, float64(words))
	return h, err
}
