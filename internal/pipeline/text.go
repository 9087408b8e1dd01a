package pipeline

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/features/lexical"
)

// Say takes one message or piece of transcript. It is read in the caller's
// goroutine; texts of one interaction keep the order in which Say is called.
func (e *Engine) Say(ctx context.Context, ref string, t Text) (TextResult, error) {
	if err := t.check(); err != nil {
		return TextResult{}, err
	}
	c, err := e.find(ref)
	if err != nil {
		return TextResult{}, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return e.say(ctx, c, &t)
}

func (e *Engine) say(ctx context.Context, c *contact, t *Text) (TextResult, error) {
	who, err := c.person(t.Speaker, t.Role)
	if err != nil {
		return TextResult{}, err
	}
	if t.ID == "" {
		c.textSeq++
		t.ID = "auto-" + strconv.Itoa(c.textSeq)
	}
	res := TextResult{ID: t.ID, ParticipantID: who.ID}
	if c.texts[t.ID] { // a final text of that id is there: nothing changes
		res.Duplicate = true
		return res, nil
	}
	if !who.words || who.channel == "" {
		who.words, who.channel = true, t.Channel
		c.set(who)
	}
	if !who.consent.AnalyseText {
		res.Reason = attune.ReasonNoConsent
		c.done(t) // what was said without consent is not read when it is sent again
		return res, nil
	}
	m, r, err := e.read(c, who, t)
	if err != nil {
		return TextResult{}, fmt.Errorf("%w: message %q: %w", ErrInvalid, t.ID, err)
	}
	res.Reason = r.Reason
	err = e.on(ctx, c, func(x *interaction, now time.Duration) error {
		x.join(who.Participant, who.channel, who.consent, true)
		x.place(m, t, now)
		x.words(m, r, now)
		return nil
	})
	if err != nil {
		return TextResult{}, err
	}
	if !t.Interim {
		c.done(t)
		c.remember(t.Text, who.Role)
	}
	return res, nil
}

// done remembers the id of a final text.
func (c *contact) done(t *Text) {
	if !t.Interim && len(c.texts) < maxTextIDs {
		c.texts[t.ID] = true
	}
}

func (e *Engine) read(c *contact, who person, t *Text) (*lexical.Message, *lexical.Reading, error) {
	m := &lexical.Message{
		ID: t.ID, ParticipantID: who.ID, Role: who.Role, Channel: t.Channel, Text: t.Text,
		Final: !t.Interim, Words: t.Words, Language: t.Language, Context: slices.Clone(c.recent), ContextRoles: slices.Clone(c.authors), At: e.cfg.Wall(),
	}
	if m.Language == "" {
		m.Language = c.it.Language
	}
	r := new(lexical.Reading)
	if err := e.cfg.Reader.Read(m, r); err != nil {
		return nil, nil, err
	}
	return m, r, nil
}

// place gives a text its span on the interaction's clock: a transcript counts
// in its leg's time.
func (x *interaction) place(m *lexical.Message, t *Text, now time.Duration) {
	m.Span = attune.Span{Begin: x.offset(now), End: x.offset(now)}
	if !t.Timed {
		return
	}
	m.Span = attune.Span{Begin: t.Begin, End: t.End}
	for _, l := range x.legs {
		if l.id == t.LegID && t.LegID != "" {
			m.Span = attune.Span{Begin: l.offset(t.Begin), End: l.offset(t.End)}
			for i := range m.Words {
				m.Words[i].Span = attune.Span{Begin: l.offset(m.Words[i].Span.Begin), End: l.offset(m.Words[i].Span.End)}
			}
		}
	}
}
