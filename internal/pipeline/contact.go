package pipeline

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"sync"

	"github.com/google/uuid"

	"github.com/attune-cx/attune"
)

// contextTexts is how many earlier texts a message is read against.
const contextTexts = 8

// maxTextIDs bounds the ids kept to recognise a repeated text.
const maxTextIDs = 20_000

// contact is what is known of an interaction outside its shard. Its lock keeps
// the texts of the interaction in order while they are read.
type contact struct {
	it    *attune.Interaction
	shard *shard

	mu      sync.Mutex
	ended   bool
	people  map[string]person  // by the client's participant id
	legs    map[string]LegInfo // by leg id
	texts   map[string]bool    // id -> a final text was taken
	recent  []string           // newest contextTexts texts
	authors []attune.Role      // of recent, one each
	salt    string
	textSeq int
}

// person is a participant as the client and as the events know them.
type person struct {
	attune.Participant
	channel attune.Channel
	consent attune.Consent
	words   bool
}

func newContact(it *attune.Interaction, s *shard, salt string) *contact {
	return &contact{
		it: it, shard: s, salt: salt,
		people: make(map[string]person), legs: make(map[string]LegInfo), texts: make(map[string]bool),
	}
}

// person finds or makes the participant that a request names: by id, or the
// only one of that role. The caller holds mu.
func (c *contact) person(id string, role attune.Role) (person, error) {
	if id == "" {
		id = c.oneOf(role)
	}
	if p, ok := c.people[id]; ok {
		if role != "" && p.Role != role {
			return person{}, fmt.Errorf("%w: participant %q is %s, not %s", ErrConflict, id, p.Role, role)
		}
		return p, nil
	}
	if err := checkID("participant id", id); err != nil {
		return person{}, err
	}
	if role == "" {
		return person{}, fmt.Errorf("%w: participant %q: name its role first", ErrNotFound, id)
	}
	if len(c.people) >= MaxParticipants {
		return person{}, fmt.Errorf("%w: more than %d participants", ErrInvalid, MaxParticipants)
	}
	p := person{Participant: attune.Participant{ID: c.pseudonym(id, role), Role: role}}
	c.people[id] = p
	return p, nil
}

// oneOf is the id under which somebody of that role is known: the one that a
// request gets which names none, where there are several; else the first by name.
func (c *contact) oneOf(role attune.Role) string {
	usual, first := defaultID(role), ""
	for id, p := range c.people {
		if p.Role == role && (id == usual || first != usual && (first == "" || id < first)) {
			first = id
		}
	}
	return cmp.Or(first, usual)
}

// set stores what has changed of p under the client's id for it.
func (c *contact) set(p person) {
	for id, q := range c.people {
		if q.ID == p.ID {
			c.people[id] = p
		}
	}
}

// pseudonym names a participant in events: whoever serves never by the client's
// id (design: agent_level none), the same within the interaction only.
func (c *contact) pseudonym(id string, role attune.Role) string {
	if !role.Serves() && role != attune.RoleSupervisor {
		return id
	}
	sum := sha256.Sum256([]byte(c.salt + "\x00" + c.it.ID + "\x00" + id))
	return defaultID(role) + "-" + hex.EncodeToString(sum[:4])
}

func defaultID(role attune.Role) string {
	switch role {
	case attune.RoleCustomer:
		return "customer"
	case attune.RoleAgent:
		return "agent"
	case attune.RoleExpert:
		return "expert"
	case attune.RoleBot:
		return "bot"
	case attune.RoleSupervisor:
		return "supervisor"
	}
	return "system"
}

func (c *contact) remember(text string, author attune.Role) {
	if len(c.recent) == contextTexts {
		c.recent, c.authors = slices.Delete(c.recent, 0, 1), slices.Delete(c.authors, 0, 1)
	}
	c.recent, c.authors = append(c.recent, text), append(c.authors, author)
}

func newID() string {
	id, err := uuid.NewV7()
	if err != nil { // no randomness left: the clock part alone
		return uuid.New().String()
	}
	return id.String()
}
