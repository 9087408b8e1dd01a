package main

import (
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

func track() {
	crossCorrelate4()
	columns()
	propose()
	judge()
	follow()
}

// candidates is how many periods the F0 tracker follows in each lane; its states
// are those and silence, the first.
const candidates = 8

// crossCorrelate4 measures four lags side by side: a sum waits for each of its
// steps, and four waits overlap.
func crossCorrelate4() {
	const doc = "\tdst[k][l] = sum over t of w[t] * x[begin+t][l] * x[begin+t-lag-k][l]    -3 <= t < width+3, k < 4\n\n" +
		"with begin and width windows[k], where w rises from 1/3 over 2/3 to 1 and falls again in steps of 3 rows; width is at least 6."
	kernel("crossCorrelate4", "func(dst, x *float32, lag int, windows *[4][2]int)", doc, func(v vector) {
		const lags = 4
		dst, windows := param("dst"), param("windows")
		var later, earlier [lags]GPVirtual // the rows of full weight and those a lag before
		var sums [lags]VecVirtual
		from, lag := param("x"), bytes(param("lag"))
		for k := range lags {
			later[k], earlier[k], sums[k] = GP64(), GP64(), v.zero()
			MOVQ(window(windows, k, 0), later[k])
			SHLQ(Imm(6), later[k])
			LEAQ(Mem{Base: from, Index: later[k], Scale: 1, Disp: taper * rowBytes}, later[k])
			MOVQ(later[k], earlier[k])
			SUBQ(lag, earlier[k])
			ADDQ(Imm(rowBytes), lag)
		}
		at, end := GP64(), GP64()
		product := func(k int) VecVirtual { return v.mul(v.load(v.by(later[k], at)), v.by(earlier[k], at)) }

		// as far as the shortest goes, all of them
		MOVQ(window(windows, 0, 1), end)
		for k := 1; k < lags; k++ {
			m := window(windows, k, 1)
			CMPQ(end, m)
			CMOVQGT(m, end)
		}
		SUBQ(Imm(2*taper), end)
		bytes(end)
		XORQ(at, at)
		until(at, end, func() {
			for k := range lags {
				v.accumulate(sums[k], product(k))
			}
		})
		// then each to its end, and its edges
		shortest := copyOf(at)
		for k := range lags {
			MOVQ(shortest, at)
			MOVQ(window(windows, k, 1), end)
			SUBQ(Imm(2*taper), end)
			bytes(end)
			until(at, end, func() { v.accumulate(sums[k], product(k)) })
			edge := func(row int, byEnd bool, weight float64) {
				part := v.zero()
				for i := range taper {
					a, b := v.at(later[k], row+i), v.at(earlier[k], row+i)
					if byEnd {
						a, b = v.by(later[k], at).Offset((row+i)*rowBytes), v.by(earlier[k], at).Offset((row+i)*rowBytes)
					}
					v.accumulate(part, v.mul(v.load(a), b))
				}
				v.accumulate(sums[k], v.mul(part, number(weight)))
			}
			edge(-taper, false, 2.0/3)
			edge(0, true, 2.0/3)
			edge(-2*taper, false, 1.0/3)
			edge(taper, true, 1.0/3)
			v.store(sums[k], v.at(dst, k))
		}
	})
}

// window is where a window's begin or width is, in rows.
func window(windows Register, k, which int) Mem { return Mem{Base: windows, Disp: 16*k + 8*which} }

// until runs body for each row, whose place in bytes is at, up to end.
func until(at, end Register, body func()) {
	loop, done := label(), label()
	CMPQ(at, end)
	JGE(LabelRef(done))
	Label(loop)
	body()
	ADDQ(Imm(rowBytes), at)
	CMPQ(at, end)
	JLT(LabelRef(loop))
	Label(done)
}

// columns turns a bit a lane in every word into a bit a word for every lane.
func columns() {
	const doc = "\tbit i%32 of dst[blocks*l+i/32] = bit l of words[i]    i < 32*blocks"
	const signature = "func(dst *uint32, words *uint16, blocks int)"
	for _, v := range []vector{{wide: true}, {}} {
		name := "columnsAVX2"
		if v.wide {
			name = "columnsAVX512"
		}
		TEXT(name, NOSPLIT, signature)
		Pragma("noescape")
		Doc(name+" is, for each of 16 lanes l,", "", doc)
		dst, words, stride := param("dst"), param("words"), param("blocks")
		n, to, word := copyOf(stride), GP64(), GP32()
		SHLQ(Imm(2), stride)
		put := func() {
			MOVL(word, Mem{Base: to})
			ADDQ(stride, to)
		}
		times(n, func() {
			MOVQ(dst, to)
			if v.wide {
				v.columnsOf32(words, word, put)
			} else {
				v.columnsOf16And16(words, word, put)
			}
			ADDQ(Imm(4), dst)
			ADDQ(Imm(64), words)
		})
		VZEROUPPER()
		RET()
	}
}

// columnsOf32 tests bit l of 32 words at once.
func (v vector) columnsOf32(words Register, word GPVirtual, put func()) {
	x, bit := v.load(Mem{Base: words}), v.copy(v.load(words16(1)))
	for range 16 {
		k := K()
		VPTESTMW(bit, x, k)
		KMOVD(k, word)
		put()
		VPSLLW(Imm(1), bit, bit)
	}
}

// columnsOf16And16 takes the topmost bit of 16 words and 16 more, and then the
// next: narrowed to bytes they keep their sign.
func (v vector) columnsOf16And16(words Register, word GPVirtual, put func()) {
	a, b, bytes := v.load(Mem{Base: words}), v.load(Mem{Base: words, Disp: 32}), v.reg()
	for l := range 16 {
		left, right := v.reg(), v.reg()
		VPSLLW(Imm(uint64(15-l)), a, left)
		VPSLLW(Imm(uint64(15-l)), b, right)
		VPACKSSWB(right, left, bytes)
		VPERMQ(Imm(0b11011000), bytes, bytes) // packing goes by 128 bits
		VPMOVMSKB(bytes, word)
		put()
	}
}

// words16 is a row of equal 16-bit words.
func words16(w uint16) Mem { return bits(uint32(w)<<16 | uint32(w)) }

// laneNumbers is the row 0, 1, 2, ...
func laneNumbers() Mem {
	m := GLOBL("lane_numbers", RODATA|NOPTR)
	for i := range rowBytes / 4 {
		DATA(4*i, U32(uint32(i)))
	}
	return m
}

func propose() {
	const doc = "candidates of period. For each of the peaks at the places i = at[s][l], s < slots and s < count[l], of r:\n\n" +
		"\tf0 = k[0] / (i + offset), height     the top of r[i-3..i+3]; see pitchkernel.Propose\n" +
		"\tmerit = min(height, k[3]) + k[4]*log2(f0)\n\n" +
		"and, where k[1] <= f0 <= k[2] and merit is greater than the least of the 8 there are, in the place of the first that has it."
	numbers := laneNumbers()
	kernel("propose", "func(f0, height, octaves, merit, r *float32, at, count *int32, slots int, k *float32)", doc, func(v vector) {
		r, at, slots, k := param("r"), param("at"), param("slots"), param("k")
		slot, count := v.zero(), param("count")
		times(slots, func() {
			place := v.load(v.at(at, 0))
			ADDQ(Imm(rowBytes), at)
			there := v.where32(v.load(v.at(count, 0)), slot)
			near := v.around(r, place, numbers, there)
			offset, top := v.top(near)
			x := v.reg()
			VCVTDQ2PS(place, x)
			hz := v.div(v.spread(Mem{Base: k}), v.add(x, offset))
			top = v.min(top, number(1))
			octave := log2(v, hz)
			rank := v.add(v.min(top, v.spread(Mem{Base: k, Disp: 12})), v.mul(v.spread(Mem{Base: k, Disp: 16}), octave))
			there = v.both(there, v.where(greaterEqual, hz, v.spread(Mem{Base: k, Disp: 4})))
			there = v.both(there, v.where(lessEqual, hz, v.spread(Mem{Base: k, Disp: 8})))
			v.replaceLeast(there, hz, top, octave, rank)
			v.increment(slot)
		})
	})
}

const lessEqual = 0x12

// around gathers r at the seven places around place, 0 outside the mask.
func (v vector) around(r Register, place VecVirtual, numbers Mem, mask Op) (near [7]VecVirtual) {
	index := v.reg()
	VPSLLD(Imm(4), place, index)
	VPADDD(numbers.Offset(v.off), index, index)
	for i := range near {
		near[i] = v.zero()
		m := Mem{Base: r, Index: index, Scale: 4, Disp: (i - 3) * rowBytes}
		if v.wide {
			k := K() // a gather spends its mask
			KMOVW(mask, k)
			VGATHERDPS(m, k, near[i])
		} else {
			spent := v.copy(mask.(VecVirtual))
			VGATHERDPS(spent, m, near[i])
		}
	}
	return near
}

// top is the offset from the middle and the height of the top of a peak; see
// pitchkernel.Propose.
func (v vector) top(r [7]VecVirtual) (offset, height VecVirtual) {
	between := func(i int) VecVirtual { // half way between r[i] and r[i+1]
		s := v.mul(v.add(r[i], r[i+1]), number(0.596167))
		s = v.add(s, v.mul(v.add(r[i-1], r[i+2]), number(-0.114371)))
		return v.add(s, v.mul(v.add(r[i-2], r[i+3]), number(0.018439)))
	}
	left, right := between(2), between(3)
	isLeft := v.both(v.where(greater, left, r[3]), v.where(greaterEqual, left, right))
	isRight := v.where(greater, right, r[3])
	pick := func(inLeft, inRight, inMiddle VecVirtual) VecVirtual {
		return v.either(isLeft, inLeft, v.either(isRight, inRight, inMiddle))
	}
	a, b, d := pick(r[2], r[3], left), pick(left, right, r[3]), pick(r[3], r[4], right)
	curve := v.add(v.sub(a, v.mul(b, number(2))), d)
	tilt := v.sub(a, d)
	zero := v.zero()
	offset = v.either(v.where(greaterEqual, curve, zero), zero, v.div(v.mul(tilt, number(0.5)), curve))
	height = v.sub(b, v.mul(v.mul(tilt, number(0.25)), offset))
	shift := pick(v.load(number(-0.5)), v.load(number(0.5)), zero)
	return v.add(v.mul(offset, number(0.5)), shift), height
}

// replaceLeast puts a candidate, in the lanes of the mask, where the least merit
// is, if its own is greater.
func (v vector) replaceLeast(mask Op, hz, top, octave, rank VecVirtual) {
	merit := param("merit")
	pair := func(i int) VecVirtual { return v.min(v.load(v.at(merit, i)), v.at(merit, i+1)) }
	least := v.min(v.min(pair(0), pair(2)), v.min(pair(4), pair(6)))
	left := v.both(mask, v.where(greater, rank, least)) // lanes whose candidate has no place yet
	rows := []struct {
		p Register
		x VecVirtual
	}{{param("f0"), hz}, {param("height"), top}, {param("octaves"), octave}, {merit, rank}}
	for i := range candidates {
		here := v.both(left, v.where(equal, least, v.at(merit, i)))
		left = v.butNot(left, here)
		for _, row := range rows {
			v.storeInto(here, row.x, v.at(row.p, i))
		}
	}
}

const equal = 0x00

func judge() {
	const doc = "the own cost of 8 candidates, and the greatest gain, at least -1:\n\n" +
		"\tr = min(height[i][l], k[0])\n" +
		"\tgain = r + max(k[1]*log10(k[2] / (1-r+k[3])), 0) + k[4]*(octaves[i][l]-k[5])\n" +
		"\tcost[i][l] = -gain    infinity where merit is -infinity"
	kernel("judge", "func(cost, best, height, octaves, merit, k *float32)", doc, func(v vector) {
		cost, height, octaves, merit, k := param("cost"), param("height"), param("octaves"), param("merit"), param("k")
		weight := func(i int) VecVirtual { return v.spread(Mem{Base: k, Disp: 4 * i}) }
		best := v.copy(v.load(number(-1)))
		n := GP64()
		MOVQ(U32(candidates), n)
		times(n, func() {
			r := v.min(v.load(v.at(height, 0)), weight(0))
			clear := v.div(weight(2), v.add(v.sub(v.load(number(1)), r), weight(3)))
			bonus := v.mul(weight(1), v.mul(log2(v, clear), number(math.Ln2/math.Ln10)))
			gain := v.add(r, v.max(bonus, number(0)))
			gain = v.add(gain, v.mul(weight(4), v.sub(v.load(v.at(octaves, 0)), weight(5))))
			none := v.load(bits(0xff800000)) // -infinity
			gain = v.choose(v.where(greater, v.load(v.at(merit, 0)), none), gain, none)
			v.store(v.xor(gain, bits(1<<31)), v.at(cost, 0))
			VMAXPS(gain, best, best)
			for _, p := range []Register{cost, height, octaves, merit} {
				ADDQ(Imm(rowBytes), p)
			}
		})
		v.store(best, v.at(param("best"), 0))
	})
}

func follow() {
	const doc = "one step of a Viterbi search over 9 states, whose own costs are in cost:\n\n" +
		"\tcost[i][l] += least over j of before[j][l] + way(j, i)\n" +
		"\tpath[i][l] = pathBefore[j][l]<<4 | j, the first j of equals\n\n" +
		"way(0, 0) is 0, to or from state 0 it is k[0], else min(k[1]*|octaves[i][l]-octavesBefore[j][l]|, k[2]); where cut[l] is not 0, " +
		"the way to state 0 is 0 and all others are k[0]. Then the least cost, of state best[l], is taken from all costs but where fresh[l] is not 0."
	kernel("follow", "func(cost, octaves *float32, path, best *int32, before, octavesBefore *float32, pathBefore, cut, fresh *int32, k *float32)", doc, func(v vector) {
		v.toSilence()
		v.toCandidates()
		v.level()
	})
}

// step tries the way from state j, at a cost of t in all.
func (v vector) step(j int, t, cost, path VecVirtual, pathBefore Register) {
	from := v.reg()
	VPSLLD(Imm(4), v.load(v.at(pathBefore, j)), from)
	from = v.or(from, bits(uint32(j)))
	if j == 0 {
		VMOVAPS(t, cost)
		VMOVAPS(from, path)
		return
	}
	cheaper := v.where(less, t, cost)
	v.chooseInto(cheaper, t, cost)
	v.chooseInto(cheaper, from, path)
}

func (v vector) toSilence() {
	before, pathBefore, k := param("before"), param("pathBefore"), param("k")
	way := v.choose(v.isSet("cut"), v.zero(), v.spread(Mem{Base: k}))
	cost, path := v.reg(), v.reg()
	for j := range candidates + 1 {
		t := v.load(v.at(before, j))
		if j > 0 {
			t = v.add(t, way)
		}
		v.step(j, t, cost, path, pathBefore)
	}
	own := param("cost")
	v.store(v.add(v.load(v.at(own, 0)), cost), v.at(own, 0))
	v.store(path, v.at(param("path"), 0))
}

func (v vector) toCandidates() {
	before, pathBefore, octavesBefore := param("before"), param("pathBefore"), param("octavesBefore")
	own, octaves, paths, k := param("cost"), param("octaves"), param("path"), param("k")
	change, cut := v.spread(Mem{Base: k}), v.isSet("cut")
	jump, most := v.spread(Mem{Base: k, Disp: 4}), v.spread(Mem{Base: k, Disp: 8})
	n := GP64()
	MOVQ(U32(candidates), n)
	times(n, func() {
		for _, p := range []Register{own, octaves, paths} {
			ADDQ(Imm(rowBytes), p)
		}
		here := v.load(v.at(octaves, 0))
		cost, path := v.reg(), v.reg()
		for j := range candidates + 1 {
			way := change
			if j > 0 {
				way = v.min(v.mul(jump, v.abs(v.sub(here, v.at(octavesBefore, j)))), most)
				way = v.choose(cut, change, way)
			}
			v.step(j, v.add(way, v.at(before, j)), cost, path, pathBefore)
		}
		v.store(v.add(v.load(v.at(own, 0)), cost), v.at(own, 0))
		v.store(path, v.at(paths, 0))
	})
}

// level finds the state of least cost and takes that from all.
func (v vector) level() {
	cost := param("cost")
	least, at := v.copy(v.load(v.at(cost, 0))), v.zero()
	for i := 1; i <= candidates; i++ {
		c := v.load(v.at(cost, i))
		lower := v.where(less, c, least)
		v.chooseInto(lower, c, least)
		v.chooseInto(lower, v.load(bits(uint32(i))), at)
	}
	v.store(at, v.at(param("best"), 0))
	v.chooseInto(v.isSet("fresh"), v.zero(), least)
	for i := range candidates + 1 {
		v.store(v.sub(v.load(v.at(cost, i)), least), v.at(cost, i))
	}
}

// isSet is the mask of the lanes in which a row of integers, none negative, is
// not 0.
func (v vector) isSet(name string) Op {
	return v.where32(v.load(v.at(param(name), 0)), v.zero())
}

// where32 is the mask of the lanes with a > b as integers.
func (v vector) where32(a, b VecVirtual) Op {
	if v.wide {
		k := K()
		VPCMPGTD(b, a, k)
		return k
	}
	r := v.reg()
	VPCMPGTD(b, a, r)
	return r
}

// both is the mask of the lanes that are in both.
func (v vector) both(a, b Op) Op {
	if v.wide {
		k := K()
		KANDW(a, b, k)
		return k
	}
	r := v.reg()
	VANDPS(a, b.(Register), r)
	return r
}

// butNot is the mask of the lanes that are in a and not in b.
func (v vector) butNot(a, b Op) Op {
	if v.wide {
		k := K()
		KANDNW(a, b, k)
		return k
	}
	r := v.reg()
	VANDNPS(a, b.(Register), r)
	return r
}

// storeInto stores the lanes of the mask and leaves the others.
func (v vector) storeInto(mask Op, x VecVirtual, m Mem) {
	if v.wide {
		VMOVUPS(x, mask, m)
	} else {
		v.store(v.choose(mask, x, v.load(m)), m)
	}
}

// either is choose by a copy and a move under the mask, after which the generator
// knows that what the result's register held before does not matter: with many of
// them in a loop it would run out of registers.
func (v vector) either(mask Op, yes, no VecVirtual) VecVirtual {
	r := v.copy(no)
	v.chooseInto(mask, yes, r)
	return r
}

// chooseInto puts yes into r in the lanes of the mask.
func (v vector) chooseInto(mask Op, yes, r VecVirtual) {
	if v.wide {
		VMOVAPS(yes, mask, r)
	} else {
		VBLENDVPS(mask, yes, r, r)
	}
}

// increment adds one to integers.
func (v vector) increment(a VecVirtual) { VPADDD(bits(1), a, a) }
