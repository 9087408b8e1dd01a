package load

import (
	"math/rand/v2"
	"time"
)

// Impairment is what the network does to one leg, the same for the same seed.
// The zero value harms nothing.
type Impairment struct {
	Loss      float64       // share of packets lost, 0..1
	Burst     float64       // mean length of a loss in packets (Gilbert-Elliott); below 1 = 1, no bursts
	Jitter    time.Duration // largest delay beyond the least, uniform
	Reorder   float64       // share of packets sent 1 to 3 packets late
	Duplicate float64       // share of packets sent twice
	Seed      uint64
}

// fate is what becomes of one packet.
type fate struct {
	lost  bool
	delay time.Duration
	twice bool
}

// network draws the fates of one leg's packets.
type network struct {
	Impairment
	rng *rand.Rand
	bad bool // in the lossy state
}

func newNetwork(i Impairment, leg int) *network {
	i.Burst = max(1, i.Burst)
	return &network{Impairment: i, rng: rand.New(rand.NewPCG(i.Seed, uint64(leg)))}
}

// next draws the fate of one packet of the given length.
func (n *network) next(ptime time.Duration) fate {
	// Gilbert's two states: leaving the bad one with 1/Burst makes losses Burst
	// long on average; entering it so often makes Loss of all packets lost.
	if n.bad {
		n.bad = n.rng.Float64() >= 1/n.Burst
	} else if n.Loss > 0 {
		n.bad = n.rng.Float64() < n.Loss/(n.Burst*max(1e-9, 1-n.Loss))
	}
	f := fate{lost: n.bad}
	if n.Jitter > 0 {
		f.delay = time.Duration(n.rng.Int64N(int64(n.Jitter)))
	}
	if n.Reorder > 0 && n.rng.Float64() < n.Reorder {
		f.delay += ptime * time.Duration(1+n.rng.IntN(3))
	}
	f.twice = n.Duplicate > 0 && n.rng.Float64() < n.Duplicate
	return f
}
