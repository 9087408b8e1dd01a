package streamtest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/attune-cx/attune/stream"
	"github.com/attune-cx/attune/stream/schema"
)

// Publisher is what the suite puts to the test.
type Publisher interface {
	stream.Sink
	Run(ctx context.Context) error
	Flush(ctx context.Context) error
	Close(ctx context.Context) error
}

// Options of a publisher under test; zero values are the publisher's defaults.
type Options struct {
	URL                    string
	Tenant                 string
	Shards, Queue          int
	Retain, StateTTL, Trim time.Duration
	OnAck                  func(e *stream.Event, s stream.Stamp)
}

// New makes a publisher and a client on the same server.
type New func(t testing.TB, o Options) (Publisher, goredis.UniversalClient)

// Run puts publishers through the contract on servers that url starts, one a
// subtest. Every rule is one subtest, whose failure says which promise is broken.
func Run(t *testing.T, url func(t testing.TB) string, newPublisher New) {
	for _, rule := range []struct {
		name string
		test func(*bench)
	}{
		{"events of an interaction are in order, numbered without a gap, and valid", orderAndSeq},
		{"interactions in parallel lose nothing", parallel},
		{"lost replies make no duplicate", lostReplies},
		{"swallowed replies make no duplicate", swallowedReplies},
		{"updates merge to the newest and dropped tells how many", conflation},
		{"nothing but score updates is dropped while Redis is away", keptWhileAway},
		{"a full queue refuses interactions and drops nothing", admission},
		{"a new process goes on after the last seq in a new epoch", restart},
		{"two writers of one interaction neither lose nor double", twoWriters},
		{"a fence that went back starts a new epoch", fenceLost},
		{"tenants see nothing of one another", tenants},
		{"hints stand on a stream of their own", hints},
		{"the state hash holds the newest scores and expires", stateHash},
		{"erasure removes the interaction's own keys", erased},
		{"what is older than the retention goes, silently", retention},
		{"a forced trim is told", forcedTrim},
		{"the meta key tells readers where to look", meta},
	} {
		t.Run(rule.name, func(t *testing.T) {
			t.Parallel() // each has a server of its own, and most of them wait
			server := url(t)
			o, err := goredis.ParseURL(server)
			if err != nil {
				t.Fatal(err)
			}
			rule.test(&bench{T: t, url: server, proxy: StartProxy(t, o.Addr), make: newPublisher})
		})
	}
}

// bench is one rule's server, with a proxy in front that loses what it is told to.
type bench struct {
	*testing.T
	url   string
	proxy *Proxy
	make  New
}

// direct returns options that go around the proxy.
func (b *bench) direct() Options { return Options{URL: b.url} }

// viaProxy returns options that go through it.
func (b *bench) viaProxy() Options { return Options{URL: b.proxy.URL()} }

// start runs a publisher until the test ends.
func (b *bench) start(o Options) (Publisher, goredis.UniversalClient) {
	b.Helper()
	p, client := b.make(b, o)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- p.Run(ctx) }()
	b.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			b.Errorf("Run: %v", err)
		}
		client.Close()
	})
	return p, client
}

// reader is a client of its own on the server, around the proxy.
func (b *bench) reader() *goredis.Client {
	o, err := goredis.ParseURL(b.url)
	if err != nil {
		b.Fatal(err)
	}
	c := goredis.NewClient(o)
	b.Cleanup(func() { c.Close() })
	return c
}

// patience is how long anything may take before the test gives up; nothing is
// asserted about time.
const patience = 60 * time.Second

func (b *bench) flush(p Publisher) {
	b.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := p.Flush(ctx); err != nil {
		b.Fatal(err)
	}
}

// until waits for something to come true.
func (b *bench) until(what string, ok func() bool) {
	b.Helper()
	for deadline := time.Now().Add(patience); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			b.Fatalf("never came true: %s", what)
		}
	}
}

// Entry is one entry of a stream, decoded.
type Entry struct {
	goredis.XMessage
	*stream.Envelope
}

// Read returns every entry of a stream, decoded, in order. It fails t for one that
// does not follow its schema.
func Read(t testing.TB, c goredis.Cmdable, key string) []Entry {
	t.Helper()
	messages, err := c.XRange(context.Background(), key, "-", "+").Result()
	if err != nil {
		t.Fatal(err)
	}
	entries := make([]Entry, len(messages))
	for i, m := range messages {
		data, _ := m.Values["data"].(string)
		env, err := stream.Decode([]byte(data))
		if err != nil {
			t.Fatalf("entry %s of %s: %v", m.ID, key, err)
		}
		if err := schema.ValidateEvent([]byte(data)); err != nil {
			t.Fatalf("entry %s of %s: %v", m.ID, key, err)
		}
		entries[i] = Entry{m, env}
	}
	return entries
}

// keys of the default tenant over shards.
func keys(t testing.TB, tenant string, shards int) stream.Keys {
	t.Helper()
	k, err := stream.NewKeys(tenant, shards)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// CheckSequence fails t unless every interaction's entries are in order, from seq
// from on, without gap or double, whatever the epoch. It returns them by interaction.
func CheckSequence(t testing.TB, entries []Entry) map[string][]Entry {
	t.Helper()
	by := make(map[string][]Entry)
	ids := make(map[string]bool)
	for _, e := range entries {
		if ids[e.Envelope.ID] {
			t.Errorf("id %s is there twice", e.Envelope.ID)
		}
		ids[e.Envelope.ID] = true
		list := by[e.Subject]
		if want := uint64(len(list)) + 1; e.Data.Seq != want {
			t.Errorf("interaction %s: seq %d where %d belongs", e.Subject, e.Data.Seq, want)
		}
		if n := len(list); n > 0 && e.Data.Epoch < list[n-1].Data.Epoch {
			t.Errorf("interaction %s: epoch fell from %d to %d", e.Subject, list[n-1].Data.Epoch, e.Data.Epoch)
		}
		by[e.Subject] = append(list, e)
	}
	return by
}

// checkCues fails t unless the cues c-0 ... c-(n-1) are there once each, in order.
func checkCues(t testing.TB, entries []Entry, n int) {
	t.Helper()
	next := 0
	for _, e := range entries {
		if e.Envelope.Type != stream.CueOpened {
			continue
		}
		if want := fmt.Sprint("c-", next); e.Data.CueID != want {
			t.Fatalf("cue %s where %s belongs", e.Data.CueID, want)
		}
		next++
	}
	if next != n {
		t.Fatalf("%d cues in the stream, %d were offered", next, n)
	}
}

// acks collects acknowledgements.
type acks struct {
	mu  sync.Mutex
	ids map[string]int
}

func newAcks() *acks { return &acks{ids: make(map[string]int)} }

func (a *acks) add(e *stream.Event, s stream.Stamp) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.ids[string(stream.AppendID(nil, e.Interaction.ID, s.Epoch, s.Seq))]++
}

// check fails t unless every acknowledged event is in entries, acknowledged once.
func (a *acks) check(t testing.TB, entries []Entry) {
	t.Helper()
	a.mu.Lock()
	defer a.mu.Unlock()
	there := make(map[string]bool)
	for _, e := range entries {
		there[e.Envelope.ID] = true
	}
	for id, n := range a.ids {
		if !there[id] || n != 1 {
			t.Errorf("%s: acknowledged %d times, in the stream: %t", id, n, there[id])
		}
	}
}

func overloaded(err error) bool { return errors.Is(err, stream.ErrOverloaded) }
