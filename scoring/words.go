package scoring

import (
	"strings"
	"time"
	"unicode"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/features/lexical"
	"github.com/attune-cx/attune/scoring/fusion"
)

// read takes a message that may be read.
func (e *Engine) read(q *person, m *lexical.Message, r *lexical.Reading) {
	q.lastActive = max(q.lastActive, m.Span.End)
	q.utterance, q.dirty = m.ID, true
	q.textReason = r.Reason
	if r.Language != "" {
		q.language = r.Language
	}
	if r.Reason != attune.ReasonNone || r.Words == 0 { // what an interim version said no longer stands
		q.withdraw(m.ID)
	}
	if r.Reason != attune.ReasonNone {
		return
	}
	q.wordsSeen = true
	e.expect.Read(m, r)
	e.ledger.Read(m, r, e.now, e.promised)
	switch {
	case q.who.Role == attune.RoleCustomer:
		e.readCustomer(q, m, r)
	case q.who.Role.Serves():
		e.empathy.Answer(m, r)
		e.retell(q, m)
		e.note(&e.signs.transfer, m, has(r, lexical.ActTransfer))
		e.note(&e.signs.offered, m, max(has(r, lexical.ActTransfer), has(r, lexical.ActCommitment), has(r, lexical.ActResolution)))
	}
}

// withdraw takes back what words said under an id.
func (q *person) withdraw(id string) {
	for _, s := range q.states() {
		s.Retract(fusion.Words, id)
	}
}

// retell notes whether one who took over says back what the customer had said
// before they joined.
func (e *Engine) retell(q *person, m *lexical.Message) {
	customer := e.customer()
	if customer == nil || q.retold.is || !e.signs.transfer.is || q.joined < e.signs.transfer.at {
		return
	}
	words := contentWords(m.Text)
	for _, s := range customer.said {
		if s.at < q.joined && shared(words, s.words) >= 2 {
			q.retold = evidenceAt{is: true, at: m.Span.End, span: m.Span, utterance: m.ID}
		}
	}
}

func shared(a, b map[string]struct{}) (n int) {
	for w := range a {
		if _, ok := b[w]; ok {
			n++
		}
	}
	return n
}

func (e *Engine) note(s *evidenceAt, m *lexical.Message, sure float64) {
	if sure >= .5 {
		*s = evidenceAt{is: true, at: m.Span.End, span: m.Span, utterance: m.ID}
	}
}

func (e *Engine) readCustomer(q *person, m *lexical.Message, r *lexical.Reading) {
	base := fusion.Observation{Modality: fusion.Words, ID: m.ID, Units: float64(r.Words),
		Quality: wordQuality(r), Span: m.Span}
	llr := 0.0
	if !r.Stress.Null {
		o := base
		o.Parts, llr = stressParts(r)
		q.stress.Observe(o)
	}
	q.fold(&q.sentiment, base, "words:sentiment", signed(r.Sentiment), !r.Sentiment.Null)
	q.fold(&q.valence, base, "words:valence", signed(r.Valence), !r.Valence.Null)
	q.fold(&q.arousal, base, "words:arousal", wordArousal(r), true)
	q.observeWarmth(base, r)
	q.observeExchange(m, r)
	e.empathy.Customer(m, r, llr)
	e.note(&e.signs.escalate, m, has(r, lexical.ActEscalationRequest))
	if llr < 0 && has(r, lexical.ActThanks) >= .5 { // who thanks no longer asks for somebody else
		e.signs.escalate = evidenceAt{}
	}
}

func (q *person) fold(s *fusion.State, o fusion.Observation, kind string, llr float64, ok bool) {
	if ok {
		o.Parts = []fusion.Part{{Kind: kind, LLR: llr}}
		s.Observe(o)
	}
}

// wordQuality is q of words: their confidence, less for short texts.
func wordQuality(r *lexical.Reading) float64 {
	return r.WordConfidence * min(1, float64(r.Words)/8)
}

// stressParts splits the log-odds of a reading's stress into what its markers
// moved and the rest, which is the model's.
func stressParts(r *lexical.Reading) ([]fusion.Part, float64) {
	llr := logit(r.Stress.Value)
	rest := llr
	parts := make([]fusion.Part, 0, len(r.Markers)+1)
	for _, k := range r.Markers {
		if k.Weight != 0 {
			parts = append(parts, fusion.Part{Kind: "words:" + k.Kind, LLR: k.Weight})
			rest -= k.Weight
		}
	}
	return append(parts, fusion.Part{Kind: "words:model", LLR: rest}), min(max(llr, -fusion.MaxLLR), fusion.MaxLLR)
}

