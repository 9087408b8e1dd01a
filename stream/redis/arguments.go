package redis

import (
	"strconv"
	"strings"
	"time"

	"github.com/attune-cx/attune/scoring"
	"github.com/attune-cx/attune/stream"
)

// arguments are those of the Lua body, in its order.
func (p *Publisher) arguments(l *line, it *item) []any {
	ixTTL := p.cfg.InteractionTTL.Milliseconds()
	if p.cfg.NoInteractionStreams || strings.HasPrefix(it.e.Interaction.ID, "_shard.") {
		ixTTL = 0
	}
	args := make([]any, 14, 48)
	args[0], args[1], args[2], args[3] = p.owner, it.stamp.Epoch, it.stamp.Seq, it.stamp.Dropped
	args[4], args[5], args[6] = string(it.e.Type), it.e.Interaction.ID, it.data
	args[7], args[8], args[9] = p.cfg.fenceTTL().Milliseconds(), p.cfg.StateTTL.Milliseconds(), ixTTL
	args[10], args[11] = p.cfg.InteractionLength, stateField(it.e)
	args[12] = l.start
	args = stateFields(args, it.e)
	args[13] = len(args) - 14
	return hintFields(args, it.e)
}

// stateField is the field of the state hash that holds the event itself.
func stateField(e *stream.Event) string {
	if e.Type == stream.ScoreUpdated {
		return "participant:" + e.Snapshot.ParticipantID
	}
	return ""
}

// stateFields appends the scalars of the state hash.
func stateFields(args []any, e *stream.Event) []any {
	switch e.Type {
	case stream.InteractionStarted:
		args = append(args, "status", "live")
	case stream.InteractionCompleted:
		args = append(args, "status", "completed")
	case stream.InteractionFailed:
		args = append(args, "status", "failed")
	case stream.Erased:
		args = append(args, "status", "erased")
	case stream.ScoreUpdated:
		for _, name := range stream.Names(e.Snapshot.Role) {
			args = append(args, string(name), scalar(e.Snapshot.Scores[name]))
		}
	}
	if !e.Wall.IsZero() {
		args = append(args, "updated", e.Wall.UTC().Format(time.RFC3339Nano))
	}
	return args
}

// scalar is a score as one number; "" is null, so that nobody compares it as 0.
func scalar(s scoring.Score) string {
	if s.Value == nil || (s.State != scoring.OK && s.State != scoring.Warming) {
		return ""
	}
	return strconv.FormatFloat(*s.Value, 'f', 4, 64)
}

// hintFields appends the flat fields of an entry of the hints stream, for engines
// that compare scalars.
func hintFields(args []any, e *stream.Event) []any {
	if e.Type != stream.RouteHint {
		return args
	}
	h := e.Hint
	until := ""
	if began := e.Interaction.Began; h.ValidFor > 0 && !began.IsZero() {
		until = strconv.FormatInt(began.Add(h.At+h.ValidFor).UnixMilli(), 10)
	}
	return append(args,
		"hint_id", h.ID, "state", h.State, "decision_point", h.DecisionPoint, "target", h.Target,
		"urgency", h.Urgency, "reasons", strings.Join(h.Reasons, ","), "supersedes", h.Supersedes, "valid_until_ms", until)
}
