package stream_test

import (
	"hash/fnv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/attune-cx/attune/stream"
)

func TestShardIsFNV1a(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		id, shards := rapid.String().Draw(t, "id"), rapid.IntRange(1, 64).Draw(t, "shards")
		h := fnv.New32a()
		_, _ = h.Write([]byte(id))
		if got, want := stream.Shard(id, shards), int(h.Sum32()%uint32(shards)); got != want {
			t.Fatalf("shard %d, want %d", got, want)
		}
	})
}

// Redis hashes what stands between the first { and the next }: all keys of an
// interaction must name the same.
func TestKeysOfAnInteractionShareASlot(t *testing.T) {
	tag := func(key string) string {
		_, rest, _ := strings.Cut(key, "{")
		inner, _, _ := strings.Cut(rest, "}")
		return inner
	}
	rapid.Check(t, func(t *rapid.T) {
		id := rapid.String().Draw(t, "id")
		k, err := stream.NewKeys("acme", rapid.IntRange(0, 32).Draw(t, "shards"))
		if err != nil {
			t.Fatal(err)
		}
		want := tag(k.Events(k.Shard(id)))
		for _, key := range []string{k.Hints(k.Shard(id)), k.State(id), k.Interaction(id), k.Fence(id), k.Text(k.Shard(id))} {
			if tag(key) != want {
				t.Fatalf("key %q is not in slot {%s}", key, want)
			}
		}
	})
}

func TestKeysAsTheContractNamesThem(t *testing.T) {
	k, err := stream.NewKeys("", 0)
	if err != nil {
		t.Fatal(err)
	}
	for want, got := range map[string]string{
		"attune:{default:0}:events": k.Events(0), "attune:{default:0}:hints": k.Hints(0), "attune:{default:0}:text": k.Text(0),
		"attune:{default:0}:state:c1": k.State("c1"), "attune:{default:0}:ix:c1": k.Interaction("c1"),
		"attune:{default:0}:meta": k.Meta(), "attune:{default:0}:fence:c1": k.Fence("c1"),
		"attune:{default:0}:dead:events": k.Dead(0, "events"),
	} {
		if got != want {
			t.Errorf("key %q, want %q", got, want)
		}
	}
}

func TestTenantsThatWouldReachOutAreRefused(t *testing.T) {
	for _, tenant := range []string{"a:b", "a}b", "{", "a b", "ä", strings.Repeat("x", 65)} {
		if _, err := stream.NewKeys(tenant, 1); err == nil {
			t.Errorf("tenant %q accepted", tenant)
		}
	}
	for _, shards := range []int{-1, stream.MaxShards + 1} {
		if _, err := stream.NewKeys("a", shards); err == nil {
			t.Errorf("%d shards accepted", shards)
		}
	}
}