// signed is the log-odds of a value in -1..1.
func signed(x lexical.Estimate) float64 { return logit((x.Value + 1) / 2) }

func logit(p float64) float64 { return fusion.Logit(min(max(p, .02), .98)) }

// GoEmotions labels by how they stir, in lexical's order.
const (
	emoAnger, emoAnnoyance                = 2, 3
	emoDisappointment, emoExcitement      = 9, 13
	emoFear, emoGratitude, emoNervousness = 14, 15, 19
	emoSurprise, emoNeutral               = 26, 27
)

// wordArousal is how stirred the words are, as a log-likelihood ratio.
func wordArousal(r *lexical.Reading) float64 {
	em := &r.Emotions
	stirred := max(em[emoAnger], .7*em[emoAnnoyance], em[emoExcitement], em[emoFear], .8*em[emoNervousness], .7*em[emoSurprise])
	llr := logit(float64(stirred)) - logit(float64(em[emoNeutral]))
	for _, k := range r.Markers {
		if k.Kind == "caps" || k.Kind == "exclamation" {
			llr += .5
		}
	}
	return llr / 2
}

// observeWarmth reads how the customer is with the one who serves.
func (q *person) observeWarmth(o fusion.Observation, r *lexical.Reading) {
	em := &r.Emotions
	parts := []fusion.Part{
		{Kind: "words:thanks", LLR: 2 * has(r, lexical.ActThanks)},
		{Kind: "words:gratitude", LLR: 1.5 * float64(em[emoGratitude])},
		{Kind: "words:abuse", LLR: -3 * has(r, lexical.ActAbuse)},
		{Kind: "words:hostility", LLR: -2 * float64(max(em[emoAnger], em[emoAnnoyance]))},
		{Kind: "words:complaint", LLR: -.5 * has(r, lexical.ActComplaint)},
	}
	for _, p := range parts {
		if p.LLR != 0 {
			o.Parts = append(o.Parts, p)
		}
	}
	q.reciprocity.Observe(o)
}

// The same request again: this share of content words in common with an earlier
// own utterance (Jaccard), of at least so many words.
const (
	restated      = .6
	restatedWords = 4
	rememberSaid  = 12
)

// observeExchange reads from words how the exchange goes: the same request once
// more, or messages in a burst.
func (q *person) observeExchange(m *lexical.Message, r *lexical.Reading) {
	if !m.Final {
		return
	}
	var parts []fusion.Part
	words := contentWords(m.Text)
	for _, s := range q.said {
		if s.id != m.ID && len(words) >= restatedWords && jaccard(words, s.words) > restated {
			parts = append(parts, fusion.Part{Kind: "restated", LLR: 1.2})
			break
		}
	}
	q.said = append(q.said, said{m.ID, m.Span.End, words})
	if len(q.said) > rememberSaid {
		q.said = q.said[1:]
	}
	if !m.Channel.Spoken() && q.burst(m.Span.Begin) {
		parts = append(parts, fusion.Part{Kind: "message_burst", LLR: .8})
	}
	if len(parts) > 0 {
		q.stress.Observe(fusion.Observation{Modality: fusion.Interaction, Units: max(2, float64(r.Words)/2.5),
			Quality: 1, Parts: parts, Span: m.Span})
	}
}

// burst reports whether this is the third message within 20 s.
func (q *person) burst(at time.Duration) bool {
	q.sent = append(q.sent, at)
	if len(q.sent) > 3 {
		q.sent = q.sent[1:]
	}
	return len(q.sent) == 3 && at-q.sent[0] <= 20*time.Second
}

func contentWords(text string) map[string]struct{} {
	words := map[string]struct{}{}
	for _, w := range strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) }) {
		if len([]rune(w)) > 3 {
			words[w] = struct{}{}
		}
	}
	return words
}

func jaccard(a, b map[string]struct{}) float64 {
	common := shared(a, b)
	if all := len(a) + len(b) - common; all > 0 {
		return float64(common) / float64(all)
	}
	return 0
}
