package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

func predictor() {
	levinson()
	aberth()
}

func levinson() {
	const doc = "\tlevinson(a[:][l], r[:][l], order)\n\nsee Levinson of package dsp."
	kernel("levinson", "func(a, r *float32, order int)", doc, func(v vector) {
		a, r, order := param("a"), param("r"), param("order")
		e, zero, one := v.load(v.at(r, 0)), v.zero(), v.load(number(1))
		least := v.mul(e, number(1e-9))
		v.store(one, v.at(a, 0))
		size := copyOf(order) // bytes, of the rows 1..order
		bytes(size)
		m, end := GP64(), label()
		MOVQ(U32(rowBytes), m)
		loop := label()
		Label(loop)
		CMPQ(m, size)
		JA(LabelRef(end))
		k := v.load(v.by(r, m))
		i, j := GP64(), copyOf(m)
		MOVQ(U32(rowBytes), i)
		SUBQ(Imm(rowBytes), j)
		dots, dotted := label(), label()
		Label(dots)
		TESTQ(j, j)
		JZ(LabelRef(dotted))
		v.accumulate(k, v.mul(v.load(v.by(a, i)), v.by(r, j)))
		ADDQ(Imm(rowBytes), i)
		SUBQ(Imm(rowBytes), j)
		JMP(LabelRef(dots))
		Label(dotted)
		alive := v.where(greater, e, least)
		k = v.div(v.xor(k, bits(1<<31)), e)
		reflect(v, a, m, k, alive)
		v.store(v.choose(alive, k, zero), v.by(a, m))
		VMOVAPS(v.choose(alive, v.mul(e, v.sub(one, v.mul(k, k))), e), e)
		ADDQ(Imm(rowBytes), m)
		JMP(LabelRef(loop))
		Label(end)
	})
}

// reflect emits a[i], a[m-i] = a[i] + k a[m-i], a[m-i] + k a[i] in the lanes alive.
func reflect(v vector, a, m Register, k VecVirtual, alive Op) {
	i, j := GP64(), copyOf(m)
	MOVQ(U32(rowBytes), i)
	SUBQ(Imm(rowBytes), j)
	loop, end := label(), label()
	Label(loop)
	CMPQ(i, j)
	JG(LabelRef(end))
	x, y := v.load(v.by(a, i)), v.load(v.by(a, j))
	// where i is j both are the same sum
	v.store(v.choose(alive, v.add(y, v.mul(k, x)), y), v.by(a, j))
	v.store(v.choose(alive, v.add(x, v.mul(k, y)), x), v.by(a, i))
	ADDQ(Imm(rowBytes), i)
	SUBQ(Imm(rowBytes), j)
	JMP(LabelRef(loop))
	Label(end)
}

func aberth() {
	const doc = "\tfor range steps {\n\t\tfor i := range pairs { moved[i][l] = aberth(re[:][l], im[:][l], a[:][l], i, pairs) }\n\t}\n\nsee Roots of package dsp."
	kernel("aberth", "func(re, im, moved, a *float32, pairs, steps int)", doc, func(v vector) {
		re, im, moved, a := param("re"), param("im"), param("moved"), param("a")
		steps, size := param("steps"), param("pairs")
		bytes(size)
		ADDQ(Imm(rowBytes), a) // the first coefficient is 1
		times(steps, func() {
			i := GP64()
			XORQ(i, i)
			roots, done := label(), label()
			Label(roots)
			CMPQ(i, size)
			JGE(LabelRef(done))
			x, y := v.load(v.by(re, i)), v.load(v.by(im, i))
			p, d := horner(v, x, y, a, size)
			s := repulsion(v, x, y, re, im, i, size)
			one, tiny := v.load(number(1)), number(1e-20)
			qr := v.sub(d.re, v.sub(v.mul(p.re, s.re), v.mul(p.im, s.im)))
			qi := v.sub(d.im, v.add(v.mul(p.re, s.im), v.mul(p.im, s.re)))
			m := v.div(one, v.add(v.add(v.mul(qr, qr), v.mul(qi, qi)), tiny))
			wx := v.mul(v.add(v.mul(p.re, qr), v.mul(p.im, qi)), m)
			wy := v.mul(v.sub(v.mul(p.im, qr), v.mul(p.re, qi)), m)
			x, y = v.sub(x, wx), v.sub(y, wy)
			near := v.where(less, v.add(v.mul(x, x), v.mul(y, y)), number(4))
			half := v.load(number(0.5))
			v.store(v.choose(near, x, half), v.by(re, i))
			v.store(v.choose(near, y, half), v.by(im, i))
			v.store(v.add(v.mul(wx, wx), v.mul(wy, wy)), v.by(moved, i))
			ADDQ(Imm(rowBytes), i)
			JMP(LabelRef(roots))
			Label(done)
		})
	})
}

// horner evaluates the polynomial and its derivative at x + jy.
func horner(v vector, x, y VecVirtual, a, size Register) (p, d complexRows) {
	p = complexRows{v.copy(v.load(number(1))), v.zero()}
	d = complexRows{v.zero(), v.zero()}
	at, n := copyOf(a), copyOf(size)
	SHRQ(Imm(5), n) // two coefficients a pair
	times(n, func() {
		dr := v.add(v.sub(v.mul(d.re, x), v.mul(d.im, y)), p.re)
		di := v.add(v.add(v.mul(d.re, y), v.mul(d.im, x)), p.im)
		pr := v.add(v.sub(v.mul(p.re, x), v.mul(p.im, y)), v.at(at, 0))
		pi := v.add(v.mul(p.re, y), v.mul(p.im, x))
		VMOVAPS(dr, d.re)
		VMOVAPS(di, d.im)
		VMOVAPS(pr, p.re)
		VMOVAPS(pi, p.im)
		ADDQ(Imm(rowBytes), at)
	})
	return p, d
}

// repulsion sums 1/(z - zj) over the other roots and all mirror images.
func repulsion(v vector, x, y VecVirtual, re, im, i, size Register) complexRows {
	s := complexRows{v.zero(), v.zero()}
	one, tiny := v.load(number(1)), number(1e-20)
	j := GP64()
	XORQ(j, j)
	loop, mirror := label(), label()
	Label(loop)
	u := v.sub(x, v.by(re, j))
	uu := v.mul(u, u)
	other := v.load(v.by(im, j))
	from := func(w VecVirtual) {
		m := v.div(one, v.add(v.add(uu, v.mul(w, w)), tiny))
		v.accumulate(s.re, v.mul(u, m))
		VSUBPS(v.mul(w, m), s.im, s.im)
	}
	CMPQ(i, j)
	JEQ(LabelRef(mirror))
	from(v.sub(y, other))
	Label(mirror)
	from(v.add(y, other))
	ADDQ(Imm(rowBytes), j)
	CMPQ(j, size)
	JLT(LabelRef(loop))
	return s
}
