package consumer

// seen is a bounded set of ids: the oldest goes when a new one needs its room.
type seen struct {
	ids  map[string]struct{}
	ring []string
	next int
}

func newSeen(room int) *seen {
	return &seen{ids: make(map[string]struct{}), ring: make([]string, 0, min(room, 1024)), next: -room}
}

func (s *seen) has(id string) bool {
	_, ok := s.ids[id]
	return ok
}

// add remembers id. While next is negative it counts up to a full ring.
func (s *seen) add(id string) {
	if s.has(id) {
		return
	}
	s.ids[id] = struct{}{}
	if s.next < 0 {
		s.ring = append(s.ring, id)
		s.next++
		return
	}
	delete(s.ids, s.ring[s.next])
	s.ring[s.next] = id
	s.next = (s.next + 1) % len(s.ring)
}
