package stream

import (
	"io"
	"sync"
	"time"
)

// WriterSink writes events to a writer as they are offered, one JSON object a
// line, in the format that Redis carries in the field data. Nothing is merged and
// nothing dropped. With Now unset and a fixed Epoch the same events give the same
// bytes. Set the fields before the first Offer. Safe for concurrent use.
type WriterSink struct {
	Epoch uint64               // 0 = 1
	Now   func() time.Duration // monotonic clock of Event.Newest; nil = latency is null

	mu   sync.Mutex
	w    io.Writer
	buf  []byte
	last map[string]uint64 // seq by interaction
	err  error

	broken bool // the writer failed: a half-written line is never followed by another
}

// NewWriterSink returns a sink that writes to w.
func NewWriterSink(w io.Writer) *WriterSink {
	return &WriterSink{w: w, last: make(map[string]uint64)}
}

// Admit never refuses.
func (s *WriterSink) Admit() error { return nil }

// Offer writes e at once and waits for the writer. An event that is not complete
// is left out; once the writer has failed nothing more is written. Both are told
// by [WriterSink.Err].
func (s *WriterSink) Offer(e *Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken {
		return
	}
	if err := e.Validate(); err != nil {
		s.fail(err)
		return
	}
	stamp := Stamp{Seq: s.last[e.Interaction.ID] + 1, Epoch: max(1, s.Epoch)}
	if s.Now != nil {
		stamp.Published = s.Now()
	}
	s.buf, _ = Append(s.buf[:0], e, stamp) // valid, so it can be encoded
	s.buf = append(s.buf, '\n')
	if _, err := s.w.Write(s.buf); err != nil {
		s.broken = true
		s.fail(err)
		return
	}
	s.last[e.Interaction.ID] = stamp.Seq
}

func (s *WriterSink) fail(err error) {
	if s.err == nil {
		s.err = err
	}
}

// Err is the first error, of an event or of the writer; nil while all is written.
func (s *WriterSink) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// MemorySink keeps the events that it is offered, for tests and for tools that
// look at a whole interaction. Safe for concurrent use.
type MemorySink struct {
	mu      sync.Mutex
	refuse  error
	events  []*Event
	invalid []error
}

// NewMemorySink returns an empty sink.
func NewMemorySink() *MemorySink { return &MemorySink{} }

// Refuse makes Admit return err; nil admits again.
func (s *MemorySink) Refuse(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuse = err
}

// Admit returns what Refuse was given last.
func (s *MemorySink) Admit() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.refuse
}

// Offer keeps e; one that is not complete is kept as an error instead.
func (s *MemorySink) Offer(e *Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := e.Validate(); err != nil {
		s.invalid = append(s.invalid, err)
		return
	}
	s.events = append(s.events, e)
}

// Events returns what was offered so far, in order; the slice is the caller's.
func (s *MemorySink) Events() []*Event {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]*Event(nil), s.events...)
}

// Invalid returns the errors of the events that were not complete.
func (s *MemorySink) Invalid() []error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]error(nil), s.invalid...)
}

// Of returns the events of one type, in order.
func (s *MemorySink) Of(t Type) []*Event {
	var of []*Event
	for _, e := range s.Events() {
		if e.Type == t {
			of = append(of, e)
		}
	}
	return of
}
