// Package fusion is the one rule by which evidence becomes a score.
//
// Each modality m (voice, words, interaction) brings log-likelihood ratios l_m,
// clipped to ±3, with a quality q_m in 0..1 and an amount in its own units:
// seconds of that party's speech, or words. They are folded by
//
//	z  = λ(Δ)·z + (1 − λ(Δ))·w_m·q_m·l_m      λ(Δ) = 2^(−Δ/half-life)
//	value = σ(a·z + b)
//
// where z is the sum over modalities, so that each second or word counts once,
// whatever the tick, and its weight halves every 20 s of speech or 40 words. An
// utterance that is told again, as an interim transcript is, replaces what it
// said before.
//
// Because the rule is linear in z, every item of evidence has an exact signed
// share of a·z + b: [State.Items] lists them with the prior b, and they sum to
// the log-odds of the value.
//
//	confidence = (1 − e^(−V/8 s) or e^(−words/20)) · max q · (1 − ½·disagreement·min(|l_A|, |l_T|)/3)
//
// capped at .5 while an expected modality is absent. The weights, half-lives, a
// and b are written starting points, not fitted: a value is an index.
package fusion
