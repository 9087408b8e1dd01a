package voice

import (
	"time"

	"github.com/attune-cx/attune"
)

// The change detector's numbers, in log-likelihood ratio per utterance of 2.5 s.
const (
	cusumDrift     = .5
	cusumThreshold = 3.0
	rearm          = 20.0 // seconds of speech without stress before another onset
)

// CUSUM finds the begin of stress in a sequence of log-likelihood ratios. The
// zero value is armed.
type CUSUM struct {
	Sum   float64
	began time.Duration // where the sum last left 0
	quiet float64       // seconds of speech to go before it is armed
}

// Add takes the ratio of seconds of speech heard in span. It returns where
// stress began, once, when the sum passes the threshold.
func (c *CUSUM) Add(llr, seconds float64, span attune.Span) (attune.Span, bool) {
	if c.quiet > 0 {
		if llr < 0 {
			c.quiet -= seconds
		}
		return attune.Span{}, false
	}
	before := c.Sum
	c.Sum = max(0, c.Sum+(llr-cusumDrift)*seconds/utterance)
	if before == 0 && c.Sum > 0 {
		c.began = max(span.Begin, span.End-time.Duration(seconds*float64(time.Second)))
	}
	if c.Sum <= cusumThreshold {
		return attune.Span{}, false
	}
	c.Sum, c.quiet = 0, rearm
	return attune.Span{Begin: c.began, End: span.End}, true
}
