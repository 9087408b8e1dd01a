package recogniserbench

import (
	"strings"
	"unicode"
)

// wordErrors counts the words of said that heard lost, replaced or added, and the
// words of said. Case and marks do not count.
func wordErrors(said, heard string) (wrong, words int) {
	a, b := plain(said), plain(heard)
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i, x := range a {
		diagonal := row[0]
		row[0] = i + 1
		for j, y := range b {
			cost := diagonal
			if x != y {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)], len(a)
}

// plain are the words of a text in lower case, without marks.
func plain(text string) []string {
	return strings.FieldsFunc(strings.ToLower(strings.NewReplacer("'", "", "’", "").Replace(text)), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
}
