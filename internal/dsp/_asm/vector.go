package main

import (
	"fmt"
	"math"
	"strings"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// rowBytes is the size of a row of 16 float32 lanes.
const rowBytes = 64

// vector emits code for one vector of a row: all 16 lanes in a ZMM register, or
// half of them in a YMM register, off bytes into the row. A kernel's body is
// written once against it. No instruction fuses a product into a sum and sums
// run in the order of the generic loop, so that every lane has the generic form's
// bits.
type vector struct {
	wide bool // AVX-512
	off  int
}

// kernel emits name+AVX512 and name+AVX2 with the body; the latter runs it for
// the lower and then for the upper half of the lanes.
func kernel(name, signature, doc string, body func(v vector)) {
	for _, wide := range []bool{true, false} {
		suffix := "AVX2"
		if wide {
			suffix = "AVX512"
		}
		TEXT(name+suffix, NOSPLIT, signature)
		Pragma("noescape")
		Doc(strings.Split(name+suffix+" is, for each of 16 lanes l,\n\n"+doc, "\n")...)
		body(vector{wide, 0})
		if !wide {
			body(vector{wide, 32})
		}
		VZEROUPPER()
		RET()
	}
}

func (v vector) reg() VecVirtual {
	if v.wide {
		return ZMM()
	}
	return YMM()
}

// at is this vector's part of a row, counted from the one that p points to.
func (v vector) at(p Register, row int) Mem { return Mem{Base: p, Disp: row*rowBytes + v.off} }

// by is this vector's part of the row at p + index bytes.
func (v vector) by(p, index Register) Mem { return Mem{Base: p, Index: index, Scale: 1, Disp: v.off} }

func (v vector) load(m Mem) VecVirtual {
	r := v.reg()
	VMOVUPS(m, r)
	return r
}

func (v vector) store(r VecVirtual, m Mem) { VMOVUPS(r, m) }

func (v vector) zero() VecVirtual {
	r := v.reg()
	if v.wide {
		VPXORD(r, r, r)
	} else {
		VXORPS(r, r, r)
	}
	return r
}

func (v vector) copy(a VecVirtual) VecVirtual {
	r := v.reg()
	VMOVAPS(a, r)
	return r
}

// spread gives the float32 at m to every lane.
func (v vector) spread(m Op) VecVirtual {
	r := v.reg()
	VBROADCASTSS(m, r)
	return r
}

func (v vector) add(a VecVirtual, b Op) VecVirtual { r := v.reg(); VADDPS(b, a, r); return r }
func (v vector) sub(a VecVirtual, b Op) VecVirtual { r := v.reg(); VSUBPS(b, a, r); return r }
func (v vector) mul(a VecVirtual, b Op) VecVirtual { r := v.reg(); VMULPS(b, a, r); return r }
func (v vector) div(a VecVirtual, b Op) VecVirtual { r := v.reg(); VDIVPS(b, a, r); return r }
func (v vector) sqrt(a Op) VecVirtual              { r := v.reg(); VSQRTPS(a, r); return r }

// max is a where a > b and b elsewhere, also where a is NaN; min likewise.
func (v vector) max(a VecVirtual, b Op) VecVirtual { r := v.reg(); VMAXPS(b, a, r); return r }
func (v vector) min(a VecVirtual, b Op) VecVirtual { r := v.reg(); VMINPS(b, a, r); return r }

// accumulate adds b to a in place.
func (v vector) accumulate(a VecVirtual, b Op) { VADDPS(b, a, a) }

// abs clears the sign.
func (v vector) abs(a VecVirtual) VecVirtual { return v.and(a, bits(0x7fffffff)) }

func (v vector) and(a VecVirtual, b Op) VecVirtual { return v.bitwise(VPANDD, VPAND, a, b) }
func (v vector) or(a VecVirtual, b Op) VecVirtual  { return v.bitwise(VPORD, VPOR, a, b) }
func (v vector) xor(a VecVirtual, b Op) VecVirtual { return v.bitwise(VPXORD, VPXOR, a, b) }

// bitwise combines a and b by the instruction of the width.
func (v vector) bitwise(wide func(...Op), narrow func(_, _, _ Op), a VecVirtual, b Op) VecVirtual {
	r := v.reg()
	if v.wide {
		wide(b, a, r)
	} else {
		narrow(b, a, r)
	}
	return r
}

// Comparison predicates of VCMPPS, ordered and quiet.
const (
	less         = 0x11
	greater      = 0x1e
	greaterEqual = 0x1d
	ordered      = 0x07
	notEqual     = 0x0c // and neither is NaN
)

// where returns the mask of the lanes with a (predicate) b.
func (v vector) where(predicate uint8, a VecVirtual, b Op) Op {
	if v.wide {
		k := K()
		VCMPPS(U8(predicate), b, a, k)
		return k
	}
	r := YMM()
	VCMPPS(U8(predicate), b, a, r)
	return r
}

// choose is yes in the lanes of the mask and no in the others.
func (v vector) choose(mask Op, yes, no VecVirtual) VecVirtual {
	r := v.reg()
	if v.wide {
		VBLENDMPS(yes, no, mask, r)
	} else {
		VBLENDVPS(mask, yes, no, r)
	}
	return r
}

// Constants, one row of equal lanes each, are emitted at their first use.
var constants = map[uint32]Mem{}

func bits(b uint32) Mem {
	m, ok := constants[b]
	if !ok {
		m = GLOBL(fmt.Sprintf("row_%08x", b), RODATA|NOPTR)
		for i := range rowBytes / 4 {
			DATA(4*i, U32(b))
		}
		constants[b] = m
	}
	return m
}

func number(f float64) Mem { return bits(math.Float32bits(float32(f))) }

var labels int

func label() string {
	labels++
	return fmt.Sprintf("l%d", labels)
}

// times runs body n times, n >= 0; n is spoilt.
func times(n Register, body func()) {
	loop, end := label(), label()
	TESTQ(n, n)
	JLE(LabelRef(end))
	Label(loop)
	body()
	DECQ(n)
	JNZ(LabelRef(loop))
	Label(end)
}

// param loads an argument.
func param(name string) GPVirtual { return Load(Param(name), GP64()).(GPVirtual) }

// bytes turns a number of rows into one of bytes, in place.
func bytes(rows Register) Register {
	SHLQ(Imm(6), rows)
	return rows
}

func copyOf(r Register) GPVirtual {
	c := GP64()
	MOVQ(r, c)
	return c
}
