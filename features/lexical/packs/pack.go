package packs

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/goccy/go-yaml"

	"github.com/attune-cx/attune/features/lexical/due"
	"github.com/attune-cx/attune/features/lexical/rules"
	"github.com/attune-cx/attune/features/lexical/token"
)

//go:embed en de
var builtin embed.FS

// ErrPack is wrapped by every error about a pack's files.
var ErrPack = errors.New("packs: language pack")

// Manifest is pack.yaml.
type Manifest struct {
	Language      string   `yaml:"language"`      // BCP 47 primary tag, as en
	Name          string   `yaml:"name"`          // as a reader calls it
	Model         string   `yaml:"model"`         // text model that reads it; none = scores are null
	Rules         string   `yaml:"rules"`         // file of acts and markers
	Times         string   `yaml:"times"`         // words of time: "english" = as they are, a file that puts them into English, "" = none are read
	Spelling      string   `yaml:"spelling"`      // file of forms and what they stand for; "" = none
	Pauses        []string `yaml:"pauses"`        // filled pauses, passed over in patterns
	Leads         []string `yaml:"leads"`         // words that may stand before a clause: okay, so, yes
	Joining       []string `yaml:"joins"`         // words that join two clauses: and, then
	Abbreviations []string `yaml:"abbreviations"` // a full stop behind them ends no sentence
	Stopwords     string   `yaml:"stopwords"`     // words without content, for paraphrase and repetition
	Words         string   `yaml:"words"`         // function words that the language is known by, beyond the built-in ones
}

// Pack is a language ready for use. It is safe for concurrent use.
type Pack struct {
	Manifest
	Vocab    *token.Vocab
	Splitter *token.Splitter
	Rules    *rules.Table

	times *due.Words

	pauses    map[string]bool
	leads     map[string]bool
	joins     map[string]bool
	stopwords map[string]bool
}

// Builtin opens the packs that the binary carries, by language.
// maxWords bounds the words read of one text; 0 = [token.MaxWords].
func Builtin(maxWords int) (map[string]*Pack, error) {
	return OpenAll(builtin, maxWords)
}

// OpenAll opens every folder of dir that holds a pack.yaml, by language.
// Errors wrap [ErrPack] and name the file and line at fault.
func OpenAll(dir fs.FS, maxWords int) (map[string]*Pack, error) {
	manifests, err := fs.Glob(dir, "*/pack.yaml")
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrPack, err)
	}
	out := map[string]*Pack{}
	for _, m := range manifests {
		sub, err := fs.Sub(dir, path.Dir(m))
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrPack, err)
		}
		p, err := Open(sub, maxWords)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path.Dir(m), err)
		}
		if _, twice := out[p.Language]; twice {
			return nil, fmt.Errorf("%w: language %s stands in two folders", ErrPack, p.Language)
		}
		out[p.Language] = p
	}
	return out, nil
}

// Open reads the pack whose files lie in dir.
func Open(dir fs.FS, maxWords int) (*Pack, error) {
	p := &Pack{Vocab: token.NewVocab()}
	data, err := fs.ReadFile(dir, "pack.yaml")
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrPack, err)
	}
	if err := yaml.UnmarshalWithOptions(data, &p.Manifest, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("%w: pack.yaml: %w", ErrPack, err)
	}
	if p.Language == "" || p.Manifest.Rules == "" {
		return nil, fmt.Errorf("%w: pack.yaml needs language and rules", ErrPack)
	}
	return p, p.load(dir, maxWords)
}

func (p *Pack) load(dir fs.FS, maxWords int) error {
	table, err := fs.ReadFile(dir, p.Manifest.Rules)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrPack, err)
	}
	spelling, err := p.spelling(dir)
	if err != nil {
		return err
	}
	if p.Rules, err = rules.Compile(p.Manifest.Rules, string(table), p.Vocab, spelling); err != nil {
		return fmt.Errorf("%w: %w", ErrPack, err)
	}
	if err := p.readTimes(dir); err != nil {
		return err
	}
	p.pauses, p.leads, p.joins, p.stopwords = folded(p.Pauses), folded(p.Leads), folded(p.Joining), folded(strings.Fields(p.Stopwords))
	p.Splitter, err = token.NewSplitter(token.Config{Vocab: p.Vocab, Spelling: spelling, Abbreviations: p.Abbreviations, MaxWords: maxWords})
	return err
}

func (p *Pack) readTimes(dir fs.FS) error {
	if p.Times == "" || p.Times == "english" {
		return nil
	}
	data, err := fs.ReadFile(dir, p.Times)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrPack, err)
	}
	if p.times, err = due.ReadWords(string(data)); err != nil {
		return fmt.Errorf("%w: %s: %w", ErrPack, p.Times, err)
	}
	return nil
}

// FindTimes appends the time expressions of toks to dst, as [due.FindIn].
func (p *Pack) FindTimes(toks []token.Token, dst []due.Expr) []due.Expr {
	if p.Times == "" {
		return dst
	}
	return due.FindIn(toks, p.times, dst)
}

// spelling reads lines "form = words"; # begins a comment.
func (p *Pack) spelling(dir fs.FS) (map[string][]string, error) {
	out := map[string][]string{}
	if p.Manifest.Spelling == "" {
		return out, nil
	}
	data, err := fs.ReadFile(dir, p.Manifest.Spelling)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrPack, err)
	}
	for n, line := range strings.Split(string(data), "\n") {
		if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		form, words, ok := strings.Cut(line, "=")
		form = token.Fold(strings.TrimSpace(form))
		if !ok || form == "" || strings.TrimSpace(words) == "" {
			return nil, fmt.Errorf("%w: %s line %d: a line is written: form = words", ErrPack, p.Manifest.Spelling, n+1)
		}
		out[form] = strings.Fields(token.Fold(words))
	}
	return out, nil
}

func folded(words []string) map[string]bool {
	out := make(map[string]bool, len(words))
	for _, w := range words {
		out[token.Fold(w)] = true
	}
	return out
}

// Pause reports a filled pause, which patterns pass over.
func (p *Pack) Pause(t *token.Token) bool { return p.pauses[t.Norm] }

// Lead reports a word that may stand before the begin of a clause.
func (p *Pack) Lead(t *token.Token) bool { return p.leads[t.Norm] }

// Joins reports a word that joins two clauses.
func (p *Pack) Joins(t *token.Token) bool { return p.joins[t.Norm] }

// Content reports a word that carries content: no stop word, pause or mark.
func (p *Pack) Content(t *token.Token) bool {
	return t.IsWord() && !p.stopwords[t.Norm] && !p.pauses[t.Norm]
}

// FunctionWords are the words of the manifest that the language is known by.
func (p *Pack) FunctionWords() []string { return strings.Fields(p.Words) }
