package stream

import (
	"slices"
	"strconv"
	"time"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/scoring"
)

// SchemaVersion is the version of the event body: it stands in the meta key and
// at the end of every dataschema. Fields are only ever added, so it rises only
// if that promise is broken.
const SchemaVersion = 1

// Stamp is the place that a [Sink] gives an event in its interaction's order.
type Stamp struct {
	Seq     uint64 // 1, 2, 3 ... without a gap within the interaction
	Epoch   uint64 // rises when another writer, or this one after a restart, goes on
	Dropped uint64 // score updates of the interaction merged away so far in this epoch

	// Published is when the event was numbered, on the monotonic clock of
	// [Event.Newest]; zero = not known, and the latency is null.
	Published time.Duration
	Degraded  bool // the sink itself lags; or-ed with the event's own flag
}

// Encode is [Append] to a new slice.
func Encode(e *Event, s Stamp) ([]byte, error) { return Append(nil, e, s) }

// Append appends e as one CloudEvents 1.0 event in structured JSON to dst: every
// field of the contract is present, null where it is not known. The same event
// and stamp give the same bytes. It allocates nothing but room in dst, unless
// scores carry names outside the role's list. Errors wrap [ErrEvent], and dst is
// then returned as it was. Safe for concurrent use on different dst.
func Append(dst []byte, e *Event, s Stamp) ([]byte, error) {
	if err := e.Validate(); err != nil {
		return dst, err
	}
	w := jsonWriter{b: dst}
	w.b = append(w.b, '{')
	w.attributes(e, s)
	w.key("data")
	w.b = append(w.b, '{')
	w.common(e, s)
	w.payload(e)
	w.b = append(w.b, '}', '}')
	return w.b, nil
}

// attributes writes the context attributes, CloudEvents 1.0.2 section 3.
func (w *jsonWriter) attributes(e *Event, s Stamp) {
	it := e.Interaction
	w.str("specversion", "1.0")
	w.key("id")
	w.b = AppendID(append(w.b, '"'), it.ID, s.Epoch, s.Seq)
	w.b = append(w.b, '"')
	w.key("source")
	w.b = append(w.b, `"/attune/`...)
	w.b = append(appendInner(w.b, tenantOf(it)), '"')
	w.str("type", string(e.Type))
	w.str("subject", it.ID)
	if wall := e.wallAt(e.At); !wall.IsZero() {
		w.when("time", wall)
	}
	w.str("datacontenttype", "application/json")
	w.key("dataschema")
	w.b = append(w.b, `"urn:attune:schema:`...)
	w.b = append(w.b, e.Type...)
	w.b = append(w.b, ':')
	w.b = strconv.AppendInt(w.b, SchemaVersion, 10)
	w.b = append(w.b, '"')
}

// AppendID appends the id of an event, <interaction>/<epoch>/<seq>, as it stands
// inside a JSON string.
func AppendID(dst []byte, interaction string, epoch, seq uint64) []byte {
	dst = appendInner(dst, interaction)
	dst = strconv.AppendUint(append(dst, '/'), epoch, 10)
	return strconv.AppendUint(append(dst, '/'), seq, 10)
}

// appendInner quotes s without its quotes.
func appendInner(b []byte, s string) []byte {
	at := len(b)
	b = appendString(b, s)
	copy(b[at:], b[at+1:len(b)-1])
	return b[:len(b)-2]
}

// common writes the fields that every type has.
func (w *jsonWriter) common(e *Event, s Stamp) {
	it := e.Interaction
	w.str("interaction_id", it.ID)
	w.externalIDs(it.ExternalIDs)
	w.strOrNull("queue", it.Queue)
	w.str("purpose", string(purposeOf(it)))
	w.uint("seq", s.Seq)
	w.uint("epoch", s.Epoch)
	w.uint("dropped", s.Dropped)
	w.strOrNull("customer_key", it.CustomerKey)
	w.who(e)
	span := e.span()
	w.ms("begin_offset_ms", span.Begin)
	w.ms("end_offset_ms", span.End)
	w.bool("is_final", e.final())
	w.strOrNull("utterance_id", e.utteranceID())
	w.strOrNull("policy", e.Policy)
	w.bool("degraded", e.Degraded || s.Degraded)
	w.when("valid_until", e.validUntil())
	w.object("latency")
	w.latency(e, s)
	w.close('}')
}

