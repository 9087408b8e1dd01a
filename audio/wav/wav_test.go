package wav

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// file builds a WAVE file by hand: a format chunk, extra chunks, and data whose
// declared size may lie.
type file struct {
	tag, channels, bits int
	rate                uint32
	fmtExtra            []byte
	before              []byte // chunks between format and data
	data                []byte
	dataSize            uint32
	after               []byte
}

func (f file) bytes() []byte {
	le := binary.LittleEndian
	align := f.channels * ((f.bits + 7) / 8)
	b := append([]byte{}, "RIFF\xff\xff\xff\xffWAVEfmt "...)
	b = le.AppendUint32(b, uint32(16+len(f.fmtExtra)))
	b = le.AppendUint16(b, uint16(f.tag))
	b = le.AppendUint16(b, uint16(f.channels))
	b = le.AppendUint32(b, f.rate)
	b = le.AppendUint32(b, f.rate*uint32(align))
	b = le.AppendUint16(b, uint16(align))
	b = le.AppendUint16(b, uint16(f.bits))
	b = append(append(b, f.fmtExtra...), f.before...)
	b = append(b, "data"...)
	b = le.AppendUint32(b, f.dataSize)
	return append(append(b, f.data...), f.after...)
}

func plain(channels, bits int, data []byte) file {
	return file{tag: 1, channels: channels, bits: bits, rate: 8000, data: data, dataSize: uint32(len(data))}
}

func open(b []byte) (*Reader, error) { return NewReader(bytes.NewReader(b), int64(len(b))) }

// all reads every frame in steps of an odd size.
func all(t testing.TB, r *Reader) [][]float32 {
	t.Helper()
	out := make([][]float32, r.Info().Channels)
	step := make([][]float32, len(out))
	for c := range step {
		step[c] = make([]float32, 333)
	}
	for {
		n, err := r.ReadFrames(step)
		if errors.Is(err, io.EOF) && n == 0 {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		for c := range out {
			out[c] = append(out[c], step[c][:n]...)
		}
	}
}

func f32(v ...float32) []byte {
	var b []byte
	for _, x := range v {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(x))
	}
	return b
}

func TestSampleFormats(t *testing.T) {
	guid := func(tag byte) []byte { // extension of an extensible format chunk
		return append([]byte{22, 0, 16, 0, 0, 0, 0, 0, tag, 0}, "\x00\x00\x00\x00\x10\x00\x80\x00\x00\xaa\x00\x38\x9b\x71"...)
	}
	ext := plain(1, 16, []byte{0, 0x40, 0, 0xC0})
	ext.tag, ext.fmtExtra = extensible, guid(1)
	extFloat := plain(1, 32, f32(0.5))
	extFloat.tag, extFloat.fmtExtra = extensible, guid(3)
	listed := plain(1, 16, []byte{0, 0x40})
	listed.before = append([]byte("LIST\x05\x00\x00\x00hello\x00"), "fact\x04\x00\x00\x00\x01\x00\x00\x00"...)
	tagged := func(tag, bits int, data []byte) file {
		f := plain(1, bits, data)
		f.tag = tag
		return f
	}
	cases := []struct {
		name string
		file file
		want [][]float32
	}{
		{"8-bit", plain(1, 8, []byte{0, 64, 128, 192, 255}), [][]float32{{-1, -0.5, 0, 0.5, 127. / 128}}},
		{"16-bit", plain(1, 16, []byte{0, 0x80, 0, 0, 0xff, 0x7f}), [][]float32{{-1, 0, 32767. / 32768}}},
		{"24-bit", plain(1, 24, []byte{0, 0, 0x80, 0, 0, 0x40, 0, 0, 0xC0}), [][]float32{{-1, 0.5, -0.5}}},
		{"32-bit", plain(1, 32, []byte{0, 0, 0, 0x80, 0, 0, 0, 0x40}), [][]float32{{-1, 0.5}}},
		{"12 bits in 16", plain(1, 12, []byte{0, 0x40}), [][]float32{{0.5}}},
		{"stereo", plain(2, 16, []byte{0, 0x40, 0, 0xC0, 0, 0x20, 0, 0xE0}), [][]float32{{0.5, 0.25}, {-0.5, -0.25}}},
		{"float", tagged(3, 32, f32(0.25, -2, float32(math.NaN()), float32(math.Inf(1)))), [][]float32{{0.25, -1, 0, 1}}},
		{"double", tagged(3, 64, binary.LittleEndian.AppendUint64(nil, math.Float64bits(-0.125))), [][]float32{{-0.125}}},
		{"A-law", tagged(6, 8, []byte{0xD5, 0x55, 0x2A, 0xAA}), [][]float32{{8. / 32768, -8. / 32768, -32256. / 32768, 32256. / 32768}}},
		{"mu-law", tagged(7, 8, []byte{0xFF, 0x7F, 0x00, 0x80}), [][]float32{{0, 0, -32124. / 32768, 32124. / 32768}}},
		{"extensible PCM", ext, [][]float32{{0.5, -0.5}}},
		{"extensible float", extFloat, [][]float32{{0.5}}},
		{"LIST and fact before data", listed, [][]float32{{0.5}}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r, err := open(c.file.bytes())
			if err != nil {
				t.Fatal(err)
			}
			if got := all(t, r); fmt.Sprint(got) != fmt.Sprint(c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
			if err := r.Warning(); err != nil {
				t.Errorf("unexpected warning: %v", err)
			}
		})
	}
}

