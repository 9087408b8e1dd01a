package pipeline

import (
	"context"
	"testing"
	"time"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/scoring"
	"github.com/attune-cx/attune/stream"
)

// Words that consent does not cover any more leave a gap, as sound does: until it
// is given again, or to the end; one that the leg tells already is not told twice.
func TestWithdrawnWordsLeaveAGap(t *testing.T) {
	voiceOnly, none := attune.Consent{AnalyseVoice: true}, attune.Consent{}
	for _, tc := range []struct {
		name     string
		spoken   bool
		consents []attune.Consent // one each second
		want     []stream.GapInfo
	}{
		{"chat, given again", false, []attune.Consent{none, all}, []stream.GapInfo{gap("", scoring.BasisWords, 1, 2)}},
		{"chat, to the end", false, []attune.Consent{none, none, none}, []stream.GapInfo{gap("", scoring.BasisWords, 1, 4)}},
		{"chat, kept", false, []attune.Consent{all, all}, nil},
		{"words of a call", true, []attune.Consent{voiceOnly, all}, []stream.GapInfo{gap("", scoring.BasisWords, 1, 2)}},
		{"all of a call", true, []attune.Consent{none, all}, []stream.GapInfo{gap("customer", "", 1, 2)}},
		{"a call, by and by", true, []attune.Consent{voiceOnly, none, voiceOnly, all},
			[]stream.GapInfo{gap("", scoring.BasisWords, 1, 2), gap("customer", "", 2, 3), gap("", scoring.BasisWords, 3, 4)}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			sink := stream.NewMemorySink()
			o := offline(t, sink)
			customer := attune.Participant{ID: "customer", Role: attune.RoleCustomer}
			if tc.spoken {
				addLeg(t, o, attune.RoleCustomer, all)
			} else if err := o.Join(customer, attune.ChannelChat, all, true); err != nil {
				t.Fatal(err)
			}
			for i, c := range tc.consents {
				o.Step(time.Duration(i+1) * time.Second)
				if err := o.engine.Consent(context.Background(), "i1", "customer", attune.RoleCustomer, c); err != nil {
					t.Fatal(err)
				}
			}
			o.Step(time.Duration(len(tc.consents)+1) * time.Second)
			if err := o.End(); err != nil {
				t.Fatal(err)
			}
			var got []stream.GapInfo
			for _, e := range sink.Of(stream.Gap) {
				got = append(got, *e.Gap)
				if e.Participant == nil || e.Participant.ID != "customer" {
					t.Errorf("the gap tells of %+v", e.Participant)
				}
			}
			if len(got) != len(tc.want) {
				t.Fatalf("gaps %+v, want %+v", got, tc.want)
			}
			for i := range got {
				if got[i] != tc.want[i] {
					t.Errorf("gap %+v, want %+v", got[i], tc.want[i])
				}
			}
		})
	}
}

func gap(leg string, of scoring.Basis, begin, end int) stream.GapInfo {
	return stream.GapInfo{Cause: stream.GapConsent, LegID: leg, Modality: of,
		Span: attune.Span{Begin: time.Duration(begin) * time.Second, End: time.Duration(end) * time.Second}}
}
