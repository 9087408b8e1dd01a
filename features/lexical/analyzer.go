package lexical

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/features/lexical/due"
	"github.com/attune-cx/attune/features/lexical/language"
	"github.com/attune-cx/attune/features/lexical/packs"
	"github.com/attune-cx/attune/features/lexical/pii"
	"github.com/attune-cx/attune/features/lexical/rules"
	"github.com/attune-cx/attune/features/lexical/token"
)

// scratch is the memory of one Read.
type scratch struct {
	text     token.Text
	earlier  token.Text
	matcher  rules.Matcher
	matches  []rules.Match
	times    []due.Expr
	promised []clause
	ranges   []rules.Time
	inferer  Inferer
	out      ModelOutput
	left     ModelOutput
	lefts    []left
	words    []int
	m        *Message
	dst      *Reading
	pack     *packs.Pack
	at       time.Time
	sure     float64 // confidence in the language
	modelOK  bool
}

func (a *Analyzer) newScratch() *scratch {
	return &scratch{inferer: a.cfg.Model.NewInferer()}
}

// Read says what m means into dst, whose slices are used again. A language
// without a pack gives null scores with the reason "language", and no error.
// It returns [ErrEncoding] or [ErrTooLong] for a text that cannot be read; dst is
// then empty. Time is linear in the text and bounded by the configured limits.
func (a *Analyzer) Read(m *Message, dst *Reading) error {
	s := a.pool.Get().(*scratch)
	defer a.pool.Put(s)
	if err := a.prepare(m, dst, s); err != nil {
		return err
	}
	a.read(s)
	s.m, s.dst = nil, nil
	return nil
}

// prepare checks m and chooses the language that reads it.
func (a *Analyzer) prepare(m *Message, dst *Reading, s *scratch) error {
	dst.reset()
	dst.MessageID = m.ID
	if len(m.Text) > a.cfg.MaxBytes {
		return fmt.Errorf("%w: %d bytes > %d: send it in parts", ErrTooLong, len(m.Text), a.cfg.MaxBytes)
	}
	if i := invalidAt(m.Text); i >= 0 {
		return fmt.Errorf("%w: byte %d (0x%02x)", ErrEncoding, i, m.Text[i])
	}
	s.m, s.dst, s.at = m, dst, m.At
	if a.zone != nil && !s.at.IsZero() {
		s.at = s.at.In(a.zone)
	}
	a.chooseLanguage(s)
	return nil
}

func invalidAt(text string) int {
	if utf8.ValidString(text) {
		return -1
	}
	for i, r := range text {
		if r == utf8.RuneError {
			if _, n := utf8.DecodeRuneInString(text[i:]); n == 1 {
				return i
			}
		}
	}
	return -1
}

func (a *Analyzer) read(s *scratch) {
	s.entities()
	s.dst.Words, s.dst.Truncated = s.text.Words, s.text.Truncated
	s.dst.WordConfidence = wordConfidence(s.m.Words)
	if s.pack == nil {
		s.dst.nullAll(attune.ReasonLanguage)
		return
	}
	s.infer()
	s.findTimes()
	s.match()
	s.acts(a.cfg.Hours)
	s.paraphrase()
	s.markers()
	s.scores(a.cfg.Explain)
}

// chooseLanguage cuts the text and decides the pack that reads it: the language
// that the message names, or the configured one, unless the text speaks plainly
// for another.
func (a *Analyzer) chooseLanguage(s *scratch) {
	base := a.packs[a.cfg.Language]
	base.Splitter.Split(s.m.Text, &s.text)
	named := primary(s.m.Language)
	tag, needed := named, 1.5
	s.sure = 1
	if named == "" {
		tag, needed = a.cfg.Language, .7
	}
	g := a.detector.Detect(s.m.Text, &s.text, tag)
	switch {
	case g.Tag != language.Unknown && g.Tag != tag && g.Evidence >= needed && g.Evidence >= 2*g.Prior:
		tag = g.Tag
	case g.Prior < needed && named == "":
		s.sure = .8 // nothing speaks against the configured language, little for it
	}
	s.dst.Language, s.pack = tag, a.packs[tag]
	if s.pack != nil && s.pack != base {
		s.pack.Splitter.Split(s.m.Text, &s.text)
	}
}

