// Package features holds what is measured of sound and words, and the words of
// that measurement: a [Hop] is one row of one leg's prosody.
//
// Its folders measure: prosody (samples to hops, in lanes of 16 legs),
// functionals (hops to statistics over a span), dynamics (who speaks when) and
// lexical (text to what it says about the speaker).
package features
