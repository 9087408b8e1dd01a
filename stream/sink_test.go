package stream_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/attune-cx/attune/stream"
	"github.com/attune-cx/attune/stream/schema"
	"github.com/attune-cx/attune/stream/streamtest"
)

func TestWriterSinkWritesValidLinesInOrder(t *testing.T) {
	run := func() []byte {
		var out bytes.Buffer
		s := stream.NewWriterSink(&out)
		for _, id := range []string{"a", "b"} {
			for _, e := range streamtest.Samples(streamtest.Interaction(id)) {
				s.Offer(e)
			}
		}
		if s.Err() != nil || s.Admit() != nil {
			t.Fatal(s.Err(), s.Admit())
		}
		return out.Bytes()
	}
	first := run()
	if !bytes.Equal(first, run()) {
		t.Error("the same events gave other bytes")
	}
	seqs := map[string]uint64{}
	for line := range bytes.Lines(first) {
		if err := schema.ValidateEvent(line); err != nil {
			t.Error(err)
		}
		env, err := stream.Decode(line)
		if err != nil {
			t.Fatal(err)
		}
		if seqs[env.Subject]++; env.Data.Seq != seqs[env.Subject] {
			t.Errorf("seq %d, want %d", env.Data.Seq, seqs[env.Subject])
		}
	}
	if len(seqs) != 2 || seqs["a"] != seqs["b"] {
		t.Errorf("events by interaction: %v", seqs)
	}
}

type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, errors.New("pipe is closed") }

func TestWriterSinkKeepsTheFirstError(t *testing.T) {
	s := stream.NewWriterSink(brokenPipe{})
	for _, e := range streamtest.Samples(streamtest.Interaction("a")) {
		s.Offer(e)
	}
	s.Offer(&stream.Event{})
	if s.Err() == nil || s.Err().Error() != "pipe is closed" {
		t.Error(s.Err())
	}
}

func TestWriterSinkGoesOnAfterAnIncompleteEvent(t *testing.T) {
	var out bytes.Buffer
	s := stream.NewWriterSink(&out)
	s.Offer(&stream.Event{Type: stream.Gap, Interaction: streamtest.Interaction("a")})
	s.Offer(streamtest.Samples(streamtest.Interaction("a"))[0])
	if !errors.Is(s.Err(), stream.ErrEvent) || bytes.Count(out.Bytes(), []byte("\n")) != 1 || !bytes.Contains(out.Bytes(), []byte(`"seq":1,`)) {
		t.Errorf("error %v, output %s", s.Err(), out.Bytes())
	}
}

func TestMemorySink(t *testing.T) {
	s := stream.NewMemorySink()
	events := streamtest.Samples(streamtest.Interaction("a"))
	for _, e := range events {
		s.Offer(e)
	}
	s.Offer(&stream.Event{Type: stream.Gap})
	if len(s.Events()) != len(events) || len(s.Of(stream.RouteHint)) != 2 || len(s.Invalid()) != 1 {
		t.Errorf("%d events, %d hints, %d invalid", len(s.Events()), len(s.Of(stream.RouteHint)), len(s.Invalid()))
	}
	s.Refuse(stream.ErrOverloaded)
	if !errors.Is(s.Admit(), stream.ErrOverloaded) {
		t.Error("admitted while told to refuse")
	}
}
