package lines

import (
	"encoding/json"
	"math"
	"strconv"
	"time"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/features/lexical"
)

// Append appends the JSON object of a reading to dst: keys as documented in
// docs/words.md, always in the same order, numbers to four places, null for what
// could not be measured. The text is repeated only where echo is set.
func Append(dst []byte, m *lexical.Message, r *lexical.Reading, echo bool) []byte {
	w := writer{dst}
	w.raw(`{"id":`).text(m.ID)
	if echo {
		w.raw(`,"text":`).text(m.Text)
	}
	w.raw(`,"language":`).text(r.Language)
	w.scores(r)
	w.labels("emotions", lexical.EmotionNames[:], r.Emotions[:], r.Valence.Null)
	w.labels("ekman", lexical.EkmanNames[:], r.Ekman[:], r.Valence.Null)
	w.empathy(r)
	w.acts(r.Acts)
	w.entities(r.Entities)
	w.markers(r.Markers)
	if r.Truncated {
		w.raw(`,"truncated":true`)
	}
	return append(w.b, '}')
}

func appendError(dst []byte, id string, err error) []byte {
	w := writer{dst}
	w.raw(`{"id":`).text(id).raw(`,"error":`).text(err.Error())
	return append(w.b, '}')
}

// writer appends JSON.
type writer struct{ b []byte }

func (w *writer) raw(s string) *writer { w.b = append(w.b, s...); return w }

func (w *writer) text(s string) *writer {
	b, err := json.Marshal(s)
	if err != nil {
		b = []byte(`""`)
	}
	w.b = append(w.b, b...)
	return w
}

// number writes v to four places; null where it is not a number.
func (w *writer) number(v float64) *writer {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return w.raw("null")
	}
	w.b = strconv.AppendFloat(w.b, math.Round(v*1e4)/1e4, 'f', -1, 64)
	return w
}

func (w *writer) int(v int) *writer { w.b = strconv.AppendInt(w.b, int64(v), 10); return w }

func (w *writer) place(begin, end int) *writer {
	return w.raw(`,"begin":`).int(begin).raw(`,"end":`).int(end)
}

func (w *writer) scores(r *lexical.Reading) {
	w.raw(`,"scores":{"sentiment":`)
	w.score(r.Sentiment, r.SentimentEvidence)
	w.raw(`,"valence":`)
	w.score(r.Valence, r.ValenceEvidence)
	w.raw(`,"stress":`)
	w.score(r.Stress, r.StressEvidence)
	w.raw(`,"severity":`)
	w.score(r.Severity, r.SeverityEvidence)
	w.raw(`}`)
}

func (w *writer) score(e lexical.Estimate, evidence []lexical.Evidence) {
	if e.Null {
		state := "no_data"
		if e.Reason == attune.ReasonPolicy {
			state = "not_applicable"
		}
		w.raw(`{"value":null,"confidence":0,"kind":"index","state":`).text(state).raw(`,"reason":`).text(string(e.Reason)).raw(`,"basis":[],"evidence":[]}`)
		return
	}
	w.raw(`{"value":`).number(e.Value).raw(`,"confidence":`).number(e.Confidence)
	w.raw(`,"kind":"index","state":"ok","reason":null,"basis":["words"],"evidence":[`)
	for k, ev := range evidence {
		w.comma(k).raw(`{"kind":`).text(ev.Kind).place(ev.Begin, ev.End).raw(`,"weight":`).number(ev.Weight).raw(`}`)
	}
	w.raw(`]}`)
}

func (w *writer) comma(k int) *writer {
	if k > 0 {
		w.raw(`,`)
	}
	return w
}

func (w *writer) labels(key string, names []string, values []float32, null bool) {
	w.raw(`,"` + key + `":`)
	if null {
		w.raw(`null`)
		return
	}
	w.raw(`{`)
	for k, name := range names {
		w.comma(k).raw(`"` + name + `":`).number(float64(values[k]))
	}
	w.raw(`}`)
}

func (w *writer) empathy(r *lexical.Reading) {
	w.raw(`,"empathy":`)
	if r.Valence.Null {
		w.raw(`null`)
		return
	}
	w.raw(`{"emotional_reaction":`).number(r.Empathy.EmotionalReaction)
	w.raw(`,"interpretation":`).number(r.Empathy.Interpretation)
	w.raw(`,"exploration":`).number(r.Empathy.Exploration).raw(`}`)
}

func (w *writer) acts(acts []lexical.Act) {
	w.raw(`,"acts":[`)
	for k := range acts {
		a := &acts[k]
		w.comma(k).raw(`{"act":`).text(string(a.Kind)).raw(`,"confidence":`).number(a.Confidence).place(a.Begin, a.End)
		if !a.Due.IsZero() {
			w.raw(`,"due":`).text(a.Due.Format(time.RFC3339))
		}
		if a.By != "" {
			w.raw(`,"by":`).text(a.By)
		}
		if a.What != "" {
			w.raw(`,"what":`).text(a.What)
		}
		w.raw(`}`)
	}
	w.raw(`]`)
}

func (w *writer) entities(entities []lexical.Entity) {
	w.raw(`,"entities":[`)
	for k, e := range entities {
		w.comma(k).raw(`{"type":`).text(e.Type).place(e.Begin, e.End).raw(`,"score":`).number(e.Score).raw(`}`)
	}
	w.raw(`]`)
}

func (w *writer) markers(ms []lexical.Marker) {
	w.raw(`,"markers":[`)
	for k, m := range ms {
		w.comma(k).raw(`{"kind":`).text(m.Kind).place(m.Begin, m.End).raw(`,"weight":`).number(m.Weight).raw(`}`)
	}
	w.raw(`]`)
}
