package clock

// envelopeSlope is the slope of the line below all points that is nearest to
// them in sum. That line carries the edge of the lower convex hull above the
// mean media time (Moon, Skelly and Towsley 1999, section IV). points are in
// order of media time and at least two; the work is linear in their number.
func envelopeSlope(points []point) float64 {
	var hull [windows]point
	h := 0
	var mean float64
	for _, p := range points {
		for h >= 2 && slope(hull[h-2], p) <= slope(hull[h-2], hull[h-1]) {
			h--
		}
		hull[h] = p
		h++
		mean += float64(p.media-points[0].media) / float64(len(points))
	}
	for i := 1; i < h; i++ {
		if float64(hull[i].media-points[0].media) >= mean {
			return slope(hull[i-1], hull[i])
		}
	}
	return 0
}

// slope of the line through a and b; 0 when they are of one time.
func slope(a, b point) float64 {
	if b.media == a.media {
		return 0
	}
	return float64(b.delay-a.delay) / float64(b.media-a.media)
}
