package g711

import "math/bits"

const (
	muBias   = 0x84  // 132: added before the segment is looked up, so that segments double
	muClip   = 32635 // largest magnitude that the bias keeps within 15 bits
	evenBits = 0x55  // A-law toggles every other bit on the line
	signBit  = 0x80
)

// Linear is the 16-bit value of a code (ITU-T G.711 tables 1a and 2a, scaled
// from 13 or 14 bits to 16).
func (l Law) Linear(code byte) int16 {
	if l == ALaw {
		return aLinear(code)
	}
	return muLinear(code)
}

// Code is the code nearest below the magnitude of a 16-bit value, as the
// decision values of ITU-T G.711 place it.
func (l Law) Code(v int16) byte {
	if l == ALaw {
		return aCode(v)
	}
	return muCode(v)
}

// muLinear: the code is sent inverted; sign, 3 bits of segment, 4 of step.
func muLinear(code byte) int16 {
	code = ^code
	segment, step := code>>4&7, int32(code&15)
	magnitude := (step<<3+muBias)<<segment - muBias
	if code&signBit != 0 {
		return int16(-magnitude)
	}
	return int16(magnitude)
}

func muCode(v int16) byte {
	magnitude, sign := int32(v), byte(0)
	if v < 0 {
		magnitude, sign = -magnitude, signBit
	}
	magnitude = min(magnitude, muClip) + muBias
	segment := bits.Len32(uint32(magnitude)) - 8 // the bias makes it 8 bits or more
	step := byte(magnitude>>(segment+3)) & 15
	return ^(sign | byte(segment)<<4 | step)
}

// aLinear: sign (set is positive), 3 bits of segment, 4 of step; the value is
// the middle of its interval.
func aLinear(code byte) int16 {
	code ^= evenBits
	segment, step := code>>4&7, int32(code&15)
	magnitude := step<<4 + 8
	if segment > 0 {
		magnitude = (magnitude + 0x100) << (segment - 1)
	}
	if code&signBit == 0 {
		return int16(-magnitude)
	}
	return int16(magnitude)
}

func aCode(v int16) byte {
	magnitude, sign := int32(v), byte(signBit)
	if v < 0 {
		magnitude, sign = -magnitude-1, 0 // one's complement: intervals mirror without overlap
	}
	segment := max(0, bits.Len32(uint32(magnitude))-8)
	shift := max(4, segment+3)
	return (sign | byte(segment)<<4 | byte(magnitude>>shift)&15) ^ evenBits
}
