package stream

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/scoring"
)

// ErrDecode is returned for bytes that are not an event of ours.
var ErrDecode = errors.New("stream: not an attune event")

// Envelope is an event as a reader finds it: CloudEvents attributes and the body.
type Envelope struct {
	SpecVersion string     `json:"specversion"`
	ID          string     `json:"id"` // <interaction>/<epoch>/<seq>: unique, the key to drop duplicates by
	Source      string     `json:"source"`
	Type        Type       `json:"type"`
	Subject     string     `json:"subject"`
	Time        *time.Time `json:"time"`
	DataSchema  string     `json:"dataschema"`
	Data        Body       `json:"data"`
}

// Body holds the fields of every type; those that the type does not have are zero.
// A nil pointer is null: not known or not measured.
type Body struct {
	InteractionID   string            `json:"interaction_id"`
	ExternalIDs     map[string]string `json:"external_ids"`
	Queue           *string           `json:"queue"`
	Purpose         attune.Purpose    `json:"purpose"`
	Seq             uint64            `json:"seq"`
	Epoch           uint64            `json:"epoch"`
	Dropped         uint64            `json:"dropped"`
	CustomerKey     *string           `json:"customer_key"`
	ParticipantID   *string           `json:"participant_id"`
	ParticipantRole *attune.Role      `json:"participant_role"`
	Channel         *attune.Channel   `json:"channel"`
	Language        *string           `json:"language"`
	BeginOffsetMS   int64             `json:"begin_offset_ms"`
	EndOffsetMS     int64             `json:"end_offset_ms"`
	IsFinal         bool              `json:"is_final"`
	UtteranceID     *string           `json:"utterance_id"`
	Policy          *string           `json:"policy"`
	Degraded        bool              `json:"degraded"`
	ValidUntil      *time.Time        `json:"valid_until"`
	Latency         Latency           `json:"latency"`
	Evidence        []Evidence        `json:"evidence"`

	QueueWaitMS   int64                  `json:"queue_wait_ms"` // interaction.started
	Failure       *string                `json:"failure"`       // interaction.failed
	Scores        map[scoring.Name]Score `json:"scores"`        // score.updated
	Opportunities []Opportunity          `json:"opportunities"` // score.updated
	Line          *Line                  `json:"line"`          // score.updated
	Model         *Model                 `json:"model"`         // score.updated

	CueID        string  `json:"cue_id"`
	Kind         string  `json:"kind"` // of a cue
	Title        string  `json:"title"`
	Advice       string  `json:"advice"`
	Why          string  `json:"why"`
	ClosedReason *string `json:"closed_reason"`

	PromiseID     string     `json:"promise_id"`
	By            string     `json:"by"`
	State         string     `json:"state"` // of a promise, an expectation or a hint
	What          string     `json:"what"`
	Due           *time.Time `json:"due"`
	PromiseSource *string    `json:"promise_source"`

	Name     string         `json:"name"` // of an expectation
	Reason   *attune.Reason `json:"reason"`
	TimeToMS *int64         `json:"time_to_ms"`

	Cause        GapCause       `json:"cause"`
	LegID        *string        `json:"leg_id"`
	Modality     *scoring.Basis `json:"modality"` // what alone was missed; nil = all
	FirstEntryID *string        `json:"first_entry_id"`
	LastEntryID  *string        `json:"last_entry_id"`

	HintID        string   `json:"hint_id"`
	DecisionPoint string   `json:"decision_point"`
	Target        string   `json:"target"`
	Reasons       []string `json:"reasons"`
	Urgency       int      `json:"urgency"`
	Supersedes    *string  `json:"supersedes"`
}

// Latency is how long the event took, ms; nil when no packet led to it.
type Latency struct {
	AudioEndToPublishMS *float64 `json:"audio_end_to_publish_ms"`
}

// Score is a score on the wire.
type Score struct {
	Value      *float64        `json:"value"`
	Confidence float64         `json:"confidence"`
	Kind       scoring.Kind    `json:"kind"`
	State      scoring.State   `json:"state"`
	Reason     *attune.Reason  `json:"reason"`
	Basis      []scoring.Basis `json:"basis"`
	Evidence   []Evidence      `json:"evidence"`
}

// Evidence is a signed contribution on the wire.
type Evidence struct {
	Kind          string  `json:"kind"`
	BeginOffsetMS int64   `json:"begin_offset_ms"`
	EndOffsetMS   int64   `json:"end_offset_ms"`
	UtteranceID   *string `json:"utterance_id"`
	Weight        float64 `json:"weight"`
}

// Opportunity is a moment that called for empathy, on the wire.
type Opportunity struct {
	ID            string         `json:"id"`
	ParticipantID *string        `json:"participant_id"`
	State         string         `json:"state"`
	BeginOffsetMS int64          `json:"begin_offset_ms"`
	EndOffsetMS   int64          `json:"end_offset_ms"`
	Affective     *float64       `json:"affective"`
	Cognitive     *float64       `json:"cognitive"`
	Action        *float64       `json:"action"`
	Value         *float64       `json:"value"`
	Reason        *attune.Reason `json:"reason"`
	Evidence      []Evidence     `json:"evidence"`
}

// Line is a leg's quality on the wire.
type Line struct {
	Codec     *string  `json:"codec"`
	LossRatio float64  `json:"loss_ratio"`
	SNRDB     *float64 `json:"snr_db"`
}

// Model names what computed a score, on the wire.
type Model struct {
	Name    *string `json:"name"`
	Version *string `json:"version"`
	Hash    *string `json:"hash"`
}

// Decode reads one event. Fields and types that it does not know are ignored, as
// readers must; what lacks an id, a type or an interaction gives [ErrDecode].
func Decode(data []byte) (*Envelope, error) {
	var env Envelope
	if err := json.Unmarshal(data, &env); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDecode, err)
	}
	if env.SpecVersion != "1.0" {
		return nil, fmt.Errorf("%w: specversion is %q, not %q", ErrDecode, env.SpecVersion, "1.0")
	}
	if env.ID == "" || env.Type == "" || env.Data.InteractionID == "" {
		return nil, fmt.Errorf("%w: id, type and data.interaction_id are needed, found %q, %q, %q",
			ErrDecode, env.ID, env.Type, env.Data.InteractionID)
	}
	return &env, nil
}

// ParseID takes an event's id apart. An interaction id may hold slashes itself.
func ParseID(id string) (interaction string, epoch, seq uint64, err error) {
	rest, last, ok := cutLast(id)
	interaction, middle, ok2 := cutLast(rest)
	epoch, errEpoch := strconv.ParseUint(middle, 10, 64)
	seq, errSeq := strconv.ParseUint(last, 10, 64)
	if !ok || !ok2 || interaction == "" || errEpoch != nil || errSeq != nil {
		return "", 0, 0, fmt.Errorf("%w: id %q is not <interaction>/<epoch>/<seq>", ErrDecode, id)
	}
	return interaction, epoch, seq, nil
}

func cutLast(s string) (before, after string, ok bool) {
	i := strings.LastIndexByte(s, '/')
	if i < 0 {
		return "", s, false
	}
	return s[:i], s[i+1:], true
}
