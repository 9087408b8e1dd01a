package lexical_test

import (
	"fmt"
	"time"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/features/lexical"
)

func ExampleAnalyzer_Read() {
	a, err := lexical.New(lexical.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	m := lexical.Message{
		Role: attune.RoleAgent, Language: "en", Text: "I'm so sorry about that. I'll call you back within two hours.",
		At: time.Date(2026, 3, 4, 15, 30, 0, 0, time.UTC),
	}
	var r lexical.Reading
	if err := a.Read(&m, &r); err != nil {
		fmt.Println(err)
		return
	}
	for _, act := range r.Acts {
		fmt.Println(act.Kind, act.Begin, act.End, act.What, act.Due.Format("15:04"))
	}
	// Output:
	// apology 0 24  00:00
	// commitment 25 61 call_back 17:30
}

func ExampleRedact() {
	fmt.Println(lexical.Redact("card is 4111111111111111, thanks", []lexical.Entity{{Type: "CREDIT_CARD", Begin: 8, End: 24, Score: 1}}))
	// Output: card is <CREDIT_CARD>, thanks
}
