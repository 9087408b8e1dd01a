package recogniser

import (
	"sort"
	"sync"
	"time"
)

const (
	// slip is how far the leg's clock may move before the timeline notes it.
	slip = 5 * time.Millisecond
	// maxMarks bounds the notes; the oldest go first.
	maxMarks = 512
)

// timeline maps a server's time, which counts the samples of one connection, to
// the interaction's clock. One goroutine adds, another looks up.
type timeline struct {
	rate int

	mu    sync.Mutex
	sent  int64 // samples
	marks []mark
}

// mark says that a sample of the connection was heard at an offset.
type mark struct {
	sample int64
	at     time.Duration
}

// add notes that the next n samples begin at offset at.
func (t *timeline) add(n int, at time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.marks) == 0 || (t.offset(t.sent)-at).Abs() >= slip {
		if len(t.marks) == maxMarks {
			t.marks = append(t.marks[:0], t.marks[1:]...)
		}
		t.marks = append(t.marks, mark{t.sent, at})
	}
	t.sent += int64(n)
}

// skip notes n samples of silence that nobody has heard.
func (t *timeline) skip(n int) {
	t.mu.Lock()
	t.sent += int64(n)
	t.mu.Unlock()
}

// at is the offset at which a time of the server's was heard, never below 0.
func (t *timeline) at(seconds float64) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	return max(0, t.offset(int64(seconds*float64(t.rate)+.5)))
}

// now is the offset of the newest sample sent.
func (t *timeline) now() time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	return max(0, t.offset(t.sent))
}

func (t *timeline) offset(sample int64) time.Duration {
	i := sort.Search(len(t.marks), func(i int) bool { return t.marks[i].sample > sample })
	if i == 0 {
		if len(t.marks) == 0 {
			return 0
		}
		i = 1
	}
	m := t.marks[i-1]
	at := m.at + time.Duration(sample-m.sample)*time.Second/time.Duration(t.rate)
	if i < len(t.marks) { // silence that was put in takes no time of the call
		at = min(at, t.marks[i].at)
	}
	return at
}
