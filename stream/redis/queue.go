package redis

import (
	"strconv"
	"sync"
	"time"

	"github.com/attune-cx/attune/stream"
)

// item is one event on its way. Items are reused.
type item struct {
	e          *stream.Event
	stamp      stream.Stamp // Seq is 0 until it is numbered
	data       []byte       // encoded once numbered
	prev, next *item        // in its line
}

// mergeable reports whether a newer event may take its place.
func mergeable(e *stream.Event) bool { return e.Type == stream.ScoreUpdated }

// list is a queue of items from which any can be taken out.
type list struct{ head, tail *item }

func (l *list) push(it *item) {
	it.prev, it.next = l.tail, nil
	if l.tail == nil {
		l.head = it
	} else {
		l.tail.next = it
	}
	l.tail = it
}

func (l *list) remove(it *item) {
	if it.prev == nil {
		l.head = it.next
	} else {
		it.prev.next = it.next
	}
	if it.next == nil {
		l.tail = it.prev
	} else {
		it.next.prev = it.prev
	}
	it.prev, it.next = nil, nil
}

// lineState says who has a line.
type lineState uint8

const (
	idle  lineState = iota // nothing waits
	ready                  // in the shard's ready queue
	taken                  // with the worker
)

// line is the events of one interaction, in order.
type line struct {
	tenant, id string
	keys       []string // of the Lua body, in its order

	// Guarded by the shard's lock.
	state   lineState
	waiting list
	scores  []*item // of waiting, those that may be merged: one a participant
	merged  uint64  // updates merged away that the worker has not counted in
	used    time.Duration
	next    *line // in the ready queue

	// The worker's alone.
	sent       list // taken from waiting, in order, until acknowledged
	known      bool // seq, epoch and dropped follow the fence
	seq, epoch uint64
	start      uint64 // seq with which the epoch begins here
	dropped    uint64
	ended      bool // the interaction's last event was acknowledged
	parkedTill time.Duration
}

// newLine returns the line of an interaction; forced shards are for the events
// that tell of a shard's own stream.
func newLine(k stream.Keys, id string, shard int) *line {
	l := &line{tenant: k.Tenant, id: id, scores: make([]*item, 0, 4)}
	l.keys = []string{k.Fence(id), k.Events(shard), k.State(id), k.Interaction(id), k.Hints(shard)}
	if id == stream.TrimmedID(shard) {
		slot := k.Trim(shard)
		l.keys[0], l.keys[2], l.keys[3] = slot+":fence", slot+":state", slot+":ix"
	}
	return l
}

// add puts e at the end, taking out an older update that it replaces. It returns
// how many items the line grew by.
func (l *line) add(e *stream.Event, alloc func() *item) int {
	if !mergeable(e) {
		it := alloc()
		it.e = e
		l.waiting.push(it)
		return 1
	}
	for _, it := range l.scores {
		if it.e.Snapshot.ParticipantID == e.Snapshot.ParticipantID {
			l.merged++
			l.waiting.remove(it)
			it.e = e
			l.waiting.push(it)
			return 0
		}
	}
	it := alloc()
	it.e = e
	l.waiting.push(it)
	l.scores = append(l.scores, it)
	return 1
}

// take moves up to limit waiting items to sent and returns how many.
func (l *line) take(limit int) int {
	l.dropped, l.merged = l.dropped+l.merged, 0
	n := 0
	for l.waiting.head != nil && n < limit {
		it := l.waiting.head
		l.waiting.remove(it)
		l.sent.push(it)
		l.forget(it)
		n++
	}
	return n
}

// forget takes it from those that may be merged: once sent it is not changed.
func (l *line) forget(it *item) {
	for i, s := range l.scores {
		if s == it {
			last := len(l.scores) - 1
			l.scores[i], l.scores[last] = l.scores[last], nil
			l.scores = l.scores[:last]
			return
		}
	}
}

// lineKey finds a line without building a string.
type lineKey struct{ tenant, id string }

// shard is the lines of one shard and the queue of those with something to send.
type shard struct {
	n    int
	wake chan struct{} // capacity 1

	mu         sync.Mutex
	lines      map[lineKey]*line
	head, tail *line // ready queue
	free       *item // list of unused items, by next
	nfree      int
}

func newShard(n int) *shard {
	return &shard{n: n, wake: make(chan struct{}, 1), lines: make(map[lineKey]*line)}
}

// maxFree bounds the unused items that a shard keeps after a rush.
const maxFree = 4096

// alloc is called with the lock held.
func (s *shard) alloc() *item {
	it := s.free
	if it == nil {
		return new(item)
	}
	s.free, it.next = it.next, nil
	s.nfree--
	return it
}

// release is called with the lock held.
func (s *shard) release(it *item) {
	if s.nfree >= maxFree {
		return
	}
	it.e, it.stamp, it.data = nil, stream.Stamp{}, it.data[:0]
	it.prev, it.next, s.free = nil, s.free, it
	s.nfree++
}

// offer adds e to its line and makes the worker look. It returns how many events
// more wait, or an error if the tenant's name cannot stand in a key.
func (s *shard) offer(e *stream.Event, tenant string, shards int, now time.Duration) (int, error) {
	s.mu.Lock()
	l := s.lines[lineKey{tenant, e.Interaction.ID}]
	if l == nil {
		keys, err := stream.NewKeys(tenant, shards)
		if err != nil {
			s.mu.Unlock()
			return 0, err
		}
		l = newLine(keys, e.Interaction.ID, s.n)
		s.lines[lineKey{tenant, l.id}] = l
	}
	grown := l.add(e, s.alloc)
	l.used = now
	if l.state == idle {
		s.enqueue(l)
	}
	s.mu.Unlock()
	select {
	case s.wake <- struct{}{}:
	default:
	}
	return grown, nil
}

// enqueue is called with the lock held.
func (s *shard) enqueue(l *line) {
	l.state, l.next = ready, nil
	if s.tail == nil {
		s.head = l
	} else {
		s.tail.next = l
	}
	s.tail = l
}

// dequeue is called with the lock held; nil when nothing is ready.
func (s *shard) dequeue() *line {
	l := s.head
	if l == nil {
		return nil
	}
	if s.head = l.next; s.head == nil {
		s.tail = nil
	}
	l.state, l.next = taken, nil
	return l
}

// sweep forgets lines that nothing was offered to since before.
func (s *shard) sweep(before time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for key, l := range s.lines {
		if l.state == idle && l.used < before {
			delete(s.lines, key)
		}
	}
}

func (s *shard) String() string { return "shard " + strconv.Itoa(s.n) }
