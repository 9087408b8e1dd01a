package promises

import (
	"strings"
	"unicode"

	"github.com/attune-cx/attune/features/lexical"
)

// KindAct is the kind of a promise whose act is not in the table.
const KindAct = "act"

// kinds is the table of promised acts, most telling first. A kind is found where
// every word of one of its patterns begins a word of the text.
func kinds() []kind {
	return []kind{
		{"call_back", []string{"call back", "call you", "ring you", "phone you", "callback", "give call", "talk to you", "speak to you"}},
		{"refund", []string{"refund", "money back", "reimburs"}},
		{"credit", []string{"credit your", "credit account", "credit to", "waive", "discount", "compensat"}},
		{"replace", []string{"replac", "new one", "exchange"}},
		{"cancel", []string{"cancel"}},
		{"visit", []string{"technician", "engineer", "visit", "come out", "appointment", "book you"}},
		{"send", []string{"send", "e-mail you", "email you", "mail you", "ship", "dispatch", "text you"}},
		{"escalate", []string{"escalat", "supervisor", "manager", "raise ticket", "open ticket", "raise case"}},
		{"fix", []string{"fix", "repair", "correct", "sort out", "resolve", "restor"}},
		{"pay", []string{"pay", "transfer the", "settle"}},
		{"check", []string{"check", "look into", "find out", "investigat", "speak to the", "ask the"}},
		{"follow_up", []string{"follow up", "get back", "let you know", "update you", "keep you"}},
	}
}

type kind struct {
	name     string
	patterns []string
}

// Kind names the act that a text commits to, [KindAct] if none is known.
func Kind(text string) string {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return !unicode.IsLetter(r) && r != '-' && r != '\''
	})
	for _, k := range kinds() {
		for _, p := range k.patterns {
			if hasAll(words, strings.Fields(p)) {
				return k.name
			}
		}
	}
	return KindAct
}

// hasAll reports whether the words hold each of want, as beginnings, in order.
func hasAll(words, want []string) bool {
	for _, w := range words {
		if len(want) > 0 && strings.HasPrefix(w, want[0]) {
			want = want[1:]
		}
	}
	return len(want) == 0
}

// clause is the act's part of the text and the rest of its sentence, where the
// object of the promise stands, up to the next commitment.
func clause(text string, act lexical.Act, acts []lexical.Act) string {
	runes := []rune(text)
	begin := min(max(act.Begin, 0), len(runes))
	end := min(max(act.End, begin), len(runes))
	stop := len(runes)
	for _, a := range acts {
		if a.Kind == lexical.ActCommitment && a.Begin >= end {
			stop = min(stop, a.Begin)
		}
	}
	for end < stop && !strings.ContainsRune(".!?;\n", runes[end]) {
		end++
	}
	return string(runes[begin:end])
}
