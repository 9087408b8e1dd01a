package scoring

import (
	"bufio"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/features/dynamics"
	"github.com/attune-cx/attune/features/functionals"
	"github.com/attune-cx/attune/features/lexical"
	"github.com/attune-cx/attune/models/stressvoice"
)

var everything = attune.Consent{AnalyseVoice: true, AnalyseText: true}

// pitchModel is a voice model that hears mean F0 alone: 2 semitones above the
// caller's baseline are one unit of log-odds times 1.5.
func pitchModel() *stressvoice.Model {
	m := &stressvoice.Model{Name: "pitch", Version: "test", Log: make([]bool, 16), Scale: make([]float64, 16),
		Weights: make([]float64, 16), Features: make([]string, 16), Prior: 2, Slope: 1}
	for i := range m.Scale {
		m.Scale[i] = 2
	}
	m.Weights[0] = 1.5
	for _, f0 := range []float64{26, 34} {
		c := stressvoice.Cluster{F0MedianSemitones: f0, Mean: make([]float64, 16)}
		c.Mean[0], c.Mean[1] = f0, f0
		m.Clusters = append(m.Clusters, c)
	}
	return m
}

// pitched are functionals of clean speech at a mean F0 in semitones.
func pitched(f0 float64, speech time.Duration) *functionals.Stats {
	hops := int(speech / (10 * time.Millisecond))
	s := &functionals.Stats{Hops: hops, SpeechHops: hops, VoicedHops: hops * 6 / 10, SNRDB: 30}
	for i := range s.V {
		s.V[i] = .1
	}
	for _, f := range []functionals.Functional{functionals.F0Mean, functionals.F0P50, functionals.F0P80} {
		s.V[f] = float32(f0)
	}
	return s
}

// player plays a script into an engine. See testdata/scripts/README.md for the
// language.
type player struct {
	t       *testing.T
	it      attune.Interaction
	e       *Engine
	tracker *dynamics.Tracker
	index   map[string]int
	roles   map[string]attune.Role
	channel map[string]attune.Channel
	events  []event
	speech  []speech
	checks  []check
	end     time.Duration
	log     record
}

type event struct {
	at time.Duration
	do func(p *player)
}

// speech is a stretch of voice activity, of a customer at a pitch.
type speech struct {
	who  string
	span attune.Span
	f0   float64
}

type check struct {
	at   time.Duration
	line string
}

func TestScripts(t *testing.T) {
	files, err := filepath.Glob("testdata/scripts/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, f := range files {
		t.Run(strings.TrimSuffix(filepath.Base(f), ".txt"), func(t *testing.T) { play(t, f) })
	}
}

func play(t *testing.T, file string) {
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	p := &player{t: t, tracker: dynamics.New(dynamics.Config{}), index: map[string]int{}, roles: map[string]attune.Role{},
		channel: map[string]attune.Channel{}}
	p.it = attune.Interaction{ID: "ix", Began: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)}
	p.log = newRecord(t)
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		if err := p.parse(strings.TrimSpace(lines.Text())); err != nil {
			t.Fatalf("%s:%d: %v", file, n, err)
		}
	}
	p.run()
}

