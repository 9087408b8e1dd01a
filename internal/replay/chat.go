package replay

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
	"unicode/utf8"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/features/lexical"
	"github.com/attune-cx/attune/internal/pipeline"
)

// maxLine bounds one line of a chat file.
const maxLine = 1 << 20

// chatLine is one message of a chat file, or one utterance of a transcript:
// {"id","offset_ms","role","text"} and, of an utterance, "end_offset_ms" and "words".
type chatLine struct {
	ID            string      `json:"id"`
	OffsetMS      *int64      `json:"offset_ms"`
	EndOffsetMS   *int64      `json:"end_offset_ms"`
	Role          string      `json:"role"`
	ParticipantID string      `json:"participant_id"`
	Channel       string      `json:"channel"`
	Text          string      `json:"text"`
	Language      string      `json:"language"`
	Words         []wordField `json:"words"`
}

type wordField struct {
	Text          string   `json:"text"`
	BeginOffsetMS int64    `json:"begin_offset_ms"`
	EndOffsetMS   int64    `json:"end_offset_ms"`
	Confidence    *float64 `json:"confidence"`
}

// Chat is the messages of a file, in order of time.
type Chat struct {
	Texts []pipeline.Text
	Bad   []error // lines that were left out, each with its number
}

// ReadChat reads a chat of JSON lines. A line that does not fit is left out and
// told in Bad; the error is that of the reader, or of a file without any message.
func ReadChat(r io.Reader, transcript bool) (*Chat, error) {
	c := new(Chat)
	in := bufio.NewReaderSize(r, 64<<10)
	last := time.Duration(0)
	for n := 1; ; n++ {
		line, err := readLine(in)
		if len(bytes.TrimSpace(line)) > 0 {
			t, bad := parseLine(line, last, transcript)
			if bad != nil {
				c.Bad = append(c.Bad, fmt.Errorf("line %d: %w", n, bad))
			} else {
				last = t.Begin
				c.Texts = append(c.Texts, t)
			}
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil && !errors.Is(err, errLong) {
			return c, err
		}
		if err != nil {
			c.Bad = append(c.Bad, fmt.Errorf("line %d: %w", n, err))
		}
	}
	if len(c.Texts) == 0 {
		return c, fmt.Errorf("no message found: want lines such as {\"id\":\"1\",\"offset_ms\":0,\"role\":\"CUSTOMER\",\"text\":\"...\"}: %w", errors.Join(c.Bad...))
	}
	return c, nil
}

var errLong = fmt.Errorf("longer than %d bytes: cut it into shorter messages", maxLine)

// readLine reads one line; of one that is too long it reads all and keeps nothing.
func readLine(in *bufio.Reader) ([]byte, error) {
	var line []byte
	long := false
	for {
		part, more, err := in.ReadLine()
		if err != nil {
			return line, err
		}
		if long = long || len(line)+len(part) > maxLine; !long {
			line = append(line, part...)
		}
		if !more {
			break
		}
	}
	if long {
		return nil, errLong
	}
	return line, nil
}

func parseLine(line []byte, last time.Duration, transcript bool) (pipeline.Text, error) {
	if !utf8.Valid(line) {
		return pipeline.Text{}, errors.New("not valid UTF-8: save the file as UTF-8")
	}
	var l chatLine
	if err := json.Unmarshal(bytes.TrimPrefix(line, []byte("\ufeff")), &l); err != nil {
		return pipeline.Text{}, fmt.Errorf("not a JSON object with id, offset_ms, role, text: %w", err)
	}
	if len(l.Text) > pipeline.MaxTextBytes {
		return pipeline.Text{}, fmt.Errorf("text of %d bytes, at most %d: cut it into shorter messages", len(l.Text), pipeline.MaxTextBytes)
	}
	role, err := attune.ParseRole(l.Role)
	if err != nil {
		return pipeline.Text{}, err
	}
	t := pipeline.Text{ID: l.ID, Role: role, Speaker: l.ParticipantID, Text: l.Text, Language: l.Language,
		Channel: attune.ChannelChat, Timed: true, Begin: last, End: last, Transcript: transcript}
	if transcript {
		t.Channel = attune.ChannelVoice
	}
	if l.Channel != "" {
		if t.Channel, err = attune.ParseChannel(l.Channel); err != nil {
			return pipeline.Text{}, err
		}
	}
	if l.OffsetMS != nil {
		if t.Begin, err = offset("offset_ms", *l.OffsetMS); err != nil {
			return pipeline.Text{}, err
		}
		t.End = t.Begin
	}
	if l.EndOffsetMS != nil {
		end, err := offset("end_offset_ms", *l.EndOffsetMS)
		if err != nil {
			return pipeline.Text{}, err
		}
		t.End = max(t.Begin, end)
	}
	t.Words, err = words(l.Words)
	return t, err
}

// offset is ms since the interaction began.
func offset(field string, ms int64) (time.Duration, error) {
	if ms < 0 || ms > int64(24*time.Hour/time.Millisecond) {
		return 0, fmt.Errorf("%s %d is not within a day", field, ms)
	}
	return time.Duration(ms) * time.Millisecond, nil
}

func words(in []wordField) ([]lexical.Word, error) {
	var out []lexical.Word
	for _, w := range in {
		begin, err := offset("begin_offset_ms of a word", w.BeginOffsetMS)
		if err != nil {
			return nil, err
		}
		end, err := offset("end_offset_ms of a word", w.EndOffsetMS)
		if err != nil {
			return nil, err
		}
		word := lexical.Word{Text: w.Text, Confidence: 1, Span: attune.Span{Begin: begin, End: max(begin, end)}}
		if w.Confidence != nil {
			word.Confidence = min(max(*w.Confidence, 0), 1)
		}
		out = append(out, word)
	}
	return out, nil
}
