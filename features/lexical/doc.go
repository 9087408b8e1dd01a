// Package lexical reads a message or an utterance: sentiment, stress, emotions,
// parts of empathy, acts, markers and personal data, each with its place in the text.
package lexical
