package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

func correlation() {
	biquad()
	halfBand()
	meanSquare()
	crossCorrelate()
	energy()
	normalise()
	double()
}

func biquad() {
	const doc = "\ty = k[0]*x[i][l] + s1[l]\n\ts1[l] = k[1]*x[i][l] - k[3]*y + s2[l]\n\ts2[l] = k[2]*x[i][l] - k[4]*y\n\tdst[i][l] = y    i < rows\n\nthen a state nearer to 0 than 1e-18 is 0. s2 is the row after s1, state."
	kernel("biquad", "func(dst, x *float32, rows int, k, state *float32)", doc, func(v vector) {
		dst, x, n, c, state := param("dst"), param("x"), param("rows"), param("k"), param("state")
		var k [5]VecVirtual
		for i := range k {
			k[i] = v.spread(Mem{Base: c, Disp: 4 * i})
		}
		a, b := v.load(v.at(state, 0)), v.load(v.at(state, 1))
		times(n, func() {
			in := v.load(v.at(x, 0))
			y := v.add(v.mul(k[0], in), a)
			VADDPS(b, v.sub(v.mul(k[1], in), v.mul(k[3], y)), a)
			VSUBPS(v.mul(k[4], y), v.mul(k[2], in), b)
			v.store(y, v.at(dst, 0))
			ADDQ(Imm(rowBytes), x)
			ADDQ(Imm(rowBytes), dst)
		})
		zero := v.zero()
		for i, s := range []VecVirtual{a, b} {
			v.store(v.choose(v.where(less, v.abs(s), number(1e-18)), zero, s), v.at(state, i))
		}
	})
}

func halfBand() {
	const doc = "\tdst[i][l] = h[0]*x[2i][l] + sum over k of h[1+k]*(x[2i-2k-1][l] + x[2i+2k+1][l])    i < rows, k < 4\n\nwith x pointing 7 rows into its buffer."
	kernel("halfBand", "func(dst, x *float32, rows int, h *float32)", doc, func(v vector) {
		dst, x, n, h := param("dst"), param("x"), param("rows"), param("h")
		var k [5]VecVirtual
		for i := range k {
			k[i] = v.spread(Mem{Base: h, Disp: 4 * i})
		}
		times(n, func() {
			s := v.mul(k[0], v.at(x, 0))
			for i := range 4 {
				s = v.add(s, v.mul(v.add(v.load(v.at(x, -2*i-1)), v.at(x, 2*i+1)), k[1+i]))
			}
			v.store(s, v.at(dst, 0))
			ADDQ(Imm(2*rowBytes), x)
			ADDQ(Imm(rowBytes), dst)
		})
	})
}

func meanSquare() {
	fold("sumSquare", "\tdst[l] = sum over i of x[i][l]^2    i < rows", func(v vector, s VecVirtual, x Register) {
		r := v.load(v.at(x, 0))
		v.accumulate(s, v.mul(r, r))
	})
}

// taper is pitchkernel.Taper.
const taper = 3

func crossCorrelate() {
	const doc = "\tdst[l] = sum over t of w[t] * x[t][l] * x[t-lag][l]    -3 <= t < width+3\n\nwhere w rises from 1/3 over 2/3 to 1 and falls again in steps of 3 rows; width is at least 6."
	kernel("crossCorrelate", "func(dst, x *float32, lag, width int)", doc, func(v vector) {
		dst, x, lag, width := param("dst"), param("x"), param("lag"), param("width")
		y, end := copyOf(x), copyOf(width)
		bytes(lag)
		SUBQ(lag, y)
		bytes(end)
		s := v.zero()
		at := GP64()
		MOVQ(U32(taper*rowBytes), at)
		SUBQ(Imm(2*taper), width)
		times(width, func() {
			v.accumulate(s, v.mul(v.load(v.by(x, at)), v.by(y, at)))
			ADDQ(Imm(rowBytes), at)
		})
		// the edges: rows after x and after its end
		zero := GP64()
		XORQ(zero, zero)
		edge := func(from Register, row int, weight float64) {
			part := v.zero()
			for i := range taper {
				a := v.by(x, from).Offset((row + i) * rowBytes)
				b := v.by(y, from).Offset((row + i) * rowBytes)
				v.accumulate(part, v.mul(v.load(a), b))
			}
			v.accumulate(s, v.mul(part, number(weight)))
		}
		edge(zero, 0, 2.0/3)
		edge(end, -taper, 2.0/3)
		edge(zero, -taper, 1.0/3)
		edge(end, 0, 1.0/3)
		v.store(s, v.at(dst, 0))
	})
}

