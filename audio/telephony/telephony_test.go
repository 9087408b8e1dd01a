package telephony_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/attune-cx/attune/audio/telephony"
)

func TestParseEvent(t *testing.T) {
	cases := []struct {
		name    string
		payload []byte
		want    telephony.Event
		digit   byte
		err     error
	}{
		{"empty", nil, telephony.Event{}, '0', telephony.ErrShortPayload},
		{"three bytes", []byte{5, 10, 0}, telephony.Event{}, '0', telephony.ErrShortPayload},
		{"5 begins", []byte{5, 10, 0, 160}, telephony.Event{Code: 5, Volume: 10, Duration: 160}, '5', nil},
		{"# ends", []byte{11, 0x8A, 0x03, 0x20}, telephony.Event{Code: 11, End: true, Volume: 10, Duration: 800}, '#', nil},
		{"D", []byte{15, 0, 0, 0}, telephony.Event{Code: 15}, 'D', nil},
		{"flash is no digit", []byte{16, 0x80, 0, 1}, telephony.Event{Code: 16, End: true, Duration: 1}, 0, nil},
		{"reserved bit ignored", []byte{1, 0x7F, 0, 0}, telephony.Event{Code: 1, Volume: 63}, '1', nil},
		{"redundant report follows", []byte{2, 0, 0, 1, 9, 9, 9, 9}, telephony.Event{Code: 2, Duration: 1}, '2', nil},
	}
	for _, c := range cases {
		got, err := telephony.ParseEvent(c.payload)
		if got != c.want || !errors.Is(err, c.err) {
			t.Errorf("%s: %+v, %v; want %+v, %v", c.name, got, err, c.want, c.err)
		}
		if got.Digit() != c.digit {
			t.Errorf("%s: digit %q, want %q", c.name, got.Digit(), c.digit)
		}
	}
}

func TestLength(t *testing.T) {
	e := telephony.Event{Duration: 800}
	for rate, want := range map[int]time.Duration{8000: 100 * time.Millisecond, 48000: 800 * time.Second / 48000, 0: 0} {
		if got := e.Length(rate); got != want {
			t.Errorf("at %d Hz %v, want %v", rate, got, want)
		}
	}
}

func TestParseNoise(t *testing.T) {
	cases := []struct {
		payload []byte
		want    telephony.Noise
		err     error
	}{
		{nil, telephony.Noise{}, telephony.ErrShortPayload},
		{[]byte{0}, telephony.Noise{}, nil},
		{[]byte{70}, telephony.Noise{LevelDBov: -70}, nil},
		{[]byte{0x80 | 40, 1, 2, 3}, telephony.Noise{LevelDBov: -40, Order: 3}, nil},
	}
	for _, c := range cases {
		if got, err := telephony.ParseNoise(c.payload); got != c.want || !errors.Is(err, c.err) {
			t.Errorf("% x: %+v, %v; want %+v, %v", c.payload, got, err, c.want, c.err)
		}
	}
}

func FuzzParseEvent(f *testing.F) {
	f.Add([]byte{11, 0x8A, 0x03, 0x20})
	f.Add([]byte{1})
	f.Fuzz(func(t *testing.T, payload []byte) {
		e, err := telephony.ParseEvent(payload)
		if err != nil {
			return
		}
		again, err := telephony.ParseEvent(e.AppendTo(nil))
		if err != nil || again != e {
			t.Fatalf("%+v came back as %+v, %v", e, again, err)
		}
	})
}

func ExampleParseEvent() {
	e, err := telephony.ParseEvent([]byte{7, 0x8A, 0x03, 0x20})
	fmt.Printf("%c end=%v %v %v\n", e.Digit(), e.End, e.Length(8000), err)
	// Output: 7 end=true 100ms <nil>
}
