package stream_test

import (
	"testing"
	"time"

	"github.com/attune-cx/attune/stream"
	"github.com/attune-cx/attune/stream/streamtest"
)

func BenchmarkAppendScore(b *testing.B) {
	e := streamtest.Score(streamtest.Interaction("call-1"), time.Minute, .5)
	buf, _ := stream.Encode(e, stream.Stamp{Seq: 1, Epoch: 1})
	b.SetBytes(int64(len(buf)))
	b.ReportAllocs()
	for b.Loop() {
		buf, _ = stream.Append(buf[:0], e, stream.Stamp{Seq: 1, Epoch: 1})
	}
}
