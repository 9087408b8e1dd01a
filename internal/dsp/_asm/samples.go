package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

func samples() {
	spread()
	likeness()
	smooth()
}

// spread transposes 16 samples of each lane at a time. Four of them fill 128 bits;
// the four registers of a quarter hold the lanes 4m, 4m+1, 4m+2 and 4m+3 in their
// m-th 128 bits, so that unpacking within those gives rows in the order of lanes.
func spread() {
	const doc = "\tdst[i][l] = x[starts[l]+i]    i < 16*tiles"
	kernel("spread", "func(dst, x *float32, starts *int32, tiles int)", doc, func(v vector) {
		dst, x, starts, n := param("dst"), param("x"), param("starts"), param("tiles")
		times(n, func() {
			for quarter := range 4 {
				var lanes [4]VecVirtual
				for j := range lanes {
					lanes[j] = v.quads(x, starts, j, 16*quarter)
				}
				for i, row := range v.unpack(lanes) {
					v.store(row, v.at(dst, 4*quarter+i))
				}
			}
			ADDQ(Imm(rowBytes), x)
			ADDQ(U32(16*rowBytes), dst)
		})
	})
}

// quads loads four samples, disp bytes on, of every fourth lane from j on.
func (v vector) quads(x, starts Register, j, disp int) VecVirtual {
	r, at := v.reg(), GP64()
	parts := 2
	if v.wide {
		parts = 4
	}
	for m := range parts {
		MOVLQSX(Mem{Base: starts, Disp: v.off + 16*m + 4*j}, at)
		four := Mem{Base: x, Index: at, Scale: 4, Disp: disp}
		switch {
		case m == 0 && v.wide:
			VBROADCASTF32X4(four, r)
		case m == 0:
			VBROADCASTF128(four, r)
		case v.wide:
			VINSERTF32X4(Imm(uint64(m)), four, r, r)
		default:
			VINSERTF128(Imm(uint64(m)), four, r, r)
		}
	}
	return r
}

// unpack transposes the 4 x 4 squares of 128 bits.
func (v vector) unpack(a [4]VecVirtual) (rows [4]VecVirtual) {
	var pairs [4]VecVirtual
	for i := range rows {
		rows[i], pairs[i] = v.reg(), v.reg()
	}
	VUNPCKLPS(a[1], a[0], pairs[0])
	VUNPCKHPS(a[1], a[0], pairs[1])
	VUNPCKLPS(a[3], a[2], pairs[2])
	VUNPCKHPS(a[3], a[2], pairs[3])
	VUNPCKLPD(pairs[2], pairs[0], rows[0])
	VUNPCKHPD(pairs[2], pairs[0], rows[1])
	VUNPCKLPD(pairs[3], pairs[1], rows[2])
	VUNPCKHPD(pairs[3], pairs[1], rows[3])
	return rows
}

// likeness has rows of 16 lags of a single leg.
func likeness() {
	const doc = "\tr[i][l] = r[i][l] / sqrt(still*moving[i][l])    i < rows, 0 where the product is not above least"
	kernel("likeness", "func(r, moving *float32, rows int, still, least float32)", doc, func(v vector) {
		r, moving, n := param("r"), param("moving"), param("rows")
		s, _ := Param("still").Resolve()
		l, _ := Param("least").Resolve()
		still, least, zero := v.spread(s.Addr), v.spread(l.Addr), v.zero()
		times(n, func() {
			e := v.mul(still, v.at(moving, 0))
			v.store(v.choose(v.where(greater, e, least), v.div(v.load(v.at(r, 0)), v.sqrt(e)), zero), v.at(r, 0))
			ADDQ(Imm(rowBytes), r)
			ADDQ(Imm(rowBytes), moving)
		})
	})
}

// smooth has rows of 16 columns of a single leg.
func smooth() {
	const doc = "\tdst[i][l] = the mean of now, before and after [i][l], as far as they count    i < rows\n\n" +
		"where NaN and not[i][l] count for nothing; now where that does not count."
	kernel("smooth", "func(dst, before, now, after, not *float32, rows int)", doc, func(v vector) {
		dst, before, now, after, not, n := param("dst"), param("before"), param("now"), param("after"), param("not"), param("rows")
		one := v.load(number(1))
		i := GP64()
		XORQ(i, i)
		times(n, func() {
			void, middle := v.load(v.by(not, i)), v.load(v.by(now, i))
			sum, count := v.copy(middle), v.copy(one)
			for _, side := range []Register{before, after} {
				x := v.load(v.by(side, i))
				counts := v.where(notEqual, x, void)
				VMOVAPS(v.choose(counts, v.add(sum, x), sum), sum)
				VMOVAPS(v.choose(counts, v.add(count, one), count), count)
			}
			v.store(v.choose(v.where(notEqual, middle, void), v.div(sum, count), middle), v.by(dst, i))
			ADDQ(Imm(rowBytes), i)
		})
	})
}
