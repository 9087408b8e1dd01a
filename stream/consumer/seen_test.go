package consumer

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestSeenRemembersTheNewest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		room := rapid.IntRange(1, 8).Draw(t, "room")
		s := newSeen(room)
		var model []string
		for range rapid.IntRange(0, 60).Draw(t, "n") {
			id := fmt.Sprint(rapid.IntRange(0, 12).Draw(t, "id"))
			s.add(id)
			if !slices.Contains(model, id) {
				model = append(model, id)
			}
			if len(model) > room {
				model = model[1:]
			}
			for i := range 13 {
				id := fmt.Sprint(i)
				if s.has(id) != slices.Contains(model, id) {
					t.Fatalf("has(%s) is %t, the newest %d are %v", id, s.has(id), room, model)
				}
			}
			if len(s.ids) != len(model) {
				t.Fatalf("%d ids held, room for %d", len(s.ids), room)
			}
		}
	})
}
