// Package text reads one English message and says, per output, how likely the
// message carries it: 28 emotions, 7 basic emotions, a stressor, stress,
// severity, valence, self-reported empathy and distress, and the three
// mechanisms of empathic answers.
//
// # Use
//
//	m, err := text.Load()        // once; embedded weights, checked against SHA256SUMS
//	s := m.NewScratch()          // one per goroutine
//	var out text.Outputs
//	m.Infer("I have called three times and still no refund!", &out, s)
//
// A [Model] is read-only after [Load] and safe for concurrent use. A [Scratch]
// belongs to one goroutine; after it has grown to the longest message seen,
// Infer allocates nothing. Any input is taken: invalid UTF-8, an empty string
// (every probability is then the prior of the training set), or megabytes, of
// which only the first [MaxTokens] words are read.
//
// # What it is
//
// Two models whose log-odds are summed: logistic regressions on hashed n-grams of
// words and characters (Weinberger et al., Feature Hashing for Large Scale
// Multitask Learning, ICML 2009), and a small convolutional network on word
// pieces, taught by a transformer (Hinton et al., Distilling the Knowledge in a
// Neural Network, 2015). Weights are in int8. CARD.md beside this file says what
// they were trained on, how well they do with intervals, and what they cannot
// see; models/train makes them again.
package text
