package lines

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/attune-cx/attune/features/lexical"
)

// Options of [Run]. The zero value means the written defaults.
type Options struct {
	Echo    bool      // repeat each text in its line
	MaxLine int       // longest line in bytes; 0 = 4 MiB. A longer one gives an error line
	Now     time.Time // when messages without "at" were written; zero = the time of the call
}

// DefaultMaxLine is the longest line read unless told otherwise.
const DefaultMaxLine = 4 << 20

// Run reads lines from in until it ends and writes one line for each to out, in
// order. Output is flushed whenever no more input waits. It returns the error of
// reading, writing or ctx; a bad line is no error.
func Run(ctx context.Context, in io.Reader, out io.Writer, a *lexical.Analyzer, opt Options) error {
	if opt.MaxLine == 0 {
		opt.MaxLine = DefaultMaxLine
	}
	if opt.Now.IsZero() {
		opt.Now = time.Now()
	}
	r := runner{a: a, opt: opt, in: bufio.NewReaderSize(in, 64<<10), out: bufio.NewWriterSize(out, 64<<10)}
	for ctx.Err() == nil {
		line, size, err := r.next()
		if err != nil && !errors.Is(err, io.EOF) {
			return errors.Join(err, r.out.Flush())
		}
		if err != nil && size == 0 {
			return r.out.Flush()
		}
		if err := r.answer(line, size); err != nil {
			return err
		}
	}
	return errors.Join(ctx.Err(), r.out.Flush())
}

type runner struct {
	a       *lexical.Analyzer
	opt     Options
	in      *bufio.Reader
	out     *bufio.Writer
	n       int // lines read
	line    []byte
	buf     []byte
	reading lexical.Reading
}

// next reads a line without its end. size is its full length with its end, more than
// len(line) where the line was too long to keep.
func (r *runner) next() (line []byte, size int, err error) {
	r.line = r.line[:0]
	for {
		part, err := r.in.ReadSlice('\n')
		size += len(part)
		if size <= r.opt.MaxLine+2 {
			r.line = append(r.line, part...)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			r.n++
			return bytes.TrimSuffix(bytes.TrimSuffix(r.line, []byte("\n")), []byte("\r")), size, err
		}
	}
}

// answer writes the line for one line.
func (r *runner) answer(line []byte, size int) error {
	m, err := r.parse(line, size)
	if err == nil {
		err = r.a.Read(m, &r.reading)
	}
	if err != nil {
		r.buf = appendError(r.buf[:0], m.ID, err)
	} else {
		r.buf = Append(r.buf[:0], m, &r.reading, r.opt.Echo)
	}
	r.buf = append(r.buf, '\n')
	if _, err := r.out.Write(r.buf); err != nil {
		return err
	}
	if r.in.Buffered() > 0 {
		return nil
	}
	return r.out.Flush()
}

// parse makes a message of a line; its ID is set even where it fails.
func (r *runner) parse(line []byte, size int) (*lexical.Message, error) {
	m := &lexical.Message{ID: strconv.Itoa(r.n), Final: true, At: r.opt.Now}
	if r.n == 1 {
		line = bytes.TrimPrefix(line, []byte("\ufeff"))
	}
	if size > r.opt.MaxLine+2 {
		return m, fmt.Errorf("line %d: %d bytes > %d: cut it into shorter messages", r.n, size, r.opt.MaxLine)
	}
	if i := bytes.IndexByte(line, 0); i >= 0 {
		return m, fmt.Errorf("line %d: a zero byte at %d: the input is no text, or UTF-16; save it as UTF-8", r.n, i)
	}
	if i := invalidAt(line); i >= 0 {
		return m, fmt.Errorf("line %d: byte %d (0x%02x) is not UTF-8: save the input as UTF-8", r.n, i, line[i])
	}
	if trimmed := bytes.TrimSpace(line); len(trimmed) > 0 && trimmed[0] == '{' {
		return m, r.object(m, trimmed)
	}
	m.Text = string(line)
	return m, nil
}

func invalidAt(line []byte) int {
	for i := 0; i < len(line); {
		if line[i] < utf8.RuneSelf {
			i++
			continue
		}
		c, n := utf8.DecodeRune(line[i:])
		if c == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return -1
}
