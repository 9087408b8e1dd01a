package expectations

import (
	"slices"
	"strings"
	"unicode"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/features/lexical"
)

// Read takes a final message of any participant; interim ones are left out.
// Each message must be told once.
func (t *Tracker) Read(m *lexical.Message, r *lexical.Reading) {
	if !m.Final {
		return
	}
	switch {
	case m.Role == attune.RoleCustomer:
		t.customer(m, r)
	case m.Role.Serves():
		t.server(m, r)
	}
}

func (t *Tracker) server(m *lexical.Message, r *lexical.Reading) {
	s := &t.seen
	if s.serverMessages == 0 {
		s.firstServed = m.Span.Begin
	}
	early := s.serverMessages < greetMessages || m.Span.Begin-s.firstServed <= greetWithin
	s.serverMessages++
	words := split(m.Text)
	if early && !s.hasGreeted && holdsAny(words, t.name) {
		s.greeted, s.hasGreeted = item("name", m), true
	}
	if !s.historyKnown && !s.historyTold && slices.ContainsFunc(t.past, func(p phrase) bool { return p.in(words) }) {
		s.history, s.historyKnown = item("history", m), true
	}
	if slot := t.asksAgain(m, r, words); slot != "" && !s.askedAgain {
		s.again, s.askedAgain = item("asked_again:"+slot, m), true
	}
	if act(r, lexical.ActParaphrase) {
		s.summary, s.hasSummary = item("paraphrase", m), true
	}
	if act(r, lexical.ActResolution) {
		s.resolution, s.hasResolution, s.objected = item("resolution", m), true, false
	}
}

func (t *Tracker) customer(m *lexical.Message, r *lexical.Reading) {
	s := &t.seen
	words := split(m.Text)
	if !s.historyKnown && !s.historyTold && slices.ContainsFunc(t.past, func(p phrase) bool { return p.in(words) }) {
		s.history, s.historyTold = item("history_told_by_customer", m), true
	}
	for _, e := range r.Entities {
		s.given[e.Type] = true
	}
	if !s.askedAgain && saysAlready(words) {
		s.again, s.askedAgain = item("already_told", m), true
	}
	if s.hasSummary {
		t.answerSummary(m, words)
	}
	if act(r, lexical.ActComplaint) || act(r, lexical.ActEscalationRequest) {
		s.objection, s.objected = item("complaint", m), true
	} else if act(r, lexical.ActThanks) {
		s.objected = false
	}
}

// answerSummary takes the customer's first words after a summary as yes or no.
func (t *Tracker) answerSummary(m *lexical.Message, words []string) {
	s := &t.seen
	s.hasSummary = false
	head := words[:min(len(words), 3)]
	switch {
	case holdsAny(head, []string{"no", "not", "nope", "wrong", "isn't"}):
		s.understood, s.understanding = item("corrected", m), Missed
	case holdsAny(head, []string{"yes", "yeah", "yep", "yup", "exactly", "right", "correct", "precisely", "indeed"}):
		s.understood, s.understanding = item("confirmed", m), Met
	}
}

// asksAgain names the slot that a question asks for though it is filled, "" if
// there is none. To confirm a value is not to ask for it.
func (t *Tracker) asksAgain(m *lexical.Message, r *lexical.Reading, words []string) string {
	asks := act(r, lexical.ActRequestInformation) || strings.Contains(m.Text, "?")
	if !asks || holdsAny(words, []string{"confirm", "verify", "double-check"}) {
		return ""
	}
	for slot, value := range t.facts.Slots {
		if value != "" && holdsAll(words, split(strings.ReplaceAll(slot, "_", " "))) {
			return slot
		}
	}
	for _, e := range entitySlots() {
		if t.seen.given[e.entity] && holdsAll(words, split(e.asked)) {
			return strings.ToLower(e.entity)
		}
	}
	return ""
}

// entitySlot is how a question for a kind of personal data is worded.
type entitySlot struct{ entity, asked string }

func entitySlots() []entitySlot {
	return []entitySlot{
		{"PHONE_NUMBER", "phone number"}, {"PHONE_NUMBER", "telephone number"}, {"EMAIL_ADDRESS", "email"},
		{"EMAIL_ADDRESS", "e-mail"}, {"CREDIT_CARD", "card number"}, {"IBAN_CODE", "iban"},
		{"IBAN_CODE", "account number"}, {"PERSON", "your name"}, {"LOCATION", "your address"},
		{"DATE_TIME", "date of birth"},
	}
}

// saysAlready reports whether the customer says to have told this before.
func saysAlready(words []string) bool {
	told := []string{"told", "said", "gave", "given", "explained", "answered", "sent"}
	for i, w := range words {
		if w == "already" && (holdsAny(words[max(0, i-2):i], told) || holdsAny(words[i:min(len(words), i+3)], told)) {
			return true
		}
	}
	return holdsRun(words, "like", "i", "said") || holdsRun(words, "as", "i", "said") || holdsRun(words, "keep", "repeating") ||
		holdsRun(words, "told", "you", "before")
}

// phrase is an entry of the history by its telling words.
type phrase []string

func newPhrase(text string) phrase {
	var p phrase
	for _, w := range split(text) {
		if len([]rune(w)) > 3 {
			p = append(p, w)
		}
	}
	return p
}

// in reports whether words name the phrase: half of its telling words, and two
// of them where it has that many.
func (p phrase) in(words []string) bool {
	n := 0
	for _, w := range p {
		if slices.Contains(words, w) {
			n++
		}
	}
	return n > 0 && 2*n >= len(p) && n >= min(2, len(p))
}

// nameWords are the parts of a name that a greeting may use.
func nameWords(name string) []string {
	var parts []string
	for _, w := range split(name) {
		title := slices.Contains([]string{"mr", "mrs", "ms", "miss", "dr", "prof", "herr", "frau"}, w)
		if len([]rune(w)) > 1 && !title {
			parts = append(parts, w)
		}
	}
	return parts
}

func act(r *lexical.Reading, kind lexical.ActKind) bool {
	return slices.ContainsFunc(r.Acts, func(a lexical.Act) bool { return a.Kind == kind && a.Confidence >= .5 })
}

func item(kind string, m *lexical.Message) Item {
	return Item{Kind: kind, Span: m.Span, UtteranceID: m.ID}
}

func split(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsNumber(r) && r != '\'' && r != '-'
	})
}

func holdsAny(words, any []string) bool {
	return slices.ContainsFunc(any, func(w string) bool { return slices.Contains(words, w) })
}

func holdsAll(words, all []string) bool {
	for _, w := range all {
		if !slices.Contains(words, w) {
			return false
		}
	}
	return len(all) > 0
}

func holdsRun(words []string, run ...string) bool {
	for i := range words {
		if i+len(run) <= len(words) && slices.Equal(words[i:i+len(run)], run) {
			return true
		}
	}
	return false
}