func TestSizesThatLie(t *testing.T) {
	six := []byte{0, 0, 0, 0x10, 0, 0x20} // three 16-bit samples
	size := func(n uint32, data []byte) file {
		f := plain(1, 16, data)
		f.dataSize = n
		return f
	}
	withList := size(6, six)
	withList.after = []byte("LIST\x04\x00\x00\x00INFO")
	cases := []struct {
		name      string
		file      file
		frames    int64
		truncated bool
	}{
		{"ffmpeg to a pipe", size(0xFFFFFFFF, six), 3, false},
		{"sox to a pipe", size(0x7FFFF000, six), 3, false},
		{"length never written", size(0, six), 3, false},
		{"cut short", size(100, six), 3, true},
		{"cut within a sample", size(100, six[:5]), 2, true},
		{"cut within a sample, pipe", size(0xFFFFFFFF, six[:5]), 2, true},
		{"chunk after the data", withList, 3, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r, err := open(c.file.bytes())
			if err != nil {
				t.Fatal(err)
			}
			info := r.Info()
			if info.Frames != c.frames || info.Truncated != c.truncated {
				t.Errorf("%d frames, truncated %v; want %d, %v", info.Frames, info.Truncated, c.frames, c.truncated)
			}
			if errors.Is(r.Warning(), ErrTruncated) != c.truncated {
				t.Errorf("warning %v", r.Warning())
			}
			if got := all(t, r)[0]; int64(len(got)) != c.frames {
				t.Errorf("read %d frames, want %d", len(got), c.frames)
			}
		})
	}
}

