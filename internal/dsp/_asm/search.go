package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

func search() {
	slide()
	peaks()
}

// slide is the one kernel whose vector holds neighbouring lags of a single leg.
func slide() {
	for _, v := range []vector{{wide: true}, {}} {
		name, width := "slideAVX2", 8
		if v.wide {
			name, width = "slideAVX512", 16
		}
		TEXT(name, NOSPLIT, "func(dst, x, y *float32, n, blocks int)")
		Pragma("noescape")
		Doc(name+" is, for each of the blocks of its vector's width of places i,", "",
			"\tdst[i] = Dot(x[:n], y[i:i+n])", "",
			"in the order of Dot of package dsp.")
		dst, x, y, blocks := param("dst"), param("x"), param("y"), param("blocks")
		times(blocks, func() {
			n, from, to := param("n"), copyOf(x), copyOf(y)
			quads := copyOf(n)
			ANDQ(Imm(3), n)
			SHRQ(Imm(2), quads)
			var s [4]VecVirtual
			for i := range s {
				s[i] = v.zero()
			}
			step := func(i, k int) {
				v.accumulate(s[k], v.mul(v.spread(Mem{Base: from, Disp: 4 * i}), Mem{Base: to, Disp: 4 * i}))
			}
			times(quads, func() {
				for i := range s {
					step(i, i)
				}
				ADDQ(Imm(16), from)
				ADDQ(Imm(16), to)
			})
			times(n, func() {
				step(0, 0)
				ADDQ(Imm(4), from)
				ADDQ(Imm(4), to)
			})
			v.store(v.add(v.add(s[0], s[1]), v.add(s[2], s[3])), Mem{Base: dst})
			ADDQ(Imm(uint64(4*width)), dst)
			ADDQ(Imm(uint64(4*width)), y)
		})
		VZEROUPPER()
		RET()
	}
}

func peaks() {
	const doc = "\tbit l of dst[i] = x[i][l] >= least && x[i][l] >= x[i-1][l] && x[i][l] > x[i+1][l]    i < rows"
	kernel("peaks", "func(dst *uint16, x *float32, rows int, least float32)", doc, func(v vector) {
		dst, x, n := param("dst"), param("x"), param("rows")
		m, _ := Param("least").Resolve()
		least := v.spread(m.Addr)
		times(n, func() {
			now := v.load(v.at(x, 0))
			a, b, c := v.where(greaterEqual, now, least), v.where(greaterEqual, now, v.at(x, -1)), v.where(greater, now, v.at(x, 1))
			word := GP32()
			if v.wide {
				k := K()
				KANDW(a, b, k)
				KANDW(c, k, k)
				KMOVW(k, word)
				MOVW(word.As16(), Mem{Base: dst})
			} else {
				r := YMM()
				VANDPS(a, b.(Register), r)
				VANDPS(c, r, r)
				VMOVMSKPS(r, word)
				MOVB(word.As8(), Mem{Base: dst, Disp: v.off / 32})
			}
			ADDQ(Imm(2), dst)
			ADDQ(Imm(rowBytes), x)
		})
	})
}
