package wav

import (
	"bytes"
	"errors"
	"io"
	"testing"
)

// Any bytes give frames or one of our errors, never a panic, never more frames
// than the file has room for, and never a sample beyond full scale.
func FuzzReader(f *testing.F) {
	f.Add(plain(1, 16, []byte{1, 2, 3, 4}).bytes())
	f.Add(plain(2, 24, make([]byte, 60)).bytes())
	float := plain(1, 32, f32(1, 2, 3))
	float.tag = 3
	f.Add(float.bytes())
	pipe := plain(1, 8, make([]byte, 9))
	pipe.dataSize = 0xFFFFFFFF
	f.Add(pipe.bytes())
	list := plain(1, 16, make([]byte, 9))
	list.before = []byte("LIST\x05\x00\x00\x00hello\x00")
	f.Add(list.bytes())
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := NewReader(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			for _, want := range []error{ErrNotWAV, ErrHeader, ErrFormat, ErrEmpty} {
				if errors.Is(err, want) {
					return
				}
			}
			t.Fatalf("error of no kind: %v", err)
		}
		info := r.Info()
		if info.Frames < 1 || info.Frames > int64(len(b)) || info.Duration() <= 0 {
			t.Fatalf("%d frames in %d bytes", info.Frames, len(b))
		}
		dst := make([][]float32, info.Channels)
		for c := range dst {
			dst[c] = make([]float32, 64)
		}
		for total := int64(0); ; {
			n, err := r.ReadFrames(dst)
			if errors.Is(err, io.EOF) {
				if total != info.Frames {
					t.Fatalf("read %d of %d frames", total, info.Frames)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			total += int64(n)
			for _, v := range dst[0][:n] {
				if !(v >= -1 && v <= 1) {
					t.Fatalf("sample %g", v)
				}
			}
		}
	})
}
