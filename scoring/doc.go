// Package scoring folds features into scores over a span: stress, sentiment and
// arousal of the customer, empathy of those who serve, expectations, promises,
// cues for the agent and hints for a routing engine.
//
// Every score is a value with its confidence, state, basis and evidence; what
// cannot be measured is null with a reason, never 0.
package scoring
