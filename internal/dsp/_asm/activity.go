package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
)

func activity() {
	followLevels()
	excess()
}

// words is the mask of the lanes whose word is ^0.
func (v vector) words(m Mem) Op {
	r := v.load(m)
	if !v.wide {
		return r
	}
	k := K()
	VPTESTMD(r, r, k)
	return k
}

func followLevels() {
	const doc = "in the lanes of heard, with s, lo and hi = x[i][l] in those of first:\n\n" +
		"\ts = smooth[i][l] + pace*(x[i][l] - smooth[i][l])\n" +
		"\tlo, hi = min(lo, s), max(hi, s)\n\n" +
		"for smooth, least and most, i < rows; and in all lanes\n\n" +
		"\tsteady[l] = how many rows have max(hi, high[i][l]) - min(lo, low[i][l]) < within"
	const signature = "func(steady, smooth, least, most, x, low, high *float32, heard, first *uint32, rows int, pace, within float32)"
	kernel("followLevels", signature, doc, func(v vector) {
		steady, smooth, least, most := param("steady"), param("smooth"), param("least"), param("most")
		x, low, high, n := param("x"), param("low"), param("high"), param("rows")
		heard, first := v.words(v.at(param("heard"), 0)), v.words(v.at(param("first"), 0))
		p, _ := Param("pace").Resolve()
		w, _ := Param("within").Resolve()
		pace, within := v.spread(p.Addr), v.spread(w.Addr)
		count, one, zero := v.zero(), v.load(number(1)), v.zero()
		i := GP64()
		XORQ(i, i)
		times(n, func() {
			now := v.load(v.by(x, i))
			s0, lo0, hi0 := v.load(v.by(smooth, i)), v.load(v.by(least, i)), v.load(v.by(most, i))
			from := v.choose(first, now, s0)
			s := v.add(from, v.mul(pace, v.sub(now, from)))
			lo, hi := v.min(v.choose(first, now, lo0), s), v.max(v.choose(first, now, hi0), s)
			s, lo, hi = v.choose(heard, s, s0), v.choose(heard, lo, lo0), v.choose(heard, hi, hi0)
			v.store(s, v.by(smooth, i))
			v.store(lo, v.by(least, i))
			v.store(hi, v.by(most, i))
			span := v.sub(v.max(hi, v.by(high, i)), v.min(lo, v.by(low, i)))
			v.accumulate(count, v.choose(v.where(less, span, within), one, zero))
			ADDQ(Imm(rowBytes), i)
		})
		v.store(count, v.at(steady, 0))
	})
}

func excess() {
	const doc = "\tfloor[i][l] = max(min(ended[i][l], least[i][l]) + bias, lowest)\n" +
		"\tdst[l] = sum over i of min(max(x[i][l] - floor[i][l], 0), most)    i < rows"
	const signature = "func(dst, floor, ended, least, x *float32, rows int, bias, lowest, most float32)"
	kernel("excess", signature, doc, func(v vector) {
		dst, floor, ended, least, x, n := param("dst"), param("floor"), param("ended"), param("least"), param("x"), param("rows")
		b, _ := Param("bias").Resolve()
		l, _ := Param("lowest").Resolve()
		m, _ := Param("most").Resolve()
		bias, lowest, most := v.spread(b.Addr), v.spread(l.Addr), v.spread(m.Addr)
		sum, zero := v.zero(), v.zero()
		i := GP64()
		XORQ(i, i)
		times(n, func() {
			f := v.max(v.add(v.min(v.load(v.by(ended, i)), v.by(least, i)), bias), lowest)
			v.store(f, v.by(floor, i))
			v.accumulate(sum, v.min(v.max(v.sub(v.load(v.by(x, i)), f), zero), most))
			ADDQ(Imm(rowBytes), i)
		})
		v.store(sum, v.at(dst, 0))
	})
}
