package recogniser

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/attune-cx/attune/audio"
	"github.com/attune-cx/attune/internal/pipeline"
)

// Transcriber sends whole legs, as fast as the server takes them, and keeps the
// final words: it is the [pipeline.Ears] of an offline engine, for which it may
// wait. One goroutine at a time may use it.
type Transcriber struct {
	ctx  context.Context
	url  string
	legs []*tape
}

// NewTranscriber makes a transcriber; ctx ends every wait. A server that cannot
// be reached is told at once.
func NewTranscriber(ctx context.Context, url string) (*Transcriber, error) {
	if err := CheckURL(url); err != nil {
		return nil, err
	}
	l, err := connect(ctx, url, 8000, false)
	if err != nil {
		return nil, err
	}
	l.close()
	return &Transcriber{ctx: ctx, url: url}, nil
}

// Leg begins a leg.
func (t *Transcriber) Leg(l pipeline.HeardLeg) pipeline.Ear {
	n := len(t.legs) + 1
	said := 0
	k := &tape{ctx: t.ctx, url: t.url, leg: l, speaker: speaker{leg: l, name: func() string {
		said++
		return "asr-" + strconv.Itoa(n) + "-" + strconv.Itoa(said)
	}}}
	t.legs = append(t.legs, k)
	return k
}

// Texts are the utterances of all legs in order of their end, once the
// interaction has ended. The error names the legs that were not heard to the end.
func (t *Transcriber) Texts() ([]pipeline.Text, error) {
	var out []pipeline.Text
	var errs []error
	for _, k := range t.legs {
		out = append(out, k.texts...)
		errs = append(errs, k.err)
	}
	slices.SortStableFunc(out, func(a, b pipeline.Text) int { return int(a.End - b.End) })
	return out, errors.Join(errs...)
}

// tape is one leg of a [Transcriber].
type tape struct {
	ctx     context.Context
	url     string
	leg     pipeline.HeardLeg
	link    *link
	chunk   chunk
	allowed bool
	speaker speaker
	texts   []pipeline.Text
	read    chan error // the reader's end
	err     error
}

func (k *tape) Allow(on bool) { k.allowed = on }

// Hear sends a block, waiting for the server where it must. After an error it
// does nothing.
func (k *tape) Hear(b *audio.Block, at time.Duration) {
	if k.err != nil || !k.allowed {
		return
	}
	if k.link == nil && !k.open() {
		return
	}
	c := &k.chunk
	c.when[c.n] = heard{b.At, at}
	per := len(b.Samples)
	c.samples = slices.Grow(c.samples, per)[:len(c.samples)+per]
	quantise(c.samples[c.n*per:], b.Samples)
	if c.n++; c.n == chunkBlocks {
		k.flush()
	}
}

func (k *tape) open() bool {
	if k.link, k.err = connect(k.ctx, k.url, k.leg.Rate, false); k.err != nil {
		return false
	}
	k.read = make(chan error, 1)
	go func() { k.read <- k.listen() }()
	return true
}

func (k *tape) flush() {
	if k.chunk.n > 0 {
		k.fail(k.link.send(k.ctx, &k.chunk))
	}
	k.chunk.n, k.chunk.samples = 0, k.chunk.samples[:0]
}

func (k *tape) fail(err error) {
	if err != nil && k.err == nil {
		k.err = fmt.Errorf("recogniser at %s: connection lost %s into leg %s: %w", k.url, k.link.times.now().Round(audio.Step), k.leg.LegID, err)
	}
}

// Close sends what is left and waits for the last words.
func (k *tape) Close() {
	if k.link == nil {
		return
	}
	defer k.link.close()
	if k.err == nil {
		k.flush()
	}
	if k.err == nil {
		k.fail(k.link.finish(k.ctx))
	}
	if k.err != nil {
		k.link.close()
		<-k.read
		return
	}
	k.fail(k.last())
}

// last waits for the end of the answers. The server that has work before it may
// take as long as it needs: ctx is the limit.
func (k *tape) last() error {
	if err := <-k.read; !ended(err) {
		return err
	}
	return nil
}

// listen keeps the final words until the connection ends.
func (k *tape) listen() error {
	for {
		a, err := k.link.read(k.ctx)
		switch {
		case errors.Is(err, ErrAnswer):
			continue
		case err != nil:
			return err
		case a.Text == nil:
			continue
		}
		if t, ok := k.speaker.text(&a, &k.link.times); ok {
			k.texts = append(k.texts, t)
		}
	}
}
