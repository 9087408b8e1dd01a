package stream

import (
	"math"
	"strconv"
	"time"
	"unicode/utf8"
)

// jsonWriter appends JSON to a buffer that its owner reuses: encoding/json would
// allocate for every map, pointer and time of an event.
type jsonWriter struct{ b []byte }

// comma separates a member or element from the one before it.
func (w *jsonWriter) comma() {
	if n := len(w.b); n > 0 && w.b[n-1] != '{' && w.b[n-1] != '[' && w.b[n-1] != ':' {
		w.b = append(w.b, ',')
	}
}

// key starts a member; k needs no escaping.
func (w *jsonWriter) key(k string) {
	w.comma()
	w.b = append(w.b, '"')
	w.b = append(w.b, k...)
	w.b = append(w.b, '"', ':')
}

func (w *jsonWriter) open(c byte)  { w.comma(); w.b = append(w.b, c) }
func (w *jsonWriter) close(c byte) { w.b = append(w.b, c) }

func (w *jsonWriter) object(k string) { w.key(k); w.open('{') }
func (w *jsonWriter) array(k string)  { w.key(k); w.open('[') }

func (w *jsonWriter) null(k string) { w.key(k); w.b = append(w.b, "null"...) }

func (w *jsonWriter) str(k, v string) { w.key(k); w.b = appendString(w.b, v) }

// strOrNull writes null for "", which the contract uses for "not known".
func (w *jsonWriter) strOrNull(k, v string) {
	if v == "" {
		w.null(k)
		return
	}
	w.str(k, v)
}

func (w *jsonWriter) elem(v string) { w.comma(); w.b = appendString(w.b, v) }

func (w *jsonWriter) uint(k string, v uint64) { w.key(k); w.b = strconv.AppendUint(w.b, v, 10) }
func (w *jsonWriter) int(k string, v int64)   { w.key(k); w.b = strconv.AppendInt(w.b, v, 10) }
func (w *jsonWriter) bool(k string, v bool)   { w.key(k); w.b = strconv.AppendBool(w.b, v) }

// ms writes a duration in whole milliseconds.
func (w *jsonWriter) ms(k string, d time.Duration) { w.int(k, d.Milliseconds()) }

// float writes v with six decimals at most, null for what JSON cannot hold.
func (w *jsonWriter) float(k string, v float64) { w.key(k); w.b = appendFloat(w.b, v) }

func (w *jsonWriter) floatOrNull(k string, v *float64) {
	if v == nil {
		w.null(k)
		return
	}
	w.float(k, *v)
}

// when writes a wall time as RFC 3339 in UTC with milliseconds, null for the zero time.
func (w *jsonWriter) when(k string, t time.Time) {
	if t.IsZero() {
		w.null(k)
		return
	}
	w.key(k)
	w.b = append(w.b, '"')
	w.b = t.UTC().AppendFormat(w.b, wireTime)
	w.b = append(w.b, '"')
}

const wireTime = "2006-01-02T15:04:05.000Z07:00"

// appendFloat never writes an exponent, and no more than six decimals: a score
// known to 1e-6 is known better than it was measured.
func appendFloat(b []byte, v float64) []byte {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return append(b, "null"...)
	}
	start := len(b)
	b = strconv.AppendFloat(b, v, 'f', 6, 64)
	for b[len(b)-1] == '0' {
		b = b[:len(b)-1]
	}
	if b[len(b)-1] == '.' {
		b = b[:len(b)-1]
	}
	if string(b[start:]) == "-0" {
		b = append(b[:start], '0')
	}
	return b
}

const hexDigits = "0123456789abcdef"

// appendString quotes s as RFC 8259 section 7 asks. What is not UTF-8 becomes
// U+FFFD, and the line separators that break JavaScript are escaped.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			b = appendASCII(b, c)
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			b = append(b, `\ufffd`...)
		case r == '\u2028' || r == '\u2029':
			b = append(b, `\u202`...)
			b = append(b, hexDigits[r&0xf])
		default:
			b = append(b, s[i:i+n]...)
		}
		i += n
	}
	return append(b, '"')
}

func appendASCII(b []byte, c byte) []byte {
	switch {
	case c == '"' || c == '\\':
		return append(b, '\\', c)
	case c >= 0x20 && c != 0x7f && c != '<' && c != '>' && c != '&':
		return append(b, c)
	case c == '\n':
		return append(b, '\\', 'n')
	case c == '\r':
		return append(b, '\\', 'r')
	case c == '\t':
		return append(b, '\\', 't')
	}
	return append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&0xf])
}
