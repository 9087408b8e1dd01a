package textbench

import (
	"math/rand/v2"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/attune-cx/attune/models/text"
	"github.com/attune-cx/attune/scoring/fusion"
)

// Figure is one line of the table.
type Figure struct {
	Key   string   `json:"key"`
	Title string   `json:"title"`
	Reach string   `json:"reach,omitempty"` // what the project set out to reach
	Got   Interval `json:"got"`
}

// Bench measures one model on the sets under Root.
type Bench struct {
	Root      string
	Model     *text.Model
	Resamples int // of the bootstrap, 0 = 300

	figures []Figure
	err     error
}

// Run measures everything. The error is the first set that could not be read.
func (b *Bench) Run() ([]Figure, error) {
	if b.Resamples == 0 {
		b.Resamples = 300
	}
	b.goEmotions("original", "goemotions_28", "GoEmotions macro-F1, 28 labels", "0.50", func(o *text.Outputs) []float32 { return o.Emotions[:] })
	b.goEmotions("ekman", "goemotions_ekman", "GoEmotions macro-F1, Ekman", "0.645", func(o *text.Outputs) []float32 { return o.Ekman[:] })
	b.dreaddit()
	b.sad()
	b.epitome()
	b.vader()
	b.satisfaction()
	return b.figures, b.err
}

func (b *Bench) read(rows []Row, err error) []Row {
	if b.err == nil {
		b.err = err
	}
	return rows
}

func (b *Bench) add(key, title, reach string, groups []string, measure func(rows []int) float64) {
	if b.err == nil && len(groups) > 0 {
		b.figures = append(b.figures, Figure{key, title, reach, Bootstrap(groups, b.Resamples, measure)})
	}
}

// infer reads all texts.
func (b *Bench) infer(rows []Row) []text.Outputs {
	out, s := make([]text.Outputs, len(rows)), b.Model.NewScratch()
	for i := range rows {
		b.Model.Infer(rows[i].Text, &out[i], s)
	}
	return out
}

// score takes one number of each output.
func score(out []text.Outputs, of func(*text.Outputs) float32) []float64 {
	x := make([]float64, len(out))
	for i := range out {
		x[i] = float64(of(&out[i]))
	}
	return x
}

func labels(rows []Row, name string) []float64 {
	y := make([]float64, len(rows))
	for i := range rows {
		y[i] = rows[i].Label[name]
	}
	return y
}

func groupsOf(rows []Row) []string {
	g := make([]string, len(rows))
	for i := range rows {
		g[i] = rows[i].Group
	}
	return g
}

func stress(o *text.Outputs) float32 { return o.Stress }

func (b *Bench) goEmotions(grouping, key, title, reach string, of func(*text.Outputs) []float32) {
	dev, test := b.read(GoEmotions(b.Root, grouping, "dev")), b.read(GoEmotions(b.Root, grouping, "test"))
	devOut, testOut := b.infer(dev), b.infer(test)
	var zero text.Outputs
	n := len(of(&zero))
	cuts, y, p := make([]float64, n), make([][]float64, n), make([][]float64, n)
	ece := 0.0
	for l := range n {
		label, one := strconv.Itoa(l), func(o *text.Outputs) float32 { return of(o)[l] }
		cuts[l] = Threshold(labels(dev, label), score(devOut, one))
		y[l], p[l] = labels(test, label), score(testOut, one)
		ece += ECE(y[l], p[l]) / float64(n)
	}
	b.add(key, title, reach, groupsOf(test), func(rows []int) float64 {
		sum := 0.0
		for l := range n {
			sum += F1(y[l], p[l], cuts[l], rows)
		}
		return sum / float64(n)
	})
	b.add(key+"_ece", title[:len("GoEmotions ")]+"ECE, mean of labels, "+grouping, "0.05", groupsOf(test), func(rows []int) float64 {
		sum := 0.0
		for l := range n {
			sum += ECE(pick(y[l], rows), pick(p[l], rows)) / float64(n)
		}
		return sum
	})
}

func (b *Bench) auc(key, title, reach string, rows []Row, label string, x []float64) {
	y := labels(rows, label)
	b.add(key, title, reach, groupsOf(rows), func(r []int) float64 { return AUC(pick(y, r), pick(x, r)) })
}

