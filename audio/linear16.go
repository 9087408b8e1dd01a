package audio

// Linear16 rounds a sample at full scale ±1 to 16 bits, clipping; NaN is 0.
func Linear16(x float32) int16 {
	y := x * 32768
	switch {
	case y >= 32767:
		return 32767
	case y <= -32768:
		return -32768
	case y >= 0:
		return int16(y + 0.5)
	case y < 0:
		return int16(y - 0.5)
	}
	return 0 // NaN
}
