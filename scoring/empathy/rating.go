package empathy

// Rating is the empathy of one participant over the call.
type Rating struct {
	N           int     // opportunities that were measured
	Value       float64 // empirical-Bayes mean, 0..1
	Parts       Parts   // likewise
	Backed      int     // answers in words that action followed
	Worded      int     // answers in words
	Confidence  float64 // N/(N + prior)
	Prior, Mean float64 // pseudo-opportunities and their value
	Events      []*Opportunity
}

// Rate returns the rating of a participant; N is 0 where nothing was measured.
func (t *Tracker) Rate(participantID string) Rating {
	r := Rating{Prior: t.cfg.Prior, Mean: t.cfg.SiteMean}
	sum, parts := 0.0, Parts{}
	for _, o := range t.opportunities {
		if o.ParticipantID != participantID || !o.Measured {
			continue
		}
		r.N++
		r.Events = append(r.Events, o)
		sum += o.Value
		parts.Affective += o.Parts.Affective
		parts.Cognitive += o.Parts.Cognitive
		parts.Action += o.Parts.Action
		if o.Acknowledged {
			r.Worded++
			if o.Acted {
				r.Backed++
			}
		}
	}
	n := float64(r.N) + r.Prior
	r.Value = (sum + r.Prior*r.Mean) / n
	r.Parts = Parts{
		(parts.Affective + r.Prior*r.Mean) / n,
		(parts.Cognitive + r.Prior*r.Mean) / n,
		(parts.Action + r.Prior*r.Mean) / n,
	}
	r.Confidence = float64(r.N) / n
	return r
}
