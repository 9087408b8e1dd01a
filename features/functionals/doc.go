// Package functionals folds rows of prosody into the 88 functionals of eGeMAPS
// v02 (Eyben et al. 2016) over a sliding span or a whole file.
//
// A [Window] holds a bounded span of hops: the two contours whose order matters
// (pitch and loudness) row by row, everything else as sums over chunks of a fifth
// of a second. Nothing is allocated after [NewWindow]. Null values are left out;
// a functional that nothing is left for is Null.
package functionals
