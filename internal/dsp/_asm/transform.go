package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

func transform() {
	loadWindow()
	butterflies2()
	butterflies4()
	power()
}

func loadWindow() {
	const doc = "\tz[place[i]][l] = w[i] * x[i][l]    i < rows\n\tz[place[i]][l] = 0                rows <= i < n"
	kernel("load", "func(z, x, w *float32, place *int32, rows, n int)", doc, func(v vector) {
		z, x, w, place, rows, n := param("z"), param("x"), param("w"), param("place"), param("rows"), param("n")
		SUBQ(rows, n)
		to := GP64()
		next := func() {
			MOVLQSX(Mem{Base: place}, to)
			bytes(to)
			ADDQ(Imm(4), place)
		}
		times(rows, func() {
			next()
			v.store(v.mul(v.spread(Mem{Base: w}), v.at(x, 0)), v.by(z, to))
			ADDQ(Imm(4), w)
			ADDQ(Imm(rowBytes), x)
		})
		zero := v.zero()
		times(n, func() {
			next()
			v.store(zero, v.by(z, to))
		})
	})
}

func butterflies2() {
	const doc = "\tz[2b], z[2b+1] = z[2b] + z[2b+1], z[2b] - z[2b+1]    b < pairs\n\nwith z complex: a row of real and a row of imaginary parts."
	kernel("butterflies2", "func(z *float32, pairs int)", doc, func(v vector) {
		z, n := param("z"), param("pairs")
		times(n, func() {
			ar, ai, br, bi := v.load(v.at(z, 0)), v.load(v.at(z, 1)), v.load(v.at(z, 2)), v.load(v.at(z, 3))
			v.store(v.add(ar, br), v.at(z, 0))
			v.store(v.add(ai, bi), v.at(z, 1))
			v.store(v.sub(ar, br), v.at(z, 2))
			v.store(v.sub(ai, bi), v.at(z, 3))
			ADDQ(U32(4*rowBytes), z)
		})
	})
}

// complexRows is a point of the transform: its real and its imaginary part.
type complexRows struct{ re, im VecVirtual }

func (v vector) point(p, index Register) complexRows {
	m := v.by(p, index)
	return complexRows{v.load(m), v.load(m.Offset(rowBytes))}
}

// turn is p times the conjugate of the twiddle (cos, sin) at t + index.
func (v vector) turn(p complexRows, t, index Register) complexRows {
	m := Mem{Base: t, Index: index, Scale: 1}
	c, s := v.spread(m), v.spread(m.Offset(4))
	return complexRows{
		v.add(v.mul(p.re, c), v.mul(p.im, s)),
		v.sub(v.mul(p.im, c), v.mul(p.re, s)),
	}
}

// join stores the four-point transform of a, y, x, w, the points of residue 0, 1,
// 2 and 3, at z and one, two and three quarters on.
func (v vector) join(a, x, y, w complexRows, z Register, at [4]Register) {
	store := func(k int, re, im VecVirtual) {
		m := v.by(z, at[k])
		v.store(re, m)
		v.store(im, m.Offset(rowBytes))
	}
	pr, pi := v.add(a.re, x.re), v.add(a.im, x.im)
	mr, mi := v.sub(a.re, x.re), v.sub(a.im, x.im)
	sr, si := v.add(y.re, w.re), v.add(y.im, w.im)
	tr, ti := v.sub(y.re, w.re), v.sub(y.im, w.im)
	store(0, v.add(pr, sr), v.add(pi, si))
	store(1, v.add(mr, ti), v.sub(mi, tr))
	store(2, v.sub(pr, sr), v.sub(pi, si))
	store(3, v.sub(mr, ti), v.add(mi, tr))
}