func (b *Bench) ece(key, title, reach string, rows []Row, label string, p []float64) {
	y := labels(rows, label)
	b.add(key, title, reach, groupsOf(rows), func(r []int) float64 { return ECE(pick(y, r), pick(p, r)) })
}

func (b *Bench) correlation(key, title, reach string, rows []Row, label string, x []float64) {
	y := labels(rows, label)
	b.add(key, title, reach, groupsOf(rows), func(r []int) float64 { return Pearson(pick(y, r), pick(x, r)) })
}

func (b *Bench) dreaddit() {
	test := b.read(Dreaddit(b.Root, "test"))
	all := append(append([]Row{}, b.read(Dreaddit(b.Root, "train"))...), test...)
	b.auc("dreaddit_test", "Dreaddit AUC, zero-shot, official test", "0.83", test, "stress", score(b.infer(test), stress))
	whole := score(b.infer(all), stress)
	b.auc("dreaddit_all", "Dreaddit AUC, zero-shot, all posts", "", all, "stress", whole)
	b.ece("dreaddit_ece", "Dreaddit ECE, whole posts", "0.10", all, "stress", whole)
	short := changed(all, func(w []string) []string { return w[:min(8, len(w))] })
	first := score(b.infer(short), stress)
	b.auc("dreaddit_8words", "Dreaddit AUC, first 8 words", "", all, "stress", first)
	b.ece("dreaddit_8words_ece", "Dreaddit ECE, first 8 words", "0.10", all, "stress", first)
	y := labels(all, "stress")
	for _, n := range []struct {
		rate       float64
		key, reach string
	}{{0, "dreaddit_wer0", ""}, {.1, "dreaddit_wer10", "0.02"}, {.2, "dreaddit_wer20", "0.04"}} {
		x := score(b.infer(heard(all, n.rate)), stress)
		b.add(n.key, "Dreaddit loss of AUC, no case or marks, WER "+strconv.FormatFloat(n.rate, 'g', 2, 64), n.reach, groupsOf(all),
			func(r []int) float64 { return AUC(pick(y, r), pick(whole, r)) - AUC(pick(y, r), pick(x, r)) })
	}
}

func changed(rows []Row, change func([]string) []string) []Row {
	out := append([]Row{}, rows...)
	for i := range out {
		out[i].Text = strings.Join(change(strings.Fields(out[i].Text)), " ")
	}
	return out
}

// heard makes texts look like a recogniser's: lower case, no marks, and each word wrong with the given
// rate (lost, taken for another of the set, or followed by one, a third each).
func heard(rows []Row, rate float64) []Row {
	clean := changed(rows, func(w []string) []string {
		return strings.Fields(strings.Map(func(r rune) rune {
			if unicode.IsPunct(r) || unicode.IsSymbol(r) {
				return -1
			}
			return unicode.ToLower(r)
		}, strings.Join(w, " ")))
	})
	rng := rand.New(rand.NewPCG(3, 4))
	var pool []string
	for _, r := range clean {
		pool = append(pool, strings.Fields(r.Text)...)
	}
	other := func() string { return pool[rng.IntN(len(pool))] }
	return changed(clean, func(w []string) []string {
		out := make([]string, 0, len(w)+8)
		for _, x := range w {
			if rng.Float64() >= rate {
				out = append(out, x)
				continue
			}
			switch rng.IntN(3) {
			case 0:
			case 1:
				out = append(out, other())
			case 2:
				out = append(out, x, other())
			}
		}
		return out
	})
}

func (b *Bench) sad() {
	rows := b.read(SAD(b.Root))
	out := b.infer(rows)
	b.auc("sad_stressor", "SAD stressor AUC, held-out 12 %", "0.85", rows, "stressor", score(out, func(o *text.Outputs) float32 { return o.Stressor }))
	b.correlation("sad_severity", "SAD severity r, held-out 12 %", "0.52", rows, "severity", score(out, func(o *text.Outputs) float32 { return o.Severity }))
}

