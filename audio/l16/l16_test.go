package l16_test

import (
	"bytes"
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/attune-cx/attune/audio/l16"
)

func TestDecode(t *testing.T) {
	cases := []struct {
		name string
		src  []byte
		want []float32
		err  error
	}{
		{"empty", nil, nil, nil},
		{"network order", []byte{0x40, 0x00, 0x00, 0x01}, []float32{0.5, 1.0 / 32768}, nil},
		{"extremes", []byte{0x80, 0x00, 0x7F, 0xFF}, []float32{-1, 32767.0 / 32768}, nil},
		{"odd tail keeps the rest", []byte{0xC0, 0x00, 0x12}, []float32{-0.5}, l16.ErrOddLength},
	}
	for _, c := range cases {
		got, err := l16.Decode(nil, c.src)
		if !slices.Equal(got, c.want) || !errors.Is(err, c.err) {
			t.Errorf("%s: %v, %v; want %v, %v", c.name, got, err, c.want, c.err)
		}
	}
}

func TestEncodeClips(t *testing.T) {
	in := []float32{1.5, -1.5, float32(math.NaN()), 0.5}
	want := []byte{0x7F, 0xFF, 0x80, 0x00, 0, 0, 0x40, 0}
	if got := l16.Encode(nil, in); !bytes.Equal(got, want) {
		t.Errorf("% x, want % x", got, want)
	}
}

func TestChannels(t *testing.T) {
	for n, want := range map[int]error{0: nil, 1: nil, 2: l16.ErrChannels, 6: l16.ErrChannels} {
		if err := l16.CheckChannels(n); !errors.Is(err, want) {
			t.Errorf("%d channels: %v, want %v", n, err, want)
		}
	}
}

func TestNoAllocation(t *testing.T) {
	src, dst := make([]byte, 640), make([]float32, 0, 320)
	if n := testing.AllocsPerRun(100, func() { dst, _ = l16.Decode(dst[:0], src) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte{0x12, 0x34, 0x80, 0x00})
	f.Add([]byte{0xFF})
	f.Fuzz(func(t *testing.T, src []byte) {
		pcm, err := l16.Decode(nil, src)
		if (err != nil) != (len(src)%2 == 1) {
			t.Fatalf("%d bytes: %v", len(src), err)
		}
		if got := l16.Encode(nil, pcm); !bytes.Equal(got, src[:len(src)&^1]) {
			t.Fatalf("% x came back as % x", src, got)
		}
	})
}