func butterflies4() {
	const doc = "one radix-4 stage of the complex transform of points rows in bit-reversed order,\n\n" +
		"\tfor b := 0; b < points; b += 4*q {\n\t\tfor k := range q { butterfly4(z[b+k:], q, tw, k*points/(4*q)) }\n\t}\n\nsee butterfly4 of package dsp."
	kernel("butterflies4", "func(z, tw *float32, q, points int)", doc, func(v vector) {
		z, tw, q, points := param("z"), param("tw"), param("q"), param("points")
		// blocks = points/(4q) is also the step through the twiddles, 8 bytes each
		step := GP64()
		MOVQ(points, RAX)
		XORQ(RDX, RDX)
		SHLQ(Imm(2), q)
		DIVQ(q)
		SHRQ(Imm(2), q)
		MOVQ(RAX, step)
		blocks := copyOf(step)
		SHLQ(Imm(3), step)
		var at [4]Register
		at[0], at[1] = GP64(), copyOf(q)
		XORQ(at[0], at[0])
		SHLQ(Imm(7), at[1]) // a point is two rows
		at[2] = copyOf(at[1])
		ADDQ(at[1], at[2])
		at[3] = copyOf(at[2])
		ADDQ(at[1], at[3])
		times(blocks, func() {
			v.join(v.point(z, at[0]), v.point(z, at[1]), v.point(z, at[2]), v.point(z, at[3]), z, at)
			ADDQ(Imm(2*rowBytes), z)
			k1, k2, k3, k := GP64(), GP64(), GP64(), copyOf(q)
			XORQ(k1, k1)
			XORQ(k2, k2)
			XORQ(k3, k3)
			DECQ(k)
			times(k, func() {
				ADDQ(step, k1)
				LEAQ(Mem{Base: k2, Index: step, Scale: 2}, k2)
				ADDQ(step, k3)
				LEAQ(Mem{Base: k3, Index: step, Scale: 2}, k3)
				x := v.turn(v.point(z, at[1]), tw, k2)
				y := v.turn(v.point(z, at[2]), tw, k1)
				w := v.turn(v.point(z, at[3]), tw, k3)
				v.join(v.point(z, at[0]), x, y, w, z, at)
				ADDQ(Imm(2*rowBytes), z)
			})
			ADDQ(at[3], z)
		})
	})
}

func power() {
	const doc = "\tp[k][l] = |X[k][l]|^2    k <= half\n\nof the half-size spectrum z, see RFFT.Power of package dsp."
	kernel("power", "func(p, z, split *float32, half int)", doc, func(v vector) {
		p, z, split, half := param("p"), param("z"), param("split"), param("half")
		q, y, n := copyOf(half), copyOf(half), copyOf(half) // p and z of row half-k
		bytes(q)
		SHLQ(Imm(7), y)
		ADDQ(p, q)
		ADDQ(z, y)
		SHRQ(Imm(1), n)
		re, im := v.load(v.at(z, 0)), v.load(v.at(z, 1))
		a, b := v.add(re, im), v.sub(re, im)
		v.store(v.mul(a, a), v.at(p, 0))
		v.store(v.mul(b, b), v.at(q, 0))
		times(n, func() {
			ADDQ(Imm(8), split)
			ADDQ(Imm(rowBytes), p)
			SUBQ(Imm(rowBytes), q)
			ADDQ(Imm(2*rowBytes), z)
			SUBQ(Imm(2*rowBytes), y)
			c, s := v.spread(Mem{Base: split}), v.spread(Mem{Base: split, Disp: 4})
			ar, ai, br, bi := v.load(v.at(z, 0)), v.load(v.at(z, 1)), v.load(v.at(y, 0)), v.load(v.at(y, 1))
			h := number(0.5)
			er, ei := v.mul(v.add(ar, br), h), v.mul(v.sub(ai, bi), h)
			or, oi := v.mul(v.add(ai, bi), h), v.mul(v.sub(br, ar), h)
			tr, ti := v.add(v.mul(c, or), v.mul(s, oi)), v.sub(v.mul(c, oi), v.mul(s, or))
			xr, xi, yr, yi := v.add(er, tr), v.add(ei, ti), v.sub(er, tr), v.sub(ei, ti)
			v.store(v.add(v.mul(xr, xr), v.mul(xi, xi)), v.at(p, 0))
			v.store(v.add(v.mul(yr, yr), v.mul(yi, yi)), v.at(q, 0))
		})
	})
}
