// Package empathy credits those who serve for how they answer a customer's
// distress, opportunity by opportunity, from words and actions alone.
//
// An opportunity is a moment that calls for empathy: a stress onset, distress
// in the customer's words, a complaint or a loss. It is answered in the turns
// that begin within 10 s, at most two of them and 20 s of speech (in chat: the
// next two messages); what was done about it counts for 60 s. An answer has
// three parts, each 0..1:
//
//	AE affective   shares or acknowledges the feeling (EPITOME emotional reaction)
//	CE cognitive   shows understanding: paraphrase, interpretation, exploration
//	AC action      commits, owns or resolves
//	E  = (.30·AE + .35·CE)·(.5 + .5·AC) + .35·AC
//
// so words without action earn at most half of theirs. An opportunity is missed
// only where final words cover at least 80 % of the speech of the one who
// answered; otherwise what happened is unknown, and null.
//
// The score of a call is the empirical-Bayes mean over its opportunities, with
// three pseudo-opportunities at the site's mean; a call without any has none.
// Agents, experts and bots are measured by the same rule.
package empathy
