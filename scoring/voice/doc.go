// Package voice turns the functionals of a customer's speech into evidence of
// stress: a logistic on 16 telephone-safe functionals, each measured against
// the caller's own baseline.
//
// The baseline is μ = (n·μ_obs + k·μ_pop)/(n + k) with k = 2 utterances of about
// 2.5 s, so that a caller who is angry from the first second is not taken for
// their own normal; μ_pop comes from the nearer of two clusters of median F0. It
// is collected over the first 10 to 20 s of speech and follows slowly after
// that, and only while the evidence speaks against stress (iterative feature
// normalisation, Busso et al. 2011).
//
// A CUSUM over the log-likelihood ratio (Page 1954; drift .5, threshold 3)
// finds when stress began.
package voice
