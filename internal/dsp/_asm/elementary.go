package main

import (
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// each emits dst[i] = f(x[i]) over rows.
func each(name, doc string, f func(v vector, x VecVirtual) VecVirtual) {
	kernel(name, "func(dst, x *float32, rows int)", doc, func(v vector) {
		dst, x, n := param("dst"), param("x"), param("rows")
		times(n, func() {
			v.store(f(v, v.load(v.at(x, 0))), v.at(dst, 0))
			ADDQ(Imm(rowBytes), x)
			ADDQ(Imm(rowBytes), dst)
		})
	})
}

func elementary() {
	admit()
	eachWith("atLeast", "least", "\tdst[i][l] = max(x[i][l], least)    least where x is NaN, i < rows",
		func(v vector, x, least VecVirtual) VecVirtual { return v.max(x, least) })
	eachWith("lower", "by", "\tdst[i][l] = x[i][l] - by    i < rows",
		func(v vector, x, by VecVirtual) VecVirtual { return v.sub(x, by) })
	each("log2", "\tdst[i][l] = log2(x[i][l])\n\nsee dsp.Log2.", log2)
	each("exp2", "\tdst[i][l] = exp2(x[i][l])\n\nsee dsp.Exp2.", exp2)
	each("sqrt", "\tdst[i][l] = sqrt(max(x[i][l], 0))", func(v vector, x VecVirtual) VecVirtual {
		return v.sqrt(v.max(x, number(0)))
	})
}

// admit is between -limit and limit, 0 where it is NaN.
func admit() {
	const doc = "\tdst[i][l] = min(max(x[i][l], -limit), limit)    0 where x is NaN, i < rows"
	kernel("admit", "func(dst, x *float32, rows int, limit float32)", doc, func(v vector) {
		dst, x, n := param("dst"), param("x"), param("rows")
		m, _ := Param("limit").Resolve()
		most := v.spread(m.Addr)
		least, zero := v.xor(most, bits(1<<31)), v.zero()
		times(n, func() {
			in := v.load(v.at(x, 0))
			out := v.max(v.min(in, most), least)
			v.store(v.choose(v.where(ordered, in, in), out, zero), v.at(dst, 0))
			ADDQ(Imm(rowBytes), x)
			ADDQ(Imm(rowBytes), dst)
		})
	})
}

// eachWith emits dst[i] = f(x[i], y) over rows, y the same for all.
func eachWith(name, y, doc string, f func(v vector, x, y VecVirtual) VecVirtual) {
	kernel(name, "func(dst, x *float32, rows int, "+y+" float32)", doc, func(v vector) {
		dst, x, n := param("dst"), param("x"), param("rows")
		m, _ := Param(y).Resolve()
		all := v.spread(m.Addr)
		times(n, func() {
			v.store(f(v, v.load(v.at(x, 0)), all), v.at(dst, 0))
			ADDQ(Imm(rowBytes), x)
			ADDQ(Imm(rowBytes), dst)
		})
	})
}

func log2(v vector, x VecVirtual) VecVirtual {
	const sqrtHalf = 0x3f3504f3
	x = v.max(x, bits(0x00800000))
	b, e, m := v.reg(), v.reg(), v.reg()
	VPSUBD(bits(sqrtHalf), x, b)
	VPSRAD(Imm(23), b, e)
	VCVTDQ2PS(e, e)
	VPADDD(bits(sqrtHalf), v.and(b, bits(0x7fffff)), m)
	s := v.div(v.sub(m, number(1)), v.add(m, number(1)))
	q := v.mul(s, s)
	const c = 2 / math.Ln2
	p := v.add(v.mul(q, number(c/9)), number(c/7))
	for _, k := range []float64{c / 5, c / 3, c} {
		p = v.add(v.mul(q, p), number(k))
	}
	return v.add(e, v.mul(s, p))
}

func exp2(v vector, x VecVirtual) VecVirtual {
	x = v.min(v.max(x, number(-126)), number(127))
	n, f := v.reg(), v.reg()
	VCVTTPS2DQ(v.add(x, number(127.5)), n)
	VPSUBD(bits(127), n, n)
	VCVTDQ2PS(n, f)
	f = v.sub(x, f)
	p := v.copy(v.load(number(1.5403530e-4)))
	for _, k := range []float64{1.3333558e-3, 9.6181291e-3, 5.5504109e-2, 2.4022651e-1, 6.9314718e-1, 1} {
		p = v.add(v.mul(p, f), number(k))
	}
	VPADDD(bits(127), n, n)
	VPSLLD(Imm(23), n, n)
	return v.mul(p, n)
}
