package token

import "strings"

// span is a stretch of code points that is not read.
type span struct{ begin, end int }

// maxTag bounds the search for the end of a tag, so that a lone '<' costs little.
const maxTag = 512

// hide notes the stretches of rs that are not the writer's own words: mark-up
// and the history that a mail carries below the answer.
func (t *Text) hide(rs []rune) {
	t.skip = t.skip[:0]
	for i := 0; i < len(rs); i++ {
		end := i
		switch {
		case rs[i] == '<':
			end = tagEnd(rs, i)
		case rs[i] == '&':
			end = entityEnd(rs, i)
		case i == 0 || rs[i-1] == '\n':
			end = t.quotedEnd(rs, i)
		}
		if end > i {
			t.skip = append(t.skip, span{i, end})
			i = end - 1
		}
	}
}

// quotedEnd returns the end of quoted history that begins with the line at i, i
// if the line is the writer's own. A mark that something was quoted hides all
// that follows; the first line is never history.
func (t *Text) quotedEnd(rs []rune, i int) int {
	end := i
	for end < len(rs) && rs[end] != '\n' {
		end++
	}
	line := string(rs[i:min(end, i+200)])
	switch {
	case strings.HasPrefix(line, ">"):
		return end
	case i > 0 && historyMark(line):
		return len(rs)
	}
	return i
}

// historyMark reports lines by which mail programs introduce what they quote.
func historyMark(line string) bool {
	l := strings.ToLower(strings.TrimSpace(line))
	switch {
	case strings.HasPrefix(l, "on ") && strings.HasSuffix(l, "wrote:"),
		strings.HasPrefix(l, "am ") && strings.HasSuffix(l, "schrieb:"),
		strings.HasPrefix(l, "-----original message"), strings.HasPrefix(l, "----- original message"),
		strings.HasPrefix(l, "---------- forwarded message"), strings.HasPrefix(l, "________________"),
		l == "--":
		return true
	}
	return strings.HasPrefix(l, "from:") && strings.Contains(l, "@")
}

func tagEnd(rs []rune, i int) int {
	if i+1 >= len(rs) || !tagStart(rs[i+1]) {
		return i
	}
	if end, ok := elementEnd(rs, i, "script"); ok {
		return end
	}
	if end, ok := elementEnd(rs, i, "style"); ok {
		return end
	}
	for j := i + 1; j < len(rs) && j < i+maxTag; j++ {
		if rs[j] == '>' {
			return j + 1
		}
		if rs[j] == '<' {
			return i
		}
	}
	return i
}

func tagStart(r rune) bool {
	return r == '/' || r == '!' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
}

// elementEnd finds the end of an element whose content is not text either.
func elementEnd(rs []rune, i int, name string) (int, bool) {
	if !hasFold(rs[i+1:], name) {
		return i, false
	}
	for j := i + 1; j+2+len(name) < len(rs); j++ {
		if rs[j] == '<' && rs[j+1] == '/' && hasFold(rs[j+2:], name) {
			for j < len(rs) && rs[j] != '>' {
				j++
			}
			return min(j+1, len(rs)), true
		}
	}
	return len(rs), true
}

func hasFold(rs []rune, name string) bool {
	if len(rs) < len(name) {
		return false
	}
	return strings.EqualFold(string(rs[:len(name)]), name)
}

// entityEnd covers a character reference such as &nbsp; or &#39; .
func entityEnd(rs []rune, i int) int {
	for j := i + 1; j < len(rs) && j < i+10; j++ {
		r := rs[j]
		if r == ';' && j > i+1 {
			return j + 1
		}
		if r != '#' && (r < '0' || r > '9') && (r < 'A' || r > 'z') {
			return i
		}
	}
	return i
}
