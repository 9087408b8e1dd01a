// Package wav reads and writes WAVE files (RIFF) as float32 PCM, full scale ±1.
//
// Every header is checked here before any library sees it: chunk sizes against
// the size of the file, the length of the format chunk, rate, channels and
// sample width. go-audio/wav then decodes linear PCM behind a header of our own
// making, and encodes everything that is written. A-law, mu-law and float
// samples, which it would misread, are decoded here.
//
// Files cut short, and those written to a pipe whose header never learnt its
// length, give what they hold; [Info.Truncated] and [Reader.Warning] say when
// something is missing.
//
// Specifications: Microsoft RIFF/WAVE (1991), WAVEFORMATEXTENSIBLE (2001),
// ITU-T G.711.
package wav
