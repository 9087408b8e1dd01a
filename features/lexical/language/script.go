package language

import "unicode"

// scripts that stand for one language each, or for a group that one tag names
// well enough to say "not supported".
var scripts = []struct {
	table *unicode.RangeTable
	tag   string
}{
	{unicode.Hiragana, "ja"}, {unicode.Katakana, "ja"}, {unicode.Hangul, "ko"}, {unicode.Han, "zh"}, {unicode.Thai, "th"},
	{unicode.Greek, "el"}, {unicode.Hebrew, "he"}, {unicode.Arabic, "ar"}, {unicode.Devanagari, "hi"}, {unicode.Bengali, "bn"},
	{unicode.Tamil, "ta"}, {unicode.Telugu, "te"}, {unicode.Gujarati, "gu"}, {unicode.Gurmukhi, "pa"}, {unicode.Kannada, "kn"},
	{unicode.Malayalam, "ml"}, {unicode.Sinhala, "si"}, {unicode.Georgian, "ka"}, {unicode.Armenian, "hy"}, {unicode.Ethiopic, "am"},
	{unicode.Khmer, "km"}, {unicode.Lao, "lo"}, {unicode.Myanmar, "my"}, {unicode.Cyrillic, "ru"},
}

// byScript answers where most letters are not Latin. Japanese text is known by
// its kana even among many Han characters; Ukrainian by its own letters.
func byScript(text string) (Guess, bool) {
	var counts [32]int
	letters, latin, n, ukrainian := 0, 0, 0, false
	for _, r := range text {
		if n++; n > maxRead {
			break
		}
		if r < 0x250 {
			if unicode.IsLetter(r) {
				letters++
				latin++
			}
			continue
		}
		if !unicode.IsLetter(r) {
			continue
		}
		letters++
		ukrainian = ukrainian || r == 'ї' || r == 'є' || r == 'ґ' || r == 'Ї' || r == 'Є'
		countScript(&counts, r)
	}
	if letters == 0 || latin*2 >= letters {
		return Guess{}, false
	}
	return bestScript(&counts, letters, ukrainian), true
}

func countScript(counts *[32]int, r rune) {
	for k := range scripts {
		if unicode.Is(scripts[k].table, r) {
			counts[k]++
			return
		}
	}
}

func bestScript(counts *[32]int, letters int, ukrainian bool) Guess {
	at := 0
	for k := range scripts {
		if counts[k] > counts[at] {
			at = k
		}
	}
	if counts[0]+counts[1] > 0 && scripts[at].tag == "zh" {
		at = 0
	}
	if counts[at] == 0 {
		return Guess{Tag: Unknown}
	}
	tag := scripts[at].tag
	if tag == "ru" && ukrainian {
		tag = "uk"
	}
	return Guess{Tag: tag, Confidence: min(1, float64(letters)/8), Evidence: float64(letters) / 4}
}
