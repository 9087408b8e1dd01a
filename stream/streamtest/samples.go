package streamtest

import (
	"time"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/scoring"
	"github.com/attune-cx/attune/stream"
)

// Interaction returns a contact as the samples use it, with id.
func Interaction(id string) *attune.Interaction {
	return &attune.Interaction{
		ID: id, Tenant: "default", Queue: "billing", Purpose: attune.PurposeTest, CustomerKey: "k-5b1e",
		ExternalIDs: map[string]string{"twilio_call_sid": "CA0f00", "sip_call_id": "a84b4c76e66710"},
		QueueWait:   42 * time.Second, Language: "en",
		Began: time.Date(2026, 11, 2, 9, 30, 0, 0, time.UTC),
	}
}

// Samples returns events of one interaction: every type at least once, every kind
// of payload, in an order in which they could have happened.
func Samples(it *attune.Interaction) []*stream.Event {
	agent := &attune.Participant{ID: "agent-1", Role: attune.RoleAgent}
	customer := &attune.Participant{ID: "customer", Role: attune.RoleCustomer}
	events := []*stream.Event{
		{Type: stream.InteractionStarted},
		{Type: stream.ScoreUpdated, At: 12 * time.Second, Snapshot: Customer(12*time.Second, .31), Newest: 12 * time.Second},
		{Type: stream.ScoreUpdated, At: 12 * time.Second, Snapshot: Agent(12 * time.Second)},
		{Type: stream.CueOpened, At: 13 * time.Second, Cue: cue(true), Participant: agent},
		{Type: stream.RouteHint, At: 14 * time.Second, Hint: hint("h-1", "open", 14*time.Second), Participant: customer},
		{Type: stream.Gap, At: 20 * time.Second, Participant: customer,
			Gap: &stream.GapInfo{Cause: stream.GapPCI, LegID: "l-1", Span: seconds(15, 20)}},
		{Type: stream.CueClosed, At: 21 * time.Second, Cue: cue(false), Participant: agent},
		{Type: stream.PromiseUpdated, At: 22 * time.Second, Promise: promise(), Participant: agent},
		{Type: stream.ExpectationUpdated, At: 23 * time.Second, Expectation: expectation()},
		{Type: stream.RouteHint, At: 24 * time.Second, Hint: hint("h-1", "withdrawn", 24*time.Second), Participant: customer},
		{Type: stream.Handoff, At: 30 * time.Second, Participant: &attune.Participant{ID: "expert-1", Role: attune.RoleExpert}},
		{Type: stream.InteractionFailed, At: 31 * time.Second, Failure: "leg l-1: no packet for 30 s"},
		{Type: stream.InteractionCompleted, At: 32 * time.Second},
		{Type: stream.Erased, At: 33 * time.Second},
	}
	for _, e := range events {
		e.Interaction, e.Policy = it, "default"
		e.Wall = it.Began.Add(e.At)
	}
	return events
}

// Score returns a score.updated event of the customer at an offset.
func Score(it *attune.Interaction, at time.Duration, stress float64) *stream.Event {
	return &stream.Event{Type: stream.ScoreUpdated, Interaction: it, At: at, Wall: it.Began.Add(at),
		Snapshot: Customer(at, stress), Newest: at}
}

// Cue returns a cue.opened event, which no sink may drop.
func Cue(it *attune.Interaction, at time.Duration, id string) *stream.Event {
	c := cue(true)
	c.ID, c.At = id, at
	return &stream.Event{Type: stream.CueOpened, Interaction: it, At: at, Wall: it.Began.Add(at), Cue: c}
}

// Hint returns a route.hint event.
func Hint(it *attune.Interaction, at time.Duration, id, state string) *stream.Event {
	return &stream.Event{Type: stream.RouteHint, Interaction: it, At: at, Wall: it.Began.Add(at), Hint: hint(id, state, at)}
}

