// Package language tells in what language a text is written, or that this cannot
// be told: by its script, then by function words, letters and endings that few
// languages share.
//
// It is made for short messages. It answers only when what speaks for one
// language outweighs every other; a caller then falls back to what it knows of
// the interaction.
package language
