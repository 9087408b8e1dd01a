package audio

import "time"

// Step is the length of a [Block].
const Step = 10 * time.Millisecond

// Block is one step of one leg's mono PCM.
// Samples is borrowed: it is valid until the next call on what produced it.
type Block struct {
	At      time.Duration // media time of the first sample since the leg's first packet; jumps over silence not sent
	Arrival time.Duration // monotonic arrival of the newest packet that the block depends on
	Rate    int           // samples per second: 8000 or 16000
	Lost    int           // how many of Samples were lost on the way (they hold zeros)
	Samples []float32     // Rate/100 of them, full scale ±1
}