func (b *Bench) epitome() {
	for _, m := range []struct {
		key, file, title, reach string
		of                      func(*text.Outputs) float32
	}{
		{"epitome_er", "emotional-reactions", "EPITOME emotional reaction", "0.78", func(o *text.Outputs) float32 { return o.EmotionalReaction }},
		{"epitome_ip", "interpretations", "EPITOME interpretation", "0.80", func(o *text.Outputs) float32 { return o.Interpretation }},
		{"epitome_ex", "explorations", "EPITOME exploration", "0.97", func(o *text.Outputs) float32 { return o.Exploration }},
	} {
		rows := b.read(EPITOME(b.Root, m.file))
		p := score(b.infer(rows), m.of)
		b.auc(m.key, m.title+" AUC, zero-shot", m.reach, rows, "any", p)
		b.ece(m.key+"_ece", m.title+" ECE, zero-shot", "0.10", rows, "any", p)
	}
}

func (b *Bench) vader() {
	for _, name := range []string{"tweets", "amazonReviewSnippets", "movieReviewSnippets", "nytEditorialSnippets"} {
		rows := b.read(VADER(b.Root, name))
		b.correlation("vader_"+name, "valence r, VADER "+name+", held-out tenth", "VADER", rows, "valence",
			score(b.infer(rows), func(o *text.Outputs) float32 { return o.Valence }))
	}
}

// Dissatisfied is the score of a turn: the mean of four signs of trouble, put down before any of it was measured.
func Dissatisfied(o *text.Outputs) float32 {
	return (o.Stress + o.Ekman[0] + o.Ekman[5] + (1-o.Valence)/2) / 4
}

// satisfaction measures dissatisfaction, a mean rating of 2.5 or less of 5: turn by turn, and of whole
// dialogues as the scoring engine gathers words, and by the plain mean of their turns.
func (b *Bench) satisfaction() {
	var turns, wholes []Row
	var perTurn, perMean, gathered []float64
	for _, source := range []string{"MWOZ", "SGD", "ReDial", "CCPE"} {
		dialogues, overall, err := Satisfaction(b.Root, source)
		b.read(nil, err)
		for d, dialogue := range dialogues {
			rows, group := make([]Row, len(dialogue)), source+"/"+strconv.Itoa(d)
			for i, t := range dialogue {
				rows[i] = Row{Text: t.Text, Group: group, Label: map[string]float64{"bad": bad(t.Satisfaction)}}
			}
			x := score(b.infer(rows), Dissatisfied)
			turns, perTurn = append(turns, rows...), append(perTurn, x...)
			wholes = append(wholes, Row{Group: group, Label: map[string]float64{"bad": bad(overall[d])}})
			perMean, gathered = append(perMean, mean(x)), append(gathered, gather(rows, x))
		}
	}
	b.auc("satisfaction_turn", "dissatisfaction AUC by turn, zero-shot", "0.70", turns, "bad", perTurn)
	b.auc("satisfaction_dialogue", "dissatisfaction AUC by dialogue, zero-shot", "0.70", wholes, "bad", gathered)
	b.auc("satisfaction_mean", "dissatisfaction AUC by dialogue, mean of turns", "", wholes, "bad", perMean)
}

func mean(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}

// gather is the evidence of a dialogue's turns at its end, by the rule and the numbers of live scores: log-odds
// with a half-life of 40 words, a turn of less than eight words counting less.
func gather(turns []Row, dissatisfied []float64) float64 {
	s := fusion.State{Config: fusion.NewConfig(1, 1.2, .5, 1, 0)}
	for i, t := range turns {
		n := float64(len(strings.Fields(t.Text)))
		s.Observe(fusion.Observation{Modality: fusion.Words, Units: n, Quality: min(1, n/8),
			Parts: []fusion.Part{{Kind: "words:model", LLR: fusion.Logit(min(max(dissatisfied[i], .02), .98))}}})
	}
	return s.LogOdds(fusion.Words)
}

func bad(rating float64) float64 {
	if rating <= 2.5 {
		return 1
	}
	return 0
}

// Pace is the mean time of a message of about 20 words: the sets' own texts of 15 to 25 words.
func (b *Bench) Pace() (perMessage time.Duration, messages int, err error) {
	all, err := GoEmotions(b.Root, "original", "test")
	var texts []string
	for _, r := range all {
		if n := len(strings.Fields(r.Text)); n >= 15 && n <= 25 {
			texts = append(texts, r.Text)
		}
	}
	if len(texts) == 0 {
		return 0, 0, err
	}
	s := b.Model.NewScratch()
	var out text.Outputs
	begin := time.Now()
	for _, t := range texts {
		b.Model.Infer(t, &out, s)
	}
	return time.Since(begin) / time.Duration(len(texts)), len(texts), err
}
