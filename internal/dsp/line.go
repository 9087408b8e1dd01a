package dsp

// Line is a delay line, a slab of rows that move toward row 0 as others come. It
// slides through a slab of twice its size, so that a step of all lanes moves no
// rows but once in a line's length. Not safe for concurrent use.
type Line struct {
	slab []float32
	size int // elements of the line
	at   int // its first in slab
}

// NewLine makes a line of zeros.
func NewLine(rows, lanes int) *Line {
	return &Line{slab: make([]float32, 2*rows*lanes), size: rows * lanes}
}

// Rows returns the line, oldest row first, valid until the next Push.
func (d *Line) Rows() []float32 { return d.slab[d.at:][:d.size] }

// Push is [Shift] on the line: the active lanes move on by tail, the others keep
// every bit. tail is not longer than the line.
func (d *Line) Push(tail []float32, active []uint32) {
	if !all(active) {
		Shift(d.Rows(), tail, active)
		return
	}
	if d.at+len(tail)+d.size > len(d.slab) {
		copy(d.slab, d.Rows())
		d.at = 0
	}
	d.at += len(tail)
	copy(d.slab[d.at+d.size-len(tail):], tail)
}
