package pitch

const (
	maxViterbiLag = 8
	maxBridge     = 4 // hops of lost sound that are bridged: 40 ms
)

// leg is what the tracker keeps of one lane beside its place in the slabs. It
// holds no pointers.
type leg struct {
	blocks  int64  // heard since the reset
	rows    int64  // searched since the reset
	lost    uint32 // bit i: the block i before the newest was lost
	jumped  uint32 // bit i: time jumped before the block i before the newest
	missing uint32 // bit i: part of the 20 ms of the row i before the newest did not arrive

	energies    [lookAhead + 1]float32 // mean square of the speech band, newest first
	peak, floor float32                // dB, followed through the rows
	usual       usual

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
	if (g.lost|g.jumped)&allUsable == 0 && g.blocks >= historyHops {
		return allUsable
	}
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

// Bits of usable for the two blocks of the row's 20 ms.
const own = 1<<(historyHops-1-ageBefore) | 1<<(historyHops-1-ageAfter)

// meanSquare is that of the speech band over the row's 20 ms.
func (g *leg) meanSquare() float32 { return (g.energies[ageBefore] + g.energies[ageAfter]) / 2 }

// silence follows the peak and the floor of the level e in dB, of the speech band
// over the row's 20 ms, and says what silence gains in the row.
func (g *leg) silence(e float32) float32 {
	g.peak = max(g.peak-peakFall, e)
	if e < g.floor {
		g.floor += floorFall * (e - g.floor)
	} else {
		g.floor += min(floorRise, e-g.floor)
	}
	return voicedAt +
		weakCost*clamp((g.peak-weakAt-e)/20, weakBonus, 2) +
		noisyCost*clamp((noisyAt-(e-g.floor))/10, 0, 2)
}

// lostTooLong tells whether the row lag rows back lies in lost sound that goes on
// for more than maxBridge hops.
func (g *leg) lostTooLong(lag int) bool {
	before, after := lag+ageBefore, lag+ageAfter
	if g.lost>>before&1 == 0 || g.lost>>after&1 == 0 {
		return false
	}
	run := 0
	for a := before; a < 32 && g.lost>>a&1 == 1; a++ {
		run++
	}
	for a := after; a >= 0 && g.lost>>a&1 == 1; a-- {
		run++
	}
	return run > maxBridge
}
