package lexical_test

import (
	"testing"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/features/lexical"
)

// A 20-word message, with and without the measured evidence.
func BenchmarkRead(b *testing.B) {
	m := lexical.Message{Role: attune.RoleCustomer, Language: "en", Final: true, Text: "I have called three times about my refund and nobody helps me, this is getting really frustrating, please do something!"}
	for name, explain := range map[string]int{"plain": -1, "explained": 0} {
		b.Run(name, func(b *testing.B) {
			a, err := lexical.New(lexical.Config{Explain: explain})
			if err != nil {
				b.Fatal(err)
			}
			var r lexical.Reading
			b.ReportAllocs()
			for b.Loop() {
				if err := a.Read(&m, &r); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
