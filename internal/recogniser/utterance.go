package recogniser

import (
	"strings"
	"time"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/features/lexical"
	"github.com/attune-cx/attune/internal/pipeline"
)

// interimConfidence stands for the words of an utterance that goes on: the
// protocol gives none, and they are often revised.
const interimConfidence = .5

// speaker turns a leg's answers into texts: what is said of one utterance has
// one id, so that a later answer replaces an earlier one. For one goroutine.
type speaker struct {
	leg    pipeline.HeardLeg
	name   func() string // of the next utterance
	id     string        // of the one that goes on, "" = none
	begin  time.Duration // of the one that goes on
	spoken string        // its newest interim text
	told   time.Duration // end of its newest interim text
	ended  time.Duration // end of the last final one
}

// text is what an answer says, and false if that is nothing new.
func (s *speaker) text(a *answer, t *timeline) (pipeline.Text, bool) {
	if a.Text != nil {
		return s.final(strings.TrimSpace(*a.Text), a.Result, t)
	}
	return s.interim(strings.TrimSpace(*a.Partial), t)
}

func (s *speaker) interim(text string, t *timeline) (pipeline.Text, bool) {
	if text == "" || text == s.spoken {
		return pipeline.Text{}, false
	}
	now := t.now()
	if s.id == "" {
		s.id, s.begin = s.name(), max(s.ended, now-time.Second)
	}
	s.begin = min(s.begin, now)
	s.spoken, s.told = text, now
	out := s.say(text, attune.Span{Begin: s.begin, End: now})
	out.Interim = true
	return out, true
}

// final ends the utterance. One that turns out to be nothing is told only if
// interim words of it have to be withdrawn.
func (s *speaker) final(text string, result []word, t *timeline) (pipeline.Text, bool) {
	if text == "" && s.id == "" {
		return pipeline.Text{}, false
	}
	if s.id == "" {
		s.id, s.begin = s.name(), min(s.ended, t.now())
	}
	span := attune.Span{Begin: s.begin, End: max(s.begin, t.now())}
	words := wordsOf(result, t)
	if len(words) > 0 {
		span = attune.Span{Begin: words[0].Span.Begin, End: words[len(words)-1].Span.End}
		span.End = max(span.Begin, span.End)
	}
	out := s.say(text, span)
	if len(words) > 0 {
		out.Words = words
	}
	s.end(span.End)
	return out, true
}

// settle makes the newest interim text final: the connection that would have
// said more of it is gone.
func (s *speaker) settle() (pipeline.Text, bool) {
	if s.id == "" {
		return pipeline.Text{}, false
	}
	out := s.say(s.spoken, attune.Span{Begin: s.begin, End: max(s.begin, s.told)})
	s.end(out.End)
	return out, true
}

func (s *speaker) end(at time.Duration) { s.id, s.spoken, s.ended = "", "", at }

// say is a text of the current utterance whose words are not settled.
func (s *speaker) say(text string, span attune.Span) pipeline.Text {
	out := pipeline.Text{ID: s.id, Role: s.leg.Role, Speaker: s.leg.Speaker, Channel: s.leg.Channel,
		Text: text, Begin: span.Begin, End: span.End, Timed: true, Transcript: true}
	for _, w := range strings.Fields(text) {
		out.Words = append(out.Words, lexical.Word{Text: w, Span: span, Confidence: interimConfidence})
	}
	return out
}

func wordsOf(result []word, t *timeline) []lexical.Word {
	out := make([]lexical.Word, 0, len(result))
	for i := range result {
		w := &result[i]
		begin := t.at(w.Start)
		out = append(out, lexical.Word{Text: strings.TrimSpace(w.Word), Confidence: w.confidence(),
			Span: attune.Span{Begin: begin, End: max(begin, t.at(w.End))}})
	}
	return out
}