func energy() {
	const doc = "\tsums[m+1][l] = sums[m][l] + x[m][l]^2         0 <= m < reach\n\tsums[-m-1][l] = sums[-m][l] - x[-m-1][l]^2\n\tdst[m][l] = (sums[m-3][l] + sums[m][l] + sums[m+3][l]) / 3    |m| <= reach-3\n\nwith dst, sums and x pointing at row 0 of each; sums[0] becomes 0."
	kernel("energy", "func(dst, sums, x *float32, reach int)", doc, func(v vector) {
		dst, sums, x, reach := param("dst"), param("sums"), param("x"), param("reach")
		up, down := v.zero(), v.zero()
		v.store(up, v.at(sums, 0))
		fore, back := GP64(), GP64()
		XORQ(fore, fore)
		XORQ(back, back)
		n := copyOf(reach)
		times(n, func() {
			SUBQ(Imm(rowBytes), back)
			a, b := v.load(v.by(x, fore)), v.load(v.by(x, back))
			v.accumulate(up, v.mul(a, a))
			VSUBPS(v.mul(b, b), down, down)
			ADDQ(Imm(rowBytes), fore)
			v.store(up, v.by(sums, fore))
			v.store(down, v.by(sums, back))
		})
		rows := copyOf(reach)
		SUBQ(Imm(taper), rows)
		SHLQ(Imm(1), rows)
		INCQ(rows)
		ADDQ(U32(taper*rowBytes), back)
		times(rows, func() {
			m := v.by(sums, back)
			s := v.add(v.add(v.load(m.Offset(-taper*rowBytes)), m), m.Offset(taper*rowBytes))
			v.store(v.mul(s, number(1.0/3)), v.by(dst, back))
			ADDQ(Imm(rowBytes), back)
		})
	})
}

func normalise() {
	const doc = "\trow[l] /= sqrt(max((end[l]-begin[l])*(end[l-lag]-begin[l-lag]), 0) + floor)\n\nwhere begin and end are energy rows and l-lag is lag rows before."
	kernel("normalise", "func(row, begin, end *float32, lag int, floor float32)", doc, func(v vector) {
		row, begin, end, lag := param("row"), param("begin"), param("end"), param("lag")
		m, _ := Param("floor").Resolve()
		bytes(lag)
		NEGQ(lag)
		a := v.sub(v.load(v.at(end, 0)), v.at(begin, 0))
		b := v.sub(v.load(v.by(end, lag)), v.by(begin, lag))
		e := v.add(v.max(v.mul(a, b), number(0)), v.spread(m.Addr))
		v.store(v.div(v.load(v.at(row, 0)), v.sqrt(e)), v.at(row, 0))
	})
}

func double() {
	const doc = "\tdst[2i][l] = r[i][l]\n\tdst[2i+1][l] = sum over k of h[k]*(r[i-k][l] + r[i+1+k][l])    i < rows, k < 6"
	kernel("double", "func(dst, r *float32, rows int, h *float32)", doc, func(v vector) {
		dst, r, n, h := param("dst"), param("r"), param("rows"), param("h")
		var k [6]VecVirtual
		for i := range k {
			k[i] = v.spread(Mem{Base: h, Disp: 4 * i})
		}
		times(n, func() {
			now := v.load(v.at(r, 0))
			v.store(now, v.at(dst, 0))
			s := v.mul(v.add(now, v.at(r, 1)), k[0])
			for i := 1; i < len(k); i++ {
				s = v.add(s, v.mul(v.add(v.load(v.at(r, -i)), v.at(r, i+1)), k[i]))
			}
			v.store(s, v.at(dst, 1))
			ADDQ(Imm(rowBytes), r)
			ADDQ(Imm(2*rowBytes), dst)
		})
	})
}
