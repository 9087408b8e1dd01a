package models

import (
	"errors"
	"io/fs"
	"testing"
	"testing/fstest"
)

// abc is the SHA-256 of "abc", the first example of FIPS 180-2.
const abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

func TestRead(t *testing.T) {
	sums := abc + "  w.bin\n" + abc + "  gone.bin\n"
	cases := []struct {
		name, file, content, sums string
		want                      error
	}{
		{"listed and equal", "m/w.bin", "abc", sums, nil},
		{"one bit off", "m/w.bin", "abb", sums, ErrDigest},
		{"empty", "m/w.bin", "", sums, ErrDigest},
		{"not listed", "m/other.bin", "abc", sums, ErrUnlisted},
		{"listed, not there", "m/gone.bin", "abc", sums, fs.ErrNotExist},
		{"sums empty", "m/w.bin", "abc", "", ErrUnlisted},
		{"sums garbled", "m/w.bin", "abc", "\x00 w.bin", ErrUnlisted},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			fsys := fstest.MapFS{"m/" + SumsFile: {Data: []byte(c.sums)}, "m/w.bin": {Data: []byte(c.content)}}
			data, digest, err := Read(fsys, c.file)
			if !errors.Is(err, c.want) {
				t.Fatalf("error %v, want %v", err, c.want)
			}
			if err == nil && (string(data) != c.content || digest != abc) {
				t.Fatalf("got %q, %s", data, digest)
			}
			if err != nil && data != nil {
				t.Fatal("data handed out with an error")
			}
		})
	}
}

func TestReadWithoutSums(t *testing.T) {
	if _, _, err := Read(fstest.MapFS{"m/w.bin": {Data: []byte("abc")}}, "m/w.bin"); !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("error %v, want fs.ErrNotExist", err)
	}
}
