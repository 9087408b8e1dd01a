package api

import (
	"bufio"
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
)

// Scope is what a token may do.
type Scope string

// The scopes. Admin includes the others.
const (
	ScopeIngest Scope = "ingest" // create interactions, send media and text
	ScopeRead   Scope = "read"   // snapshots, events, overlay
	ScopeAdmin  Scope = "admin"  // erase
)

// Tokens are the bearer tokens that the API accepts; the zero value accepts
// every request (loopback only).
type Tokens struct {
	digests [][sha256.Size]byte
	scopes  [][]Scope
}

// LoadTokens reads a token file: "<token> <scope,scope>" a line, # comments.
func LoadTokens(path string) (*Tokens, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("api: token file: %w", err)
	}
	defer f.Close()
	t, err := readTokens(f)
	if err != nil {
		return nil, fmt.Errorf("api: token file %s: %w", path, err)
	}
	return t, nil
}

func readTokens(r io.Reader) (*Tokens, error) {
	t := new(Tokens)
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		fields := strings.Fields(lines.Text())
		if len(fields) == 0 || strings.HasPrefix(fields[0], "#") {
			continue
		}
		if len(fields) != 2 || len(fields[0]) < 16 {
			return nil, fmt.Errorf("line %d: want \"<token of 16 characters or more> <scope,scope>\"", n)
		}
		var scopes []Scope
		for s := range strings.SplitSeq(fields[1], ",") {
			if !slices.Contains([]Scope{ScopeIngest, ScopeRead, ScopeAdmin}, Scope(s)) {
				return nil, fmt.Errorf("line %d: unknown scope %q: use ingest, read or admin", n, s)
			}
			scopes = append(scopes, Scope(s))
		}
		t.digests = append(t.digests, sha256.Sum256([]byte(fields[0])))
		t.scopes = append(t.scopes, scopes)
	}
	if len(t.digests) == 0 && lines.Err() == nil {
		return nil, fmt.Errorf("holds no token")
	}
	return t, lines.Err()
}

// Allow reports whether bearer may do what scope says. Digests of equal length
// are compared in constant time, all of them.
func (t *Tokens) Allow(bearer string, scope Scope) (known, allowed bool) {
	if t == nil || len(t.digests) == 0 {
		return true, true
	}
	got := sha256.Sum256([]byte(bearer))
	for i := range t.digests {
		if subtle.ConstantTimeCompare(got[:], t.digests[i][:]) == 1 {
			known = true
			allowed = allowed || slices.Contains(t.scopes[i], scope) || slices.Contains(t.scopes[i], ScopeAdmin)
		}
	}
	return known, allowed
}

// check answers for the request's token; the error says what is missing.
func (t *Tokens) check(r *http.Request, scope Scope) error {
	bearer, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	switch known, allowed := t.Allow(bearer, scope); {
	case !known:
		return &badRequest{http.StatusUnauthorized, "no valid token: send \"Authorization: Bearer <token>\""}
	case !allowed:
		return &badRequest{http.StatusForbidden, fmt.Sprintf("this token lacks the scope %q", scope)}
	}
	return nil
}
