package g711

import "github.com/attune-cx/attune/audio"

// Law is one of the two companding laws.
type Law uint8

// The laws of ITU-T G.711.
const (
	MuLaw Law = iota // PCMU, North America and Japan
	ALaw             // PCMA, elsewhere
)

// String is the law's RTP encoding name: "PCMU" or "PCMA".
func (l Law) String() string {
	if l == ALaw {
		return "PCMA"
	}
	return "PCMU"
}

// Codec holds one law's decode table. It is immutable after [New], so any
// number of legs and goroutines may share one.
type Codec struct {
	law    Law
	linear [256]float32
}

// New makes the 256-entry table of a law. A process needs one of each.
func New(law Law) *Codec {
	c := &Codec{law: law}
	for code := range c.linear {
		c.linear[code] = float32(law.Linear(byte(code))) / 32768
	}
	return c
}

// Law is the law that the codec was made for.
func (c *Codec) Law() Law { return c.law }

// Decode appends one sample per byte of src to dst and returns it; it allocates
// only if dst is too small. Every byte is a valid code.
func (c *Codec) Decode(dst []float32, src []byte) []float32 {
	for _, code := range src {
		dst = append(dst, c.linear[code])
	}
	return dst
}

// Encode appends one code per sample of src to dst and returns it. Samples
// beyond ±1 are clipped; NaN is coded as silence.
func (c *Codec) Encode(dst []byte, src []float32) []byte {
	for _, x := range src {
		dst = append(dst, c.law.Code(audio.Linear16(x)))
	}
	return dst
}