// Customer is a snapshot of a customer: two scores measured, the rest null.
func Customer(at time.Duration, stress float64) *scoring.Snapshot {
	snr := 21.5
	return &scoring.Snapshot{
		ParticipantID: "customer", Role: attune.RoleCustomer, Channel: attune.ChannelVoice, Language: "en",
		Span: attune.Span{Begin: max(0, at-8*time.Second), End: at}, ValidUntil: at + 8*time.Second,
		Scores: map[scoring.Name]scoring.Score{
			scoring.Stress:      {Value: &stress, Confidence: .62, Kind: scoring.Probability, State: scoring.OK, Basis: both(), Evidence: moved(at)},
			scoring.StressVoice: {Value: &stress, Confidence: .58, Kind: scoring.Probability, State: scoring.Warming, Basis: both()[:1]},
			scoring.StressWords: {Kind: scoring.Probability, State: scoring.NoData, Reason: attune.ReasonNoRecogniser},
			scoring.Sentiment:   {Kind: scoring.Index, State: scoring.NoData, Reason: attune.ReasonNoRecogniser},
			scoring.Arousal:     {Kind: scoring.Index, State: scoring.NotApplicable, Reason: attune.ReasonPolicy},
		},
		Line:  &scoring.Line{Codec: "PCMU/8000", LossRatio: .004, SNRDB: &snr},
		Model: scoring.Model{Name: "stress-voice", Version: "1", Hash: "sha256:5f70bf18"},
	}
}

// Agent is a snapshot of an agent with one opportunity answered.
func Agent(at time.Duration) *scoring.Snapshot {
	empathy, part := .55, .7
	return &scoring.Snapshot{
		ParticipantID: "agent-1", Role: attune.RoleAgent, Channel: attune.ChannelVoice,
		Span: attune.Span{End: at}, Final: true, UtteranceID: "u-9",
		Scores: map[scoring.Name]scoring.Score{
			scoring.Empathy: {Value: &empathy, Confidence: .5, Kind: scoring.Index, State: scoring.OK,
				Basis: both()[1:], Evidence: moved(at)},
		},
		Opportunities: []scoring.Opportunity{{
			ID: "o-1", ParticipantID: "agent-1", State: "given", Span: seconds(4, 9),
			Cognitive: &part, Value: &part, Evidence: moved(at),
		}},
	}
}

func both() []scoring.Basis { return []scoring.Basis{scoring.BasisVoice, scoring.BasisWords} }

func moved(at time.Duration) []scoring.Evidence {
	return []scoring.Evidence{
		{Kind: "f0_range", Span: attune.Span{Begin: at - 2*time.Second, End: at}, Weight: .81},
		{Kind: "words:negation", Span: attune.Span{Begin: at - time.Second, End: at}, UtteranceID: "u-8", Weight: -.125},
	}
}

func seconds(begin, end int) attune.Span {
	return attune.Span{Begin: time.Duration(begin) * time.Second, End: time.Duration(end) * time.Second}
}

func cue(open bool) *scoring.Cue {
	c := &scoring.Cue{
		ID: "c-1", Kind: "acknowledge", Open: open, ParticipantID: "agent-1", Title: "Name the feeling",
		Advice: "Say that you see why this is annoying, then say what you will do.",
		Why:    "Stress rose after the second transfer.", At: 13 * time.Second, Evidence: moved(13 * time.Second),
	}
	if !open {
		c.Closed = "answered"
	}
	return c
}

func promise() *scoring.Promise {
	due := time.Date(2026, 11, 3, 16, 0, 0, 0, time.UTC)
	return &scoring.Promise{
		ID: "p-1", By: "COMPANY", ParticipantID: "agent-1", State: "made", What: "call_back", Due: &due,
		Source: "words", At: 22 * time.Second, Evidence: moved(22 * time.Second),
	}
}

func expectation() *scoring.Expectation {
	took := int64(23000)
	return &scoring.Expectation{Name: "need_understood", State: "met", At: 23 * time.Second, TimeToMS: &took}
}

func hint(id, state string, at time.Duration) *scoring.Hint {
	return &scoring.Hint{
		ID: id, State: state, DecisionPoint: "in_progress", Target: "supervisor",
		Reasons: []string{"stress_high", "empathy_missed"}, Urgency: 72, At: at, ValidFor: 30 * time.Second,
		Evidence: moved(at),
	}
}
