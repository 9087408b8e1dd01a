package recogniser

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/internal/pipeline"
)

// diary notes what an interaction is told.
type diary struct{ news chan string }

func (d diary) Recogniser(_ context.Context, _, leg string, hears bool, at time.Duration) error {
	d.news <- fmt.Sprintf("%s hears %v from %s", leg, hears, at)
	return nil
}

func (d diary) Unread(_ context.Context, _, leg string, span attune.Span) error {
	d.news <- fmt.Sprintf("%s unread %s to %s", leg, span.Begin, span.End)
	return nil
}

func newDiary() diary { return diary{make(chan string, 1000)} }

func (d diary) want(t *testing.T, want string) {
	t.Helper()
	if got := <-d.news; got != want {
		t.Errorf("told %q, want %q", got, want)
	}
}

// A server that is away is told once; when it is back, from where on it hears.
func TestAwayAndBack(t *testing.T) {
	v := newVosk(t, func(_, _ int, say func(string)) bool { say(final("words")); return true })
	v.refuse = 3
	d := newDiary()
	b, s := newBridge(t, Config{URL: v.url(), Presence: d})
	m := &mouth{ear: b.Leg(leg), off: time.Second}
	m.ear.Allow(true)
	m.say(chunkBlocks)
	d.want(t, "customer hears false from 1s")
	d.want(t, "customer hears true from 1s") // the queue kept all of it
	if got := s.next(); got.Text != "words" {
		t.Errorf("%+v", got)
	}
	m.ear.Close()
	b.running.Wait()
	if len(d.news) > 0 {
		t.Errorf("also told: %q", <-d.news)
	}
}

// What a cut connection did not answer any more, and what came while there was
// none, is told where it is long enough.
func TestACutIsTold(t *testing.T) {
	cut := make(chan struct{})
	v := newVosk(t, func(conn, total int, say func(string)) bool {
		if conn == 1 && total > 3200 {
			<-cut
			return false
		}
		say(final("words"))
		return true
	})
	d := newDiary()
	b, s := newBridge(t, Config{URL: v.url(), Presence: d, Queue: time.Second})
	m := &mouth{ear: b.Leg(leg)}
	m.ear.Allow(true)
	m.say(chunkBlocks)
	d.want(t, "customer hears true from 0s")
	s.next()
	m.say(chunkBlocks)
	for _, bytes := v.heard(); bytes < 6400; _, bytes = v.heard() {
		time.Sleep(time.Millisecond)
	}
	m.at += 5 * time.Second // nothing is said
	close(cut)
	for testutil.ToFloat64(b.counts.cuts) < 1 {
		time.Sleep(time.Millisecond)
	}
	m.say(chunkBlocks)
	d.want(t, "customer unread 200ms to 5.4s")
}

// Sound that a slow server's queue dropped is told as a stretch.
func TestDroppedSoundIsTold(t *testing.T) {
	stop := make(chan struct{})
	v := newVosk(t, func(int, int, func(string)) bool { <-stop; return true })
	d := newDiary()
	b, _ := newBridge(t, Config{URL: v.url(), Presence: d, Queue: time.Second})
	m := &mouth{ear: b.Leg(leg)}
	m.ear.Allow(true)
	m.say(chunkBlocks)
	d.want(t, "customer hears true from 0s")
	m.say(20 * 60 * 100)
	close(stop)
	var from, to string
	if _, err := fmt.Sscanf(<-d.news, "customer unread %s to %s", &from, &to); err != nil {
		t.Fatal(err)
	}
	begin, err1 := time.ParseDuration(from)
	end, err2 := time.ParseDuration(to)
	if err1 != nil || err2 != nil || end <= begin || end > time.Hour+time.Second {
		t.Errorf("unread %s to %s", from, to)
	}
}

// A server that takes sound and says nothing is left, and tried again.
func TestASilentServerIsLeft(t *testing.T) {
	v := newVosk(t, func(int, int, func(string)) bool { return true })
	b, _ := newBridge(t, Config{URL: v.url(), AnswerWait: time.Millisecond})
	m := &mouth{ear: b.Leg(leg)}
	m.ear.Allow(true)
	for conns, _ := v.heard(); conns < 3; conns, _ = v.heard() {
		m.say(chunkBlocks)
		time.Sleep(time.Millisecond)
	}
	if testutil.ToFloat64(b.counts.cuts) < 2 {
		t.Error("no cut was counted")
	}
}

// Only sound that was sent waits for an answer: a leg that says nothing is not
// taken for a server that does not answer.
func TestSilent(t *testing.T) {
	s, l := &session{b: &Bridge{cfg: Config{AnswerWait: time.Minute}}}, new(link)
	if err := s.silent(l); err != nil {
		t.Errorf("nothing was sent: %v", err)
	}
	s.asked = time.Now().Add(-time.Hour)
	if err := s.silent(l); !errors.Is(err, ErrSilent) {
		t.Errorf("no answer for an hour: %v", err)
	}
	l.answers.Add(1)
	if err := s.silent(l); err != nil || !s.asked.IsZero() {
		t.Errorf("it answered: %v, asked %s", err, s.asked)
	}
}

// Many legs at once: each gets its own words, and all end.
func TestManyLegs(t *testing.T) {
	const legs = 20
	v := newVosk(t, func(conn, total int, say func(string)) bool {
		say(fmt.Sprintf(`{"partial":"leg %d"}`, conn))
		if total >= 3*3200 {
			say(final(fmt.Sprintf("leg %d", conn)))
		}
		return true
	})
	b, s := newBridge(t, Config{URL: v.url()})
	mouths := make([]*mouth, legs)
	for i := range mouths {
		l := leg
		l.InteractionID = fmt.Sprintf("i%d", i)
		mouths[i] = &mouth{ear: b.Leg(l)}
		mouths[i].ear.Allow(true)
	}
	for range 3 {
		for _, m := range mouths {
			m.say(chunkBlocks)
		}
	}
	for _, m := range mouths {
		m.ear.Close()
	}
	b.running.Wait()
	finals := map[string]int{}
	for _, x := range s.texts {
		if !x.Interim {
			finals[x.Text]++
		}
	}
	if finals["the end"] != legs || len(finals) != legs+1 {
		t.Errorf("%d kinds of final texts: %v", len(finals), finals)
	}
	if n := testutil.ToFloat64(b.counts.sessions); n != 0 {
		t.Errorf("%v sessions are left", n)
	}
	ids := map[string]bool{}
	for _, x := range s.texts {
		ids[x.ID] = true
	}
	if len(ids) != 2*legs {
		t.Errorf("%d utterances, want %d", len(ids), 2*legs)
	}
}

var _ pipeline.Ears = (*Bridge)(nil)
