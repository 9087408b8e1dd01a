package text

import (
	"bytes"
	"fmt"
	"unicode/utf8"
)

// MaxPieces bounds the word pieces that the network reads of a text.
const MaxPieces = 512

const (
	pieceUnknown = 1
	// longestWord is the longest word, in code points, that is cut into pieces; a longer one is unknown.
	longestWord = 100
)

// vocabulary maps word pieces to the rows of the embedding. Pieces that go on a word are kept apart from
// those that begin one, so that a lookup needs no "##" before the bytes.
type vocabulary struct {
	begin, next map[string]int32
	longest     int // bytes of the longest piece
}

// parseVocabulary reads one piece a line; the line number is the id. The first two are [PAD] and [UNK].
func parseVocabulary(b []byte) (*vocabulary, error) {
	lines := bytes.Split(bytes.TrimSuffix(b, []byte("\n")), []byte("\n"))
	if len(lines) < 2 || string(lines[0]) != "[PAD]" || string(lines[1]) != "[UNK]" {
		return nil, fmt.Errorf("models/text: vocabulary of %d pieces does not begin with [PAD], [UNK]: %w", len(lines), ErrFormat)
	}
	v := &vocabulary{begin: make(map[string]int32, len(lines)), next: make(map[string]int32, len(lines)/2)}
	for id, line := range lines {
		piece, table := string(line), v.begin
		if len(piece) > 2 && piece[:2] == "##" {
			piece, table = piece[2:], v.next
		}
		if _, twice := table[piece]; twice || piece == "" || !utf8.ValidString(piece) {
			return nil, fmt.Errorf("models/text: vocabulary line %d: piece %q is empty, invalid or there twice: %w", id+1, line, ErrFormat)
		}
		table[piece] = int32(id)
		v.longest = max(v.longest, len(piece))
	}
	return v, nil
}

func (v *vocabulary) size() int { return len(v.begin) + len(v.next) }

// cut fills s.pieces with the ids of the words in s: for each word the longest pieces from the left
// (WordPiece, Schuster and Nakajima 2012), or one unknown where that leaves a rest.
func (v *vocabulary) cut(s *Scratch) {
	s.pieces = s.pieces[:0]
	for _, w := range s.words {
		if len(s.pieces) >= MaxPieces {
			break
		}
		v.cutWord(s, s.buf[w.begin:w.end])
	}
	s.pieces = s.pieces[:min(len(s.pieces), MaxPieces)]
}

func (v *vocabulary) cutWord(s *Scratch, word []byte) {
	mark, table := len(s.pieces), v.begin
	if len(word) > longestWord && utf8.RuneCount(word) > longestWord {
		s.pieces = append(s.pieces, pieceUnknown)
		return
	}
	for len(word) > 0 {
		id, n := longestPiece(table, word, v.longest)
		if n == 0 {
			s.pieces = append(s.pieces[:mark], pieceUnknown)
			return
		}
		s.pieces = append(s.pieces, id)
		word, table = word[n:], v.next
	}
}

func longestPiece(table map[string]int32, word []byte, longest int) (id int32, n int) {
	for n = min(len(word), longest); n > 0; n-- {
		if n < len(word) && !utf8.RuneStart(word[n]) {
			continue
		}
		if id, ok := table[string(word[:n])]; ok {
			return id, n
		}
	}
	return 0, 0
}
