package stream

import (
	"errors"
	"fmt"
	"strconv"
)

// HashName is the shard function, as the meta key names it.
const HashName = "fnv1a32"

// ErrTenant is returned for a tenant that cannot stand in a key.
var ErrTenant = errors.New("stream: tenant must be 1 to 64 of a-z, A-Z, 0-9, '.', '_', '-'")

// Shard is the shard of an interaction among shards: FNV-1a-32 of the id's bytes,
// modulo shards. shards below 2 give 0.
func Shard(interaction string, shards int) int {
	if shards < 2 {
		return 0
	}
	h := uint32(2166136261) // offset basis, then prime, of FNV-1a with 32 bits (Fowler, Noll, Vo)
	for i := 0; i < len(interaction); i++ {
		h = (h ^ uint32(interaction[i])) * 16777619
	}
	return int(h % uint32(shards))
}

// Keys names the Redis keys of a tenant. Everything of one interaction lies in one
// hash slot, that of {<tenant>:<shard>}.
type Keys struct {
	Tenant string
	Shards int
}

// NewKeys returns the keys of tenant ("" = default) over shards streams (0 = 1).
// It returns [ErrTenant] or an error for a negative or absurd number of shards.
func NewKeys(tenant string, shards int) (Keys, error) {
	if tenant == "" {
		tenant = DefaultTenant
	}
	if !ValidTenant(tenant) {
		return Keys{}, fmt.Errorf("%w, found %q", ErrTenant, tenant)
	}
	if shards < 0 || shards > MaxShards {
		return Keys{}, fmt.Errorf("stream: %d shards; use 1 to %d", shards, MaxShards)
	}
	return Keys{Tenant: tenant, Shards: max(1, shards)}, nil
}

// MaxShards is the most streams that a tenant is spread over.
const MaxShards = 1024

// ValidTenant reports whether s may stand in a key: no brace could then close the
// hash tag early, no colon could reach into another tenant.
func ValidTenant(s string) bool {
	if s == "" || len(s) > 64 {
		return false
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '.' && c != '_' && c != '-' {
			return false
		}
	}
	return true
}

func (k Keys) slot(shard int) string {
	return "attune:{" + k.Tenant + ":" + strconv.Itoa(shard) + "}:"
}

// Shard is the shard of an interaction.
func (k Keys) Shard(interaction string) int { return Shard(interaction, k.Shards) }

// Events is the stream of all events of a shard.
func (k Keys) Events(shard int) string { return k.slot(shard) + "events" }

// Hints is the stream of a shard's routing hints alone.
func (k Keys) Hints(shard int) string { return k.slot(shard) + "hints" }

// Text is the input stream of a shard.
func (k Keys) Text(shard int) string { return k.slot(shard) + "text" }

// Dead is the stream of entries that a consumer group gave up; of is the stream
// they came from ("events", "hints", "text").
func (k Keys) Dead(shard int, of string) string { return k.slot(shard) + "dead:" + of }

// Trim is the hash that remembers up to where a forced trim was told.
func (k Keys) Trim(shard int) string { return k.slot(shard) + "trim" }

// State is the hash of an interaction's newest scores.
func (k Keys) State(interaction string) string {
	return k.slot(k.Shard(interaction)) + "state:" + interaction
}

// Interaction is the stream of one interaction; its entry ids are <seq>-0.
func (k Keys) Interaction(interaction string) string {
	return k.slot(k.Shard(interaction)) + "ix:" + interaction
}

// Fence is the hash that makes appending idempotent; it outlives the interaction.
func (k Keys) Fence(interaction string) string {
	return k.slot(k.Shard(interaction)) + "fence:" + interaction
}

// Meta is the hash where readers start.
func (k Keys) Meta() string { return k.slot(0) + "meta" }

// TrimmedID is the interaction id of the events that tell of a shard's own stream.
func TrimmedID(shard int) string { return "_shard." + strconv.Itoa(shard) }
