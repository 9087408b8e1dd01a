package routing

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Shape is how a routing engine wants to be told.
type Shape string

// The shapes.
const (
	Plain      Shape = "plain"      // our own JSON
	TaskRouter Shape = "taskrouter" // Twilio TaskRouter: update of a task
	Connect    Shape = "connect"    // Amazon Connect: UpdateContactAttributes
	Genesys    Shape = "genesys"    // Genesys Cloud: participant attributes of a conversation
)

// Shapes lists every shape.
var Shapes = []Shape{Plain, TaskRouter, Connect, Genesys}

// ParseShape reads a shape's name.
func ParseShape(s string) (Shape, error) {
	for _, shape := range Shapes {
		if strings.EqualFold(s, string(shape)) {
			return shape, nil
		}
	}
	return "", fmt.Errorf("routing: shape %q; use plain, taskrouter, connect or genesys", s)
}

// Marshal returns the JSON that tells the engine of h as it stands. A hint that is
// not open has urgency 0 and no target, so that an expression which compares them
// falls back by itself. The engine's own id of the contact comes from the
// interaction's external ids, null where it was not given.
func Marshal(shape Shape, h Hint) ([]byte, error) {
	switch shape {
	case Plain:
		return json.Marshal(plain(h))
	case TaskRouter:
		return json.Marshal(taskRouter(h))
	case Connect:
		return json.Marshal(connect(h))
	case Genesys:
		return json.Marshal(genesys(h))
	}
	return nil, fmt.Errorf("routing: shape %q is not known", shape)
}

// effective is what an engine may act on.
func effective(h Hint) (urgency int, target string) {
	if h.State != Open {
		return 0, ""
	}
	return h.Urgency, h.Target
}

func id(h Hint, kind string) *string {
	if v, ok := h.ExternalIDs[kind]; ok && v != "" {
		return &v
	}
	return nil
}

func until(h Hint) *string {
	if h.ValidUntil.IsZero() {
		return nil
	}
	s := h.ValidUntil.UTC().Format(time.RFC3339)
	return &s
}

type plainHint struct {
	InteractionID string            `json:"interaction_id"`
	ExternalIDs   map[string]string `json:"external_ids"`
	Queue         string            `json:"queue"`
	Test          bool              `json:"test"`
	HintID        string            `json:"hint_id"`
	State         string            `json:"state"`
	DecisionPoint string            `json:"decision_point"`
	Target        string            `json:"target"`
	Reasons       []string          `json:"reasons"`
	Urgency       int               `json:"urgency"`
	ValidUntil    *string           `json:"valid_until"`
	Supersedes    string            `json:"supersedes"`
}

func plain(h Hint) plainHint {
	urgency, target := effective(h)
	return plainHint{h.InteractionID, h.ExternalIDs, h.Queue, h.Test, h.ID, h.State, h.DecisionPoint, target, h.Reasons, urgency, until(h), h.Supersedes}
}

// taskRouterUpdate is the update of a task. Attributes go under one key, to be
// merged into those that the task has: TaskRouter replaces the whole.
// Source: Twilio TaskRouter Task resource, parameters Attributes and Priority.
type taskRouterUpdate struct {
	TaskSid    *string        `json:"TaskSid"`
	CallSid    *string        `json:"CallSid"`
	Priority   int            `json:"Priority"`
	Attributes map[string]any `json:"Attributes"`
}

func taskRouter(h Hint) taskRouterUpdate {
	urgency, target := effective(h)
	return taskRouterUpdate{
		TaskSid: id(h, "twilio_task_sid"), CallSid: id(h, "twilio_call_sid"), Priority: urgency,
		Attributes: map[string]any{"attune": map[string]any{
			"interaction_id": h.InteractionID, "hint_id": h.ID, "state": h.State, "target": target, "urgency": urgency,
			"reasons": h.Reasons, "decision_point": h.DecisionPoint, "valid_until": until(h), "test": h.Test,
		}},
	}
}

// connectUpdate is the body of UpdateContactAttributes: every value is a string.
type connectUpdate struct {
	InitialContactID *string           `json:"InitialContactId"`
	Attributes       map[string]string `json:"Attributes"`
}

func connect(h Hint) connectUpdate {
	return connectUpdate{InitialContactID: id(h, "amazon_connect_contact_id"), Attributes: attributes(h, "attune_")}
}

// genesysUpdate is the body of PATCH .../participants/{id}/attributes, and whose
// conversation it is.
type genesysUpdate struct {
	ConversationID *string           `json:"conversationId"`
	Attributes     map[string]string `json:"attributes"`
}

func genesys(h Hint) genesysUpdate {
	return genesysUpdate{ConversationID: id(h, "genesys_conversation_id"), Attributes: attributes(h, "attune.")}
}

// attributes are flat strings, for engines that compare scalars.
func attributes(h Hint, prefix string) map[string]string {
	urgency, target := effective(h)
	a := map[string]string{
		"interaction_id": h.InteractionID, "hint_id": h.ID, "state": h.State, "target": target,
		"urgency": strconv.Itoa(urgency), "reasons": strings.Join(h.Reasons, ","), "decision_point": h.DecisionPoint,
		"valid_until": "", "test": strconv.FormatBool(h.Test),
	}
	if v := until(h); v != nil {
		a["valid_until"] = *v
	}
	out := make(map[string]string, len(a))
	for k, v := range a {
		out[prefix+k] = v
	}
	return out
}