// primary is the first part of a BCP 47 tag: en of en-GB.
func primary(tag string) string {
	if i := strings.IndexAny(tag, "-_"); i >= 0 {
		tag = tag[:i]
	}
	return strings.ToLower(tag)
}

func (s *scratch) entities() {
	for _, e := range pii.Find(s.m.Text) {
		s.dst.Entities = append(s.dst.Entities, Entity(e))
	}
}

func wordConfidence(words []Word) float64 {
	if len(words) == 0 {
		return 1
	}
	sum := 0.0
	for _, w := range words {
		sum += w.Confidence
	}
	return sum / float64(len(words))
}

// infer runs the model on the writer's own words, where the pack has one.
func (s *scratch) infer() {
	s.modelOK = s.pack.Model == "english" && s.spoken() > 0
	if s.modelOK {
		s.inferer.Infer(s.text.Visible(s.m.Text), &s.out)
	}
}

func (s *scratch) findTimes() {
	s.times, s.ranges = s.times[:0], s.ranges[:0]
	s.times = s.pack.FindTimes(s.text.Tokens, s.times)
	for _, t := range s.times {
		s.ranges = append(s.ranges, rules.Time{First: t.First, Last: t.Last})
	}
}

// Cue is a rule that matched in a sentence.
type Cue struct {
	Act        ActKind // or the kind of a marker
	Line       int     // of the rule in its table
	Begin, End int     // of the sentence, in code points
}

// Cues appends to dst the rules that match in m, each by its line, so that the
// weights of a table can be looked into and fitted. It fails as [Analyzer.Read].
func (a *Analyzer) Cues(m *Message, dst []Cue) ([]Cue, error) {
	s := a.pool.Get().(*scratch)
	defer a.pool.Put(s)
	var r Reading
	if err := a.prepare(m, &r, s); err != nil || s.pack == nil {
		return dst, err
	}
	s.infer()
	s.findTimes()
	for _, c := range rules.Cues(s.find(), s.ask) {
		sent := s.text.Sentences[c.Sentence]
		kind := ActKind(s.pack.Rules.Groups[c.Group].Kind)
		dst = append(dst, Cue{kind, c.Line, s.text.Tokens[sent.First].Begin, s.text.Tokens[sent.Last-1].End})
	}
	s.m, s.dst = nil, nil
	return dst, nil
}

func (s *scratch) match() {
	s.matches = s.pack.Rules.Settle(s.find(), s.ask)
}

// find leaves the matches in s as well, whose memory is used again.
func (s *scratch) find() []rules.Match {
	in := rules.Input{Text: &s.text, Side: side(s.m.Role), Pauses: s.pack.Pause, Leads: s.pack.Lead, Times: s.ranges, Answer: s.answers()}
	s.matches = s.matcher.Find(s.pack.Rules, &in, s.matches[:0])
	return s.matches
}

// answers reports that the other side's last text before the message asked
// something.
func (s *scratch) answers() bool {
	k := len(s.m.Context) - 1
	return k >= 0 && s.wrote(k, false) && strings.Contains(s.m.Context[k], "?")
}

func (s *scratch) ask(label string) (float64, bool) {
	if !s.modelOK {
		return 0, false
	}
	return s.out.ask(label)
}

func side(r attune.Role) rules.Side {
	switch {
	case r == attune.RoleCustomer:
		return rules.Customer
	case r == "":
		return rules.Anybody
	}
	return rules.Company
}

func (r *Reading) reset() {
	*r = Reading{Acts: r.Acts[:0], Entities: r.Entities[:0], Markers: r.Markers[:0], StressEvidence: r.StressEvidence[:0],
		SeverityEvidence: r.SeverityEvidence[:0], ValenceEvidence: r.ValenceEvidence[:0], SentimentEvidence: r.SentimentEvidence[:0]}
}

func (r *Reading) nullAll(reason attune.Reason) {
	null := Estimate{Null: true, Reason: reason}
	r.Reason = reason
	r.Sentiment, r.Valence, r.Stress, r.Severity = null, null, null, null
}
