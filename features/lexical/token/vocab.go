package token

// Vocab numbers the words that rules speak of. Number 0 is every other word.
// Adding is not safe for concurrent use; reading is, once adding has ended.
type Vocab struct {
	ids   map[string]int32
	words []string
}

// NewVocab returns an empty vocabulary.
func NewVocab() *Vocab {
	return &Vocab{ids: map[string]int32{}, words: []string{""}}
}

// Add gives word a number, or returns the one that it has. The empty word is 0.
func (v *Vocab) Add(word string) int32 {
	if word == "" {
		return 0
	}
	if id, ok := v.ids[word]; ok {
		return id
	}
	id := int32(len(v.words))
	v.words = append(v.words, word)
	v.ids[word] = id
	return id
}

// ID returns the number of word, 0 when it is not in the vocabulary.
func (v *Vocab) ID(word string) int32 { return v.ids[word] }

// Len is one more than the highest number.
func (v *Vocab) Len() int { return len(v.words) }

// Word returns the word of number id.
func (v *Vocab) Word(id int32) string { return v.words[id] }

// Words returns all words; Words()[0] is empty. It must not be written to.
func (v *Vocab) Words() []string { return v.words }

func (v *Vocab) lookup(b []byte) (int32, bool) {
	id, ok := v.ids[string(b)]
	return id, ok
}