func (w *jsonWriter) latency(e *Event, s Stamp) {
	if e.Newest <= 0 || s.Published < e.Newest {
		w.null("audio_end_to_publish_ms")
		return
	}
	w.float("audio_end_to_publish_ms", float64((s.Published-e.Newest).Microseconds())/1000)
}

func (w *jsonWriter) externalIDs(ids map[string]string) {
	w.object("external_ids")
	if len(ids) > 0 {
		var room [8]string
		kinds := room[:0]
		for kind := range ids {
			kinds = append(kinds, kind)
		}
		slices.Sort(kinds)
		for _, kind := range kinds {
			w.comma()
			w.b = append(appendString(w.b, kind), ':')
			w.b = appendString(w.b, ids[kind])
		}
	}
	w.close('}')
}

// who writes whom the event is about.
func (w *jsonWriter) who(e *Event) {
	id, role := e.participant()
	channel, language := "", e.Interaction.Language
	if e.Snapshot != nil {
		channel = string(e.Snapshot.Channel)
		if e.Snapshot.Language != "" {
			language = e.Snapshot.Language
		}
	}
	w.strOrNull("participant_id", id)
	w.strOrNull("participant_role", string(role))
	w.strOrNull("channel", channel)
	w.strOrNull("language", language)
}

func (e *Event) participant() (id string, role attune.Role) {
	switch {
	case e.Type == ScoreUpdated:
		return e.Snapshot.ParticipantID, e.Snapshot.Role
	case e.Participant != nil:
		return e.Participant.ID, e.Participant.Role
	case e.Cue != nil:
		return e.Cue.ParticipantID, ""
	case e.Promise != nil:
		return e.Promise.ParticipantID, ""
	}
	return "", ""
}

// span is the stretch that the event tells of; a moment has no length.
func (e *Event) span() attune.Span {
	switch {
	case e.Type == ScoreUpdated:
		return e.Snapshot.Span
	case e.Type == Gap:
		return e.Gap.Span
	}
	return attune.Span{Begin: e.At, End: e.At}
}

// final reports whether nothing later of the kind follows.
func (e *Event) final() bool {
	switch e.Type {
	case ScoreUpdated:
		return e.Snapshot.Final
	case InteractionCompleted, InteractionFailed, CueClosed, Erased:
		return true
	}
	return false
}

func (e *Event) utteranceID() string {
	if e.Type == ScoreUpdated {
		return e.Snapshot.UtteranceID
	}
	return ""
}

func (e *Event) validUntil() time.Time {
	switch {
	case e.Type == ScoreUpdated && e.Snapshot.ValidUntil > 0:
		return e.wallAt(e.Snapshot.ValidUntil)
	case e.Type == RouteHint && e.Hint.ValidFor > 0:
		return e.wallAt(e.Hint.At + e.Hint.ValidFor)
	}
	return time.Time{}
}

// wallAt is the wall clock at an offset of the interaction, zero if no wall clock
// is known. The start of the interaction is the better label: every event of it
// is then on one line.
func (e *Event) wallAt(at time.Duration) time.Time {
	switch {
	case !e.Interaction.Began.IsZero():
		return e.Interaction.Began.Add(at)
	case !e.Wall.IsZero():
		return e.Wall.Add(at - e.At)
	}
	return time.Time{}
}

func purposeOf(it *attune.Interaction) attune.Purpose {
	if it.Purpose == "" {
		return attune.PurposeLive
	}
	return it.Purpose
}

// DefaultTenant is the tenant of an interaction that names none.
const DefaultTenant = "default"

func tenantOf(it *attune.Interaction) string {
	if it.Tenant == "" {
		return DefaultTenant
	}
	return it.Tenant
}

// scoreOf is the score of name, or what stands for one that nobody measured.
func scoreOf(scores map[scoring.Name]scoring.Score, name scoring.Name) scoring.Score {
	if s, ok := scores[name]; ok {
		return s
	}
	return scoring.Score{Kind: scoring.Index, State: scoring.NoData}
}
