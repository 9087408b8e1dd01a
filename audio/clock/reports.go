package clock

import "time"

// minReports is the time between two sender reports before they tell a drift:
// senders stamp them to a millisecond or so, 33 ppm of this.
const minReports = 30 * time.Second

// senderReports are the first and last RTCP sender reports of a source.
type senderReports struct {
	first, last   report
	started, many bool
}

type report struct {
	wall, media time.Duration
}

// ObserveReport takes an RTCP sender report (RFC 3550 section 6.4.1): its NTP
// timestamp, 32.32 fixed point, and the media time of its RTP timestamp. Only
// the rate of the sender's wall clock is used, so that it may be set wrong.
func (m *Mapper) ObserveReport(ntp uint64, media time.Duration) {
	r := report{wall: wallTime(ntp), media: media}
	s := &m.reports
	if !s.started || r.media < s.last.media || r.wall < s.last.wall {
		*s = senderReports{first: r, last: r, started: true} // first, or its clock was set
		return
	}
	s.last, s.many = r, true
}

func (s *senderReports) drift() (float64, bool) {
	media := s.last.media - s.first.media
	if !s.many || media < minReports {
		return 0, false
	}
	return float64(s.last.wall-s.first.wall-media) / float64(media), true
}

// wallTime is an NTP timestamp as time, modulo its era of 136 years.
func wallTime(ntp uint64) time.Duration {
	seconds, fraction := ntp>>32, ntp&0xFFFFFFFF
	return time.Duration(seconds)*time.Second + time.Duration(fraction*uint64(time.Second)>>32)
}
