package pitch

const (
	maxViterbiLag = 8
	maxCandidates = 8
	numStates     = maxCandidates + 1 // state 0 is unvoiced
	maxBridge     = 4                 // hops of lost sound that are bridged: 40 ms
)

// leg is what the tracker keeps of one lane. It holds no pointers.
type leg struct {
	blocks int64  // heard since the reset
	lost   uint32 // bit i: the block i before the newest was lost
	jumped uint32 // bit i: time jumped before the block i before the newest

	energies    [lookAhead + 1]float32 // mean square of the speech band, newest first
	level       float32                // dB, of the row last measured
	peak, floor float32                // dB, followed through the rows

	rows [maxViterbiLag + 1]column // ring of rows, rows[at] the newest
	at   int
	seen int     // rows searched since the reset
	last float32 // the F0 last decided, for bridging
	out  result
}

// arrive notes one block.
func (g *leg) arrive(lost, jumped bool, energy float32) {
	g.blocks++
	g.lost, g.jumped = g.lost<<1, g.jumped<<1
	if lost {
		g.lost |= 1
	}
	if jumped {
		g.jumped |= 1
	}
	copy(g.energies[1:], g.energies[:lookAhead])
	g.energies[0] = energy
}

// The row measured when block j arrives is j-lookAhead; its centre is the end of
// that block. Ages in blocks, seen from the newest:
const (
	ageBefore = lookAhead     // the block that ends at the row's centre
	ageAfter  = lookAhead - 1 // the block that begins there
)

// usable has a bit for each hop of history, bit 0 the oldest, that arrived and
// lies on the row's side of any jump in time.
func (g *leg) usable() uint8 {
	var bits uint8
	for age := range historyHops {
		if g.reaches(age) {
			bits |= 1 << (historyHops - 1 - age)
		}
	}
	return bits
}

func (g *leg) reaches(age int) bool {
	if g.lost>>age&1 == 1 || int64(age) >= g.blocks {
		return false
	}
	for a := age; a < ageBefore; a++ { // blocks after the row's own
		if g.jumped>>a&1 == 1 {
			return false
		}
	}
	for a := age - 1; a >= ageBefore; a-- { // blocks before it
		if g.jumped>>a&1 == 1 {
			return false
		}
	}
	return true
}

// measureLevel follows the level of the speech band over the row's 20 ms, its peak
// and its floor.
func (g *leg) measureLevel() {
	mean := (g.energies[ageBefore] + g.energies[ageAfter]) / 2
	e := 10 * log10(mean+1e-10)
	g.level = e
	g.peak = max(g.peak-peakFall, e)
	if e < g.floor {
		g.floor += floorFall * (e - g.floor)
	} else {
		g.floor += min(floorRise, e-g.floor)
	}
}
