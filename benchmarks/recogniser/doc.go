// Package recogniserbench asks what a recogniser's mistakes cost the scores:
// labelled texts are spoken by flite over a telephone line, heard by the server
// of examples/recogniser through internal/recogniser, and the words that it
// heard are scored beside the true ones.
package recogniserbench
