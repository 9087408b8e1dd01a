package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

func rows() {
	weightedSum()
	weightedSum4()
	fold("sum", "\tdst[l] = sum over i of x[i][l]    i < rows", func(v vector, s VecVirtual, x Register) {
		v.accumulate(s, v.at(x, 0))
	})
	fold("peak", "\tdst[l] = the greatest of 0 and x[i][l]    i < rows", func(v vector, s VecVirtual, x Register) {
		VMAXPS(s, v.load(v.at(x, 0)), s)
	})
	squaredChange()
	teager()
	strongest()
}

func weightedSum() {
	kernel("weightedSum", "func(dst, x, w *float32, rows int)", "\tdst[l] = sum over i of w[i] * x[i][l]    i < rows", func(v vector) {
		dst, x, w, n := param("dst"), param("x"), param("w"), param("rows")
		s := v.zero()
		times(n, func() {
			v.accumulate(s, v.mul(v.spread(Mem{Base: w}), v.at(x, 0)))
			ADDQ(Imm(4), w)
			ADDQ(Imm(rowBytes), x)
		})
		v.store(s, v.at(dst, 0))
	})
}

func weightedSum4() {
	kernel("weightedSum4", "func(dst, x, m *float32, rows int)", "\tdst[r][l] = sum over i of m[r*rows+i] * x[i][l]    r < 4, i < rows", func(v vector) {
		dst, x, m, n := param("dst"), param("x"), param("m"), param("rows")
		stride := copyOf(n)
		SHLQ(Imm(2), stride)
		m2 := GP64()
		LEAQ(Mem{Base: m, Index: stride, Scale: 2}, m2)
		var s [4]VecVirtual
		for i := range s {
			s[i] = v.zero()
		}
		times(n, func() {
			r := v.load(v.at(x, 0))
			for i := range s {
				w := Mem{Base: []Register{m, m2}[i/2]}
				if i%2 == 1 {
					w.Index, w.Scale = stride, 1
				}
				v.accumulate(s[i], v.mul(v.spread(w), r))
			}
			ADDQ(Imm(4), m)
			ADDQ(Imm(4), m2)
			ADDQ(Imm(rowBytes), x)
		})
		for i := range s {
			v.store(s[i], v.at(dst, i))
		}
	})
}

// fold emits a running value over rows, from zero.
func fold(name, doc string, step func(v vector, s VecVirtual, x Register)) {
	kernel(name, "func(dst, x *float32, rows int)", doc, func(v vector) {
		dst, x, n := param("dst"), param("x"), param("rows")
		s := v.zero()
		times(n, func() {
			step(v, s, x)
			ADDQ(Imm(rowBytes), x)
		})
		v.store(s, v.at(dst, 0))
	})
}

func squaredChange() {
	kernel("squaredChange", "func(dst, x, y *float32, rows int)", "\tdst[l] = sum over i of (x[i][l] - y[i][l])^2    i < rows", func(v vector) {
		dst, x, y, n := param("dst"), param("x"), param("y"), param("rows")
		s := v.zero()
		times(n, func() {
			d := v.sub(v.load(v.at(x, 0)), v.at(y, 0))
			v.accumulate(s, v.mul(d, d))
			ADDQ(Imm(rowBytes), x)
			ADDQ(Imm(rowBytes), y)
		})
		v.store(s, v.at(dst, 0))
	})
}

func teager() {
	const doc = "\tenergy[l] = sum over i of |x[i][l]^2 - x[i-1][l]*x[i+1][l]|    0 < i < rows-1\n" +
		"\tsquare[l] = sum over i of x[i][l]^2                              i < rows\n" +
		"\tcount[l]  = how many i have |x[i][l]| >= full                    i < rows\n\nfor at least two rows."
	kernel("teager", "func(energy, square, count, x *float32, rows int, full float32)", doc, func(v vector) {
		energy, square, count, x, n := param("energy"), param("square"), param("count"), param("x"), param("rows")
		m, _ := Param("full").Resolve()
		full := v.spread(m.Addr)
		e, s, c, zero, one := v.zero(), v.zero(), v.zero(), v.zero(), v.load(number(1))
		seen := func(now VecVirtual) VecVirtual {
			sq := v.mul(now, now)
			v.accumulate(s, sq)
			v.accumulate(c, v.choose(v.where(greaterEqual, v.abs(now), full), one, zero))
			return sq
		}
		seen(v.load(v.at(x, 0)))
		SUBQ(Imm(2), n)
		times(n, func() {
			ADDQ(Imm(rowBytes), x)
			sq := seen(v.load(v.at(x, 0)))
			d := v.sub(sq, v.mul(v.load(v.at(x, -1)), v.at(x, 1)))
			v.accumulate(e, v.abs(d))
		})
		seen(v.load(v.at(x, 1)))
		v.store(e, v.at(energy, 0))
		v.store(s, v.at(square, 0))
		v.store(c, v.at(count, 0))
	})
}

func strongest() {
	const doc = "\tpeak[l], place[l] = the greatest x[i][l] > 0 and from+i, the first of equals    i < rows\n\n" +
		"among the i with |from+i - not[l]| > reach; where there is none, peak is 0 and place stays."
	kernel("strongest", "func(peak *float32, place *int32, x *float32, rows, from int, not *int32, reach int)", doc, func(v vector) {
		peak, place, x, n, not := param("peak"), param("place"), param("x"), param("rows"), param("not")
		spreadInt := func(name string) VecVirtual {
			m, _ := Param(name).Resolve()
			r := v.reg()
			VPBROADCASTD(m.Addr, r)
			return r
		}
		k, reach := spreadInt("from"), spreadInt("reach")
		avoid, best, where := v.load(v.at(not, 0)), v.zero(), v.load(v.at(place, 0))
		times(n, func() {
			d := v.reg()
			VPSUBD(avoid, k, d)
			VPABSD(d, d)
			now := v.load(v.at(x, 0))
			allowed, more := v.reg(), v.where(greater, now, best)
			// what is too near counts as the best so far
			if v.wide {
				far := K()
				VPCMPGTD(reach, d, far)
				KANDW(far, more.(Register), far)
				VBLENDMPS(now, best, far, best)
				VPBLENDMD(k, where, far, where)
			} else {
				VPCMPGTD(reach, d, allowed)
				VPAND(allowed, more.(Register), allowed)
				VBLENDVPS(allowed, now, best, best)
				VBLENDVPS(allowed, k, where, where)
			}
			VPADDD(bits(1), k, k)
			ADDQ(Imm(rowBytes), x)
		})
		v.store(best, v.at(peak, 0))
		v.store(where, v.at(place, 0))
	})
}
