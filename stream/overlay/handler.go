package overlay

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
)

//go:embed static
var static embed.FS

// Prefix is the path that [Handler] must be mounted at.
const Prefix = "/overlay/"

// Config says who may show the overlay.
type Config struct {
	// FrameAncestors are the origins that may embed the page in a frame, such as
	// https://crm.example or https://*.example; empty = none. What is no such
	// origin is left out, since one stray quote would undo the whole policy.
	FrameAncestors []string
}

// file is one embedded file, ready to send.
type file struct {
	body []byte
	mime string
	etag string // strong: a hash of the body
}

// Handler serves the overlay's page and modules under [Prefix]. It needs no token:
// the files hold no data. Safe for concurrent use.
func Handler(cfg Config) http.Handler {
	files := load()
	policy := contentPolicy(cfg.FrameAncestors)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		secure(w.Header(), policy)
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "overlay: only GET and HEAD", http.StatusMethodNotAllowed)
			return
		}
		name, ok := strings.CutPrefix(r.URL.Path, Prefix)
		if name == "" {
			name = "index.html"
		}
		f, found := files[name]
		if !ok || !found {
			http.Error(w, "overlay: no such page", http.StatusNotFound)
			return
		}
		f.send(w, r)
	})
}

func (f *file) send(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("ETag", f.etag)
	h.Set("Cache-Control", "no-cache") // kept, and asked for again each time: a new binary shows at once
	if matches(r.Header.Get("If-None-Match"), f.etag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Type", f.mime)
	h.Set("Content-Length", strconv.Itoa(len(f.body)))
	if r.Method == http.MethodGet {
		_, _ = w.Write(f.body) // the reader went away: nothing to do
	}
}

// matches compares weakly, RFC 9110 section 13.1.2.
func matches(ifNoneMatch, etag string) bool {
	for tag := range strings.SplitSeq(ifNoneMatch, ",") {
		tag = strings.TrimSpace(tag)
		if tag == "*" || strings.TrimPrefix(tag, "W/") == etag {
			return true
		}
	}
	return false
}

// load reads what is embedded. It panics where the build is broken: a file that
// cannot be read or whose kind browsers would have to guess.
func load() map[string]*file {
	files := make(map[string]*file)
	err := fs.WalkDir(static, "static", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := static.ReadFile(p)
		if err != nil {
			return err
		}
		kind := kindOf(p)
		if kind == "" {
			return fmt.Errorf("%s has no known media type", p)
		}
		sum := sha256.Sum256(body)
		files[strings.TrimPrefix(p, "static/")] = &file{body, kind, `"` + hex.EncodeToString(sum[:16]) + `"`}
		return nil
	})
	if err != nil {
		panic("overlay: embedded files: " + err.Error())
	}
	return files
}

// kindOf names the media type; it does not depend on the host's table for what
// nosniff makes essential.
func kindOf(name string) string {
	switch ext := path.Ext(name); ext {
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".html":
		return "text/html; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	default:
		return mime.TypeByExtension(ext)
	}
}
