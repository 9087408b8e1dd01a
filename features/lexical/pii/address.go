package pii

import (
	"strconv"
	"strings"
	"unicode"
)

// addresses finds e-mail addresses, URLs and IPv4 addresses.
func (f *finder) addresses() {
	for i, r := range f.rs {
		switch {
		case r == '@':
			f.email(i)
		case r == ':' && i+2 < len(f.rs) && f.rs[i+1] == '/' && f.rs[i+2] == '/':
			f.url(i)
		}
	}
}

func localRune(r rune) bool {
	return r < 0x80 && (unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune(".!#$%&'*+/=?^_`{|}~-", r)) || r > 0x80 && unicode.IsLetter(r)
}

func domainRune(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-' || r == '.'
}

// email grows from the @ at i; the local part is at most 64 (RFC 5321 4.5.3.1.1).
func (f *finder) email(i int) {
	begin := i
	for begin > 0 && i-begin < 64 && localRune(f.rs[begin-1]) {
		begin--
	}
	end := i + 1
	for end < len(f.rs) && end-i < 255 && domainRune(f.rs[end]) {
		end++
	}
	for end > i && (f.rs[end-1] == '.' || f.rs[end-1] == '-') {
		end--
	}
	dot := strings.LastIndexByte(string(f.rs[i:end]), '.')
	if begin == i || dot <= 1 || end-i-dot < 2 {
		return
	}
	f.add(Email, begin, end, 1)
}

func (f *finder) url(i int) {
	begin := i
	for begin > 0 && i-begin < 8 && unicode.IsLetter(f.rs[begin-1]) {
		begin--
	}
	end := i + 3
	for end < len(f.rs) && end-i < 2000 && !unicode.IsSpace(f.rs[end]) && !strings.ContainsRune("<>\"", f.rs[end]) {
		end++
	}
	for end > i+3 && strings.ContainsRune(".,;:!?)'", f.rs[end-1]) {
		end--
	}
	if begin < i && end > i+3 {
		f.add(URL, begin, end, .6)
	}
}

// ipv4 reports whether s is a dotted quad.
func ipv4(s string) bool {
	parts := strings.Split(s, ".")
	if len(parts) != 4 {
		return false
	}
	for _, p := range parts {
		n, err := strconv.Atoi(p)
		if err != nil || n > 255 || len(p) > 3 {
			return false
		}
	}
	return true
}
