package text

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
)

// ErrFormat reports weights that this code cannot read.
var ErrFormat = errors.New("models/text: weights not in the expected format")

// tensors is a file in the safetensors format: eight bytes of header length, little-endian, a JSON header
// of types, shapes and offsets, then the data.
type tensors struct {
	meta    map[string]string
	entries map[string]entry
	data    []byte
}

type entry struct {
	DType   string `json:"dtype"`
	Shape   []int  `json:"shape"`
	Offsets [2]int `json:"data_offsets"`
}

func parseTensors(b []byte) (*tensors, error) {
	if len(b) < 8 {
		return nil, fmt.Errorf("models/text: file of %d bytes < 8: %w", len(b), ErrFormat)
	}
	n := binary.LittleEndian.Uint64(b)
	if n > uint64(len(b)-8) {
		return nil, fmt.Errorf("models/text: header of %d bytes > %d left: %w", n, len(b)-8, ErrFormat)
	}
	var header map[string]json.RawMessage
	if err := json.Unmarshal(b[8:8+n], &header); err != nil {
		return nil, fmt.Errorf("models/text: header: %w: %w", err, ErrFormat)
	}
	t := &tensors{entries: make(map[string]entry, len(header)), data: b[8+n:]}
	for name, raw := range header {
		if name == "__metadata__" {
			if err := json.Unmarshal(raw, &t.meta); err != nil {
				return nil, fmt.Errorf("models/text: metadata: %w: %w", err, ErrFormat)
			}
			continue
		}
		var e entry
		if err := json.Unmarshal(raw, &e); err != nil {
			return nil, fmt.Errorf("models/text: tensor %s: %w: %w", name, err, ErrFormat)
		}
		t.entries[name] = e
	}
	return t, nil
}

// check compares an entry of the metadata with what this code was written for.
func (t *tensors) check(key, want string) error {
	if got := t.meta[key]; got != want {
		return fmt.Errorf("models/text: %s %q, want %q: %w", key, got, want, ErrFormat)
	}
	return nil
}

// bytesOf returns the data of a tensor of the given type and shape.
func (t *tensors) bytesOf(name, dtype string, size int, shape ...int) ([]byte, error) {
	e, ok := t.entries[name]
	if !ok {
		return nil, fmt.Errorf("models/text: tensor %s is missing: %w", name, ErrFormat)
	}
	want := size
	for _, d := range shape {
		want *= d
	}
	begin, end := e.Offsets[0], e.Offsets[1]
	if e.DType != dtype || begin < 0 || end < begin || end > len(t.data) || end-begin != want {
		return nil, fmt.Errorf("models/text: tensor %s is %s%v at %d..%d of %d bytes, want %s%v: %w",
			name, e.DType, e.Shape, begin, end, len(t.data), dtype, shape, ErrFormat)
	}
	return t.data[begin:end], nil
}

// floats returns a float32 tensor; a value that is not finite is an error.
func (t *tensors) floats(name string, shape ...int) ([]float32, error) {
	b, err := t.bytesOf(name, "F32", 4, shape...)
	if err != nil {
		return nil, err
	}
	out := make([]float32, len(b)/4)
	for i := range out {
		out[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
		if v := float64(out[i]); math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, fmt.Errorf("models/text: tensor %s holds %v at %d: %w", name, v, i, ErrFormat)
		}
	}
	return out, nil
}

func (t *tensors) ints(name string, shape ...int) ([]int, error) {
	b, err := t.bytesOf(name, "I32", 4, shape...)
	if err != nil {
		return nil, err
	}
	out := make([]int, len(b)/4)
	for i := range out {
		out[i] = int(int32(binary.LittleEndian.Uint32(b[4*i:])))
	}
	return out, nil
}