func TestBadFiles(t *testing.T) {
	hugeFmt := plain(1, 16, []byte{0, 0}).bytes()
	binary.LittleEndian.PutUint32(hugeFmt[16:], 0xFFFFFFF0) // go-audio would allocate 4 GiB
	alignment := plain(1, 16, []byte{0, 0}).bytes()
	alignment[32] = 9
	emptyThenList := plain(1, 16, nil)
	emptyThenList.after = []byte("LIST\x04\x00\x00\x00INFO")
	change := func(tag, channels, bits int, rate uint32) []byte {
		f := file{tag: tag, channels: channels, bits: bits, rate: rate, data: make([]byte, 64), dataSize: 64}
		return f.bytes()
	}
	cases := []struct {
		name string
		file []byte
		want error
		says string
	}{
		{"nothing", nil, ErrEmpty, "0 bytes"},
		{"text", []byte("hello, this is no sound at all"), ErrNotWAV, "hello"},
		{"short", []byte("RIFF"), ErrNotWAV, "RIFF"},
		{"RF64", append([]byte("RF64"), make([]byte, 60)...), ErrFormat, "RF64"},
		{"header only", []byte("RIFF\x24\x00\x00\x00WAVE"), ErrHeader, "format and data"},
		{"no data chunk", plain(1, 16, nil).bytes()[:36], ErrHeader, "data chunk"},
		{"no samples", plain(1, 16, nil).bytes(), ErrEmpty, "0 of 0"},
		{"no samples, tags after", emptyThenList.bytes(), ErrEmpty, "0 of 0"},
		{"huge format chunk", hugeFmt, ErrHeader, "4294967280"},
		{"wrong alignment", alignment, ErrHeader, "9 bytes per frame"},
		{"no channels", change(1, 0, 16, 8000), ErrHeader, "0 channels"},
		{"many channels", change(1, 4000, 16, 8000), ErrHeader, "4000 channels"},
		{"no rate", change(1, 1, 16, 0), ErrHeader, "0 samples per second"},
		{"silly rate", change(1, 1, 16, 4000000000), ErrHeader, "4000000000"},
		{"GSM", change(0x31, 1, 0, 8000), ErrFormat, "0x0031"},
		{"64-bit PCM", change(1, 1, 64, 8000), ErrFormat, "64-bit PCM"},
		{"chunk beyond the file", []byte("RIFF\x24\x00\x00\x00WAVEjunk\xff\xff\xff\x0fxx"), ErrHeader, "junk"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := open(c.file)
			if !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v, want %v with %q", err, c.want, c.says)
			}
		})
	}
}

func TestOpenNamesTheFile(t *testing.T) {
	dir := t.TempDir()
	if _, err := Open(filepath.Join(dir, "absent.wav")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v, want not-exist", err)
	}
	path := filepath.Join(dir, "cut.wav")
	f := plain(1, 16, make([]byte, 10))
	f.dataSize = 1000
	if err := os.WriteFile(path, f.bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if w := r.Warning(); !strings.Contains(w.Error(), path) || !strings.Contains(w.Error(), "5 of 500") {
		t.Errorf("warning %q must name the file and both numbers", w)
	}
	if err := errors.Join(r.Close(), r.Close()); err != nil {
		t.Errorf("Close twice: %v", err)
	}
}

func TestFileShrinksWhileRead(t *testing.T) {
	b := plain(2, 16, make([]byte, 4000)).bytes()
	r, err := NewReader(bytes.NewReader(b[:1000]), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	if got := len(all(t, r)[0]); got != (1000-44)/4 || !r.Info().Truncated || r.Info().Frames != int64(got) {
		t.Errorf("%d frames, info %+v", got, r.Info())
	}
}

func TestReadFramesChecksShape(t *testing.T) {
	r, err := open(plain(2, 16, make([]byte, 400)).bytes())
	if err != nil {
		t.Fatal(err)
	}
	for _, dst := range [][][]float32{nil, {make([]float32, 4)}, {make([]float32, 4), make([]float32, 5)}} {
		if _, err := r.ReadFrames(dst); !errors.Is(err, ErrShape) {
			t.Errorf("%d slices: %v, want ErrShape", len(dst), err)
		}
	}
}

// What is written is read back: exactly, once it has been rounded to 16 bits.
func TestRoundTrip(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.wav")
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 20000).Draw(t, "frames")
		channels := make([][]float32, rapid.IntRange(1, 3).Draw(t, "channels"))
		seed := rapid.Float32Range(-1.2, 1.2).Draw(t, "seed")
		for c := range channels {
			channels[c] = make([]float32, n)
			for i := range channels[c] {
				channels[c][i] = seed * float32(math.Sin(float64(i*(c+1))))
			}
		}
		if err := Write(path, 16000, channels...); err != nil {
			t.Fatal(err)
		}
		r, err := Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		got := make([][]float32, len(channels))
		for c := range got {
			got[c] = make([]float32, n+5)
		}
		if m, err := r.ReadFrames(got); m != n || err != nil {
			t.Fatalf("read %d of %d: %v", m, n, err)
		}
		for c := range got {
			for i, v := range channels[c] {
				want := max(-1, min(32767./32768, math.Round(float64(v)*32768)/32768))
				if float64(got[c][i]) != want {
					t.Fatalf("channel %d frame %d: %g, want %g", c, i, got[c][i], want)
				}
			}
		}
	})
}

