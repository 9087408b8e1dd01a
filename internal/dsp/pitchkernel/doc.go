// Package pitchkernel holds the lane kernels of the F0 tracker: filters, a
// half-band decimator, the normalised cross-correlation around a centre, and the
// candidates of period and Viterbi search on it.
//
// Data lies as float32 [row][lane]: element i of every row belongs to the same
// leg. Each lane's result depends on that lane alone and is summed in one fixed
// order, so it is the same bit for bit whatever the other lanes hold and however
// many there are. A slice too short for its rows panics, as an index does.
//
// Inactive lanes: kernels compute every lane; [Keep] puts back the state of lanes
// that took no part.
package pitchkernel
