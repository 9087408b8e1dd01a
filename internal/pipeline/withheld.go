package pipeline

import (
	"time"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/scoring"
	"github.com/attune-cx/attune/stream"
)

// reading is what may be read of a participant.
type reading struct {
	allowed   bool            // consent covers text
	withdrawn bool            // it did, and does no longer
	withheld  *stream.GapInfo // the stretch whose words alone are missing; nil = none
}

// withdraws notes that consent to read what p writes and says is taken back. It
// is told before the new consent is in force.
func (x *interaction) withdraws(p attune.Participant, c attune.Consent) {
	for i, q := range x.people {
		if q.ID == p.ID {
			r := &x.read[i]
			r.withdrawn = !c.AnalyseText && (r.allowed || r.withdrawn)
		}
	}
}

// reads begins or ends the stretch in which words are withheld. One whose leg is
// withheld as a whole has a gap of that leg already.
func (x *interaction) reads(p attune.Participant, allowed bool, at time.Duration) {
	for i, q := range x.people {
		if q.ID != p.ID {
			continue
		}
		r := &x.read[i]
		alone := r.withdrawn && !allowed && !x.unheard(p.ID)
		switch {
		case alone && r.withheld == nil:
			r.withheld = &stream.GapInfo{Cause: stream.GapConsent, Modality: scoring.BasisWords, Span: attune.Span{Begin: at}}
		case !alone:
			x.tellWords(i, at)
		}
	}
}

// unheard reports whether a leg of the participant is without consent.
func (x *interaction) unheard(id string) bool {
	for _, l := range x.legs {
		if l.who.ID == id && l.denied != nil {
			return true
		}
	}
	return false
}

// tellWithheld ends every stretch whose words were withheld, with the interaction.
func (x *interaction) tellWithheld(at time.Duration) {
	for i := range x.people {
		x.tellWords(i, at)
	}
}

// tellWords ends the stretch of participant i and tells it, if it has a length.
func (x *interaction) tellWords(i int, at time.Duration) {
	g := x.read[i].withheld
	x.read[i].withheld = nil
	if g == nil || at <= g.Span.Begin {
		return
	}
	g.Span.End = at
	x.emit(&stream.Event{Type: stream.Gap, At: at, Gap: g, Participant: &x.people[i]})
}