func (p *player) parse(line string) error {
	if line == "" || line[0] == '#' {
		return nil
	}
	text := ""
	if i := strings.Index(line, `"`); i >= 0 {
		line, text = strings.TrimSpace(line[:i]), strings.Trim(line[i:], `"`)
	}
	words := strings.Fields(line)
	kv := map[string]string{}
	for _, w := range words {
		if k, v, ok := strings.Cut(w, "="); ok {
			kv[k] = v
		}
	}
	switch words[0] {
	case "interaction":
		p.it.Facts.CustomerName = strings.ReplaceAll(kv["customer"], "_", " ")
		if h := kv["history"]; h != "" {
			p.it.Facts.History = []string{strings.ReplaceAll(h, "_", " ")}
		}
		if s := kv["slot"]; s != "" {
			p.it.Facts.Slots = map[string]string{s: "known"}
		}
		p.it.QueueWait, _ = time.ParseDuration(kv["wait"])
	case "join":
		p.join(words, kv)
	case "speech":
		f0, _ := strconv.ParseFloat(kv["f0"], 64)
		p.speech = append(p.speech, speech{words[1], span(words[2]), f0})
	case "say", "interim":
		p.say(words, kv, text)
	case "consent":
		at := seconds(words[1])
		c := attune.Consent{AnalyseVoice: slices.Contains(words, "voice"), AnalyseText: slices.Contains(words, "text")}
		p.add(at, func(p *player) { p.e.SetConsent(words[2], c, at) })
	case "pause":
		p.add(seconds(words[1]), func(p *player) { p.e.Pause(seconds(words[1]), "pci") })
	case "resume":
		p.add(seconds(words[1]), func(p *player) { p.e.Resume(seconds(words[1])) })
	case "promise":
		at := seconds(words[1])
		p.add(at, func(p *player) {
			if err := p.e.PromiseState(words[2], words[3], words[4], time.Time{}, at); err != nil {
				p.t.Errorf("%s: %v", line, err)
			}
		})
	case "outcome":
		p.add(seconds(words[1]), func(p *player) {
			v, _ := strconv.ParseFloat(words[3], 64)
			p.e.Outcome(words[2], v, seconds(words[1]))
		})
	case "end":
		p.end = seconds(words[1])
	case "expect":
		at := p.end
		if words[1] != "end" {
			at = seconds(words[1])
		} else {
			at = math.MaxInt64
		}
		p.checks = append(p.checks, check{at, strings.Join(words[2:], " ")})
	default:
		return fmt.Errorf("unknown line %q", line)
	}
	return nil
}

func (p *player) add(at time.Duration, do func(*player)) {
	p.events = append(p.events, event{at, do})
}

func (p *player) join(words []string, kv map[string]string) {
	at := time.Duration(0)
	if s, ok := kv["at"]; ok {
		at = seconds(s)
	}
	who := attune.Participant{ID: words[1], Role: attune.Role(words[2])}
	ch := attune.Channel(words[3])
	c := everything
	switch kv["consent"] {
	case "none":
		c = attune.Consent{}
	case "text":
		c.AnalyseVoice = false
	case "voice":
		c.AnalyseText = false
	}
	withWords := slices.Contains(words, "words")
	p.roles[who.ID], p.channel[who.ID] = who.Role, ch
	p.add(at, func(p *player) {
		p.e.AddParticipant(who, ch, c, withWords)
		if ch.Spoken() {
			p.index[who.ID] = p.tracker.Add(who)
		}
	})
}

func (p *player) say(words []string, kv map[string]string, text string) {
	who := words[1]
	m := &lexical.Message{ID: words[2], ParticipantID: who, Role: p.roles[who], Channel: p.channel[who],
		Span: span(words[3]), Text: text, Final: words[0] == "say"}
	number := func(k string, def float64) float64 {
		if s, ok := kv[k]; ok {
			def, _ = strconv.ParseFloat(s, 64)
		}
		return def
	}
	n := int(number("words", float64(len(strings.Fields(text)))))
	sure := number("sure", 1)
	stress := number("stress", .3)
	r := &lexical.Reading{MessageID: m.ID, Language: "en", Words: n, WordConfidence: sure, Reason: attune.Reason(kv["reason"]),
		Stress:    lexical.Estimate{Value: stress, Confidence: .8},
		Sentiment: lexical.Estimate{Value: number("sentiment", .5-stress), Confidence: .8},
		Valence:   lexical.Estimate{Value: number("sentiment", .5-stress), Confidence: .8},
		Empathy:   lexical.EmpathyParts{EmotionalReaction: number("er", .1), Interpretation: number("ip", .1), Exploration: number("ex", .1)},
	}
	r.Emotions[emoAnger] = float32(number("anger", .05))
	r.Emotions[emoNeutral] = float32(number("neutral", .3))
	r.Emotions[emoGratitude] = float32(number("gratitude", .02))
	if a := kv["acts"]; a != "" {
		for _, kind := range strings.Split(a, ",") {
			r.Acts = append(r.Acts, lexical.Act{Kind: lexical.ActKind(kind), Confidence: .9, End: len([]rune(text))})
		}
	}
	if d := kv["due"]; d != "" {
		after, _ := time.ParseDuration(d)
		for i := range r.Acts {
			r.Acts[i].Due = p.it.Began.Add(after)
		}
	}
	p.add(m.Span.End, func(p *player) { p.e.Words(m, r) })
}

