package text

// mix joins the two models: per head a weighted sum of their log-odds and an offset, fitted on development
// splits; for stress one such line for each length of text, since short texts say less.
type mix struct {
	heads      []float32 // [heads][linear, network, offset]
	stressBins []int     // longest text, in words, of each length bin but the last
	stress     []float32 // [bins][linear, network, offset]
}

func newMix(t *tensors) (m *mix, err error) {
	m = &mix{}
	if m.heads, err = t.floats("heads", numHeads, 3); err != nil {
		return nil, err
	}
	if m.stressBins, err = t.ints("stress.bins", 2); err != nil {
		return nil, err
	}
	m.stress, err = t.floats("stress", len(m.stressBins)+1, 3)
	return m, err
}

// logits replaces the linear model's log-odds in s by those of both.
func (m *mix) logits(s *Scratch) {
	for h := range s.logit {
		line := m.heads[3*h:][:3]
		if h == headStress {
			line = m.stress[3*m.lengthBin(len(s.words)):][:3]
		}
		s.logit[h] = float64(line[0])*s.logit[h] + float64(line[1])*float64(s.net[h]) + float64(line[2])
	}
}

func (m *mix) lengthBin(words int) int {
	for i, longest := range m.stressBins {
		if words <= longest {
			return i
		}
	}
	return len(m.stressBins)
}