func TestWriteRefuses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.wav")
	for name, err := range map[string]error{
		"no channels":     Write(path, 8000),
		"unequal lengths": Write(path, 8000, make([]float32, 2), make([]float32, 3)),
		"rate":            Write(path, 1, make([]float32, 2)),
	} {
		if !errors.Is(err, ErrShape) {
			t.Errorf("%s: %v, want ErrShape", name, err)
		}
	}
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a refused file was left behind: %v", err)
	}
}

// All 256 codes of both laws, and what ffmpeg-like tools make of every other
// format, are decoded as sox decodes them.
func TestAgreesWithSox(t *testing.T) {
	sox, err := exec.LookPath("sox")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("sox is missing; make test installs it")
		}
		t.Skip("sox is not installed: apt-get install sox, to compare with it")
	}
	codes := make([]byte, 256)
	for i := range codes {
		codes[i] = byte(i)
	}
	for _, tag := range []int{6, 7} {
		path := filepath.Join(t.TempDir(), "law.wav")
		f := plain(1, 8, codes)
		f.tag = tag
		if err := os.WriteFile(path, f.bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command(sox, "-V1", "-D", path, "-t", "s16", "-").Output()
		if err != nil {
			t.Fatal(err)
		}
		r, err := Open(path)
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range all(t, r)[0] {
			if want := float32(int16(binary.LittleEndian.Uint16(out[2*i:]))) / 32768; v != want {
				t.Errorf("%v code %d: %g, sox says %g", r.Info().Encoding, i, v, want)
			}
		}
		r.Close()
	}
	for _, args := range []string{"-b 24", "-b 32", "-b 8 -e unsigned", "-e float -b 32", "-e float -b 64", "-c 3"} {
		path := filepath.Join(t.TempDir(), "x.wav")
		cmd := append([]string{"-V1", "-D", "-r", "16000", "-n"}, strings.Fields(args)...)
		cmd = append(cmd, path, "synth", "0.2", "sine", "440", "vol", "0.5")
		if out, err := exec.Command(sox, cmd...).CombinedOutput(); err != nil {
			t.Fatalf("sox %v: %v: %s", cmd, err, out)
		}
		r, err := Open(path)
		if err != nil {
			t.Fatalf("%s: %v", args, err)
		}
		for i, v := range all(t, r)[0] {
			if want := 0.5 * math.Sin(2*math.Pi*440*float64(i)/16000); math.Abs(float64(v)-want) > 0.009 {
				t.Fatalf("%s: sample %d = %g, want %g", args, i, v, want)
			}
		}
		r.Close()
	}
}

func ExampleOpen() {
	dir, err := os.MkdirTemp("", "wav")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "call.wav")
	if err := Write(path, 8000, make([]float32, 12000), make([]float32, 12000)); err != nil {
		panic(err)
	}
	r, err := Open(path)
	if err != nil {
		panic(err)
	}
	defer r.Close()
	fmt.Println(r.Info())
	// Output: 2 channels, 8000 Hz, 16-bit PCM, 1.5s
}
