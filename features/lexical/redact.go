package lexical

import (
	"cmp"
	"slices"
	"strings"
)

// Redact replaces each entity of text by its type in angle brackets, as Presidio
// does: "my card is <CREDIT_CARD>". Entities count code points; those out of
// range or overlapping an earlier one are clipped. text is not kept.
func Redact(text string, entities []Entity) string {
	if len(entities) == 0 {
		return text
	}
	sorted := slices.Clone(entities)
	slices.SortStableFunc(sorted, func(a, b Entity) int { return cmp.Compare(a.Begin, b.Begin) })
	rs := []rune(text)
	var b strings.Builder
	at := 0
	for _, e := range sorted {
		begin, end := max(e.Begin, at), min(e.End, len(rs))
		if begin >= end {
			continue
		}
		b.WriteString(string(rs[at:begin]))
		b.WriteString("<" + e.Type + ">")
		at = end
	}
	b.WriteString(string(rs[at:]))
	return b.String()
}