// run plays the second-by-second life of the interaction.
func (p *player) run() {
	if p.end == 0 {
		p.t.Fatal("script has no end")
	}
	e, err := NewEngine(&p.it, Config{Voice: pitchModel()})
	if err != nil {
		p.t.Fatal(err)
	}
	p.e = e
	sort.SliceStable(p.events, func(i, j int) bool { return p.events[i].at < p.events[j].at })
	for now := time.Duration(0); now <= p.end; now += 10 * time.Millisecond {
		p.step(now)
	}
	p.log.take(p.e.Finish(p.end, nil), p.end)
	p.verify(math.MaxInt64)
	if more := p.e.Finish(p.end+time.Second, nil); len(more) != 0 {
		p.t.Errorf("%d updates after the end", len(more))
	}
}

func (p *player) step(now time.Duration) {
	acted := false
	for len(p.events) > 0 && p.events[0].at <= now {
		p.events[0].do(p)
		p.events = p.events[1:]
		acted = true
	}
	for who, i := range p.index {
		p.tracker.Hop(i, now, p.speaking(who, now) != nil)
	}
	p.tracker.Advance(now)
	_, turned := p.tracker.TurnEnded()
	second := now%time.Second == 0
	if second {
		p.hear(now)
	}
	if second || acted || turned {
		var s dynamics.Snapshot
		p.tracker.Snapshot(&s)
		p.e.Dynamics(&s)
		p.log.take(p.e.Step(now, nil), now)
		p.verify(now)
	}
}

func (p *player) speaking(who string, now time.Duration) *speech {
	for i := range p.speech {
		if s := &p.speech[i]; s.who == who && s.span.Contains(now) {
			return s
		}
	}
	return nil
}

// hear observes a customer who spoke in the second that ends now. The window is
// as long as the stretch, at most 8 s.
func (p *player) hear(now time.Duration) {
	for who := range p.index {
		s := p.speaking(who, now-10*time.Millisecond)
		if s == nil || s.f0 == 0 {
			continue
		}
		length := min(8*time.Second, now-s.span.Begin)
		p.e.Voice(VoiceObservation{ParticipantID: who, Span: attune.Span{Begin: now - length, End: now},
			Stats: pitched(s.f0, length), NewSpeech: min(time.Second, length), Line: &Line{Codec: "PCMU"}})
	}
}

func (p *player) verify(now time.Duration) {
	rest := p.checks[:0]
	for _, c := range p.checks {
		if c.at > now {
			rest = append(rest, c)
		} else if why := p.log.fails(strings.Fields(c.line)); why != "" {
			p.t.Errorf("at %v: expected %s: %s", now, c.line, why)
		}
	}
	p.checks = rest
}

func seconds(s string) time.Duration {
	x, err := strconv.ParseFloat(s, 64)
	if err != nil {
		panic(err)
	}
	return time.Duration(math.Round(x*1000)) * time.Millisecond
}

func span(s string) attune.Span {
	begin, end, _ := strings.Cut(s, "-")
	return attune.Span{Begin: seconds(begin), End: seconds(end)}
}
