package models

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

// SumsFile is the name of the file beside a model's weights that holds their digests,
// in the format of sha256sum(1): a digest in hex, two spaces, the file's name.
const SumsFile = "SHA256SUMS"

// ErrDigest reports weights that are not those their SHA256SUMS was written for.
var ErrDigest = errors.New("models: digest differs from " + SumsFile)

// ErrUnlisted reports a file that SHA256SUMS does not name.
var ErrUnlisted = errors.New("models: file is not in " + SumsFile)

// Read returns the file called name and its SHA-256 in hex, after comparing that with the SHA256SUMS in
// the same folder of fsys. The error wraps ErrDigest, ErrUnlisted, or what fsys says. The caller owns the bytes.
func Read(fsys fs.FS, name string) (data []byte, digest string, err error) {
	sums, err := fs.ReadFile(fsys, path.Join(path.Dir(name), SumsFile))
	if err != nil {
		return nil, "", fmt.Errorf("models: read digests: %w", err)
	}
	want, err := listed(string(sums), path.Base(name))
	if err != nil {
		return nil, "", err
	}
	if data, err = fs.ReadFile(fsys, name); err != nil {
		return nil, "", fmt.Errorf("models: read weights: %w", err)
	}
	sum := sha256.Sum256(data)
	digest = hex.EncodeToString(sum[:])
	if digest != want {
		return nil, "", fmt.Errorf("models: %s has SHA-256 %s, listed %s: %w", name, digest, want, ErrDigest)
	}
	return data, digest, nil
}

func listed(sums, base string) (string, error) {
	for line := range strings.Lines(sums) {
		if digest, name, ok := strings.Cut(strings.TrimSpace(line), "  "); ok && name == base {
			return digest, nil
		}
	}
	return "", fmt.Errorf("models: %s: %w", base, ErrUnlisted)
}
