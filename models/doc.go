// Package models holds what was trained: a folder per model with its weights, the
// loader that reads them, a card that says what they were trained on and how well
// they do, and a SHA256SUMS that the loader checks. The folder train makes them.
//
// It imports nothing of the engine.
package models
