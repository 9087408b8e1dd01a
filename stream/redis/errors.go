package redis

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"

	goredis "github.com/redis/go-redis/v9"
)

// Errors that a caller can act on.
var (
	// ErrUnsafe: the server is set up so that it would lose what it acknowledged.
	ErrUnsafe = errors.New("redis: server is not safe to publish to")
	// ErrOptions: the client's options break a promise of the publisher; use NewClient.
	ErrOptions = errors.New("redis: client options")
	// ErrShards: the tenant's streams were made with another number of shards.
	ErrShards = errors.New("redis: number of shards differs from the meta key's")
	// ErrClosed: the publisher was closed.
	ErrClosed = errors.New("redis: publisher is closed")
)

// Class is what the publisher does about an error.
type Class string

// The classes.
const (
	Retry   Class = "retry"   // passes by itself: send the same again, later and later
	Resolve Class = "resolve" // another server is in charge: find it, then send the same again
	Reload  Class = "reload"  // the server forgot the Lua body: load it, then send the same again
	Order   Class = "order"   // the fence is not where we thought: read it and number anew
	Stop    Class = "stop"    // someone must change something: keep the events, ask again every few seconds
)

// classes is the table of what Redis says: the first prefix that fits decides.
var classes = []struct {
	prefix string
	class  Class
}{
	{"GAP ", Order},
	{"FENCED ", Order},
	{"NOSCRIPT", Reload},
	{"ERR Function not found", Reload},
	{"LOADING", Retry},    // it reads its files after a start
	{"BUSY ", Retry},      // a script runs
	{"OOM ", Retry},       // maxmemory reached; trimming and expiry make room
	{"MISCONF", Retry},    // it cannot write its files: disk full
	{"NOREPLICAS", Retry}, // min-replicas-to-write is not met
	{"TRYAGAIN", Retry},   // a slot is on its way
	{"BUSYKEY", Retry},    // as above
	{"ERR max number of clients", Retry},
	{"READONLY", Resolve},    // it became a replica
	{"MASTERDOWN", Resolve},  // it is a replica that lost its primary
	{"CLUSTERDOWN", Resolve}, // nobody serves the slot
	{"MOVED ", Resolve},
	{"ASK ", Resolve},
	{"UNBLOCKED", Resolve},
	{"NOAUTH", Stop},
	{"WRONGPASS", Stop},
	{"NOPERM", Stop},
	{"WRONGTYPE", Stop},
	{"CROSSSLOT", Stop},
	{"ERR unknown command", Stop},
}

// Classify says what to do about err. What is not a reply of Redis is a network or
// time-out error and passes by itself; a reply that is not in the table stops.
func Classify(err error) Class {
	var reply goredis.Error
	if errors.As(err, &reply) {
		for _, c := range classes {
			if strings.HasPrefix(reply.Error(), c.prefix) {
				return c.class
			}
		}
		return Stop
	}
	if errors.Is(err, goredis.ErrClosed) || errors.Is(err, ErrShards) || errors.Is(err, ErrUnsafe) {
		return Stop
	}
	return Retry
}

// hasPrefix reports whether err is a reply of Redis that begins with prefix.
func hasPrefix(err error, prefix string) bool {
	var reply goredis.Error
	return errors.As(err, &reply) && strings.HasPrefix(reply.Error(), prefix)
}

// explain adds to a Stop error what to do about it.
func explain(err error) error {
	for prefix, advice := range map[string]string{
		"NOAUTH":              "give the user and password in the Redis URL",
		"WRONGPASS":           "the user or password in the Redis URL is wrong",
		"NOPERM":              "the ACL user needs the commands and keys listed in docs/events.md",
		"WRONGTYPE":           "something else uses a key of ours; use another tenant or database",
		"ERR unknown command": "Redis 5 or later with scripting is needed, 7 or later recommended",
	} {
		if hasPrefix(err, prefix) {
			return fmt.Errorf("%w (%s)", err, advice)
		}
	}
	return err
}

// unreachable reports whether err means that no server answered.
func unreachable(err error) bool {
	var network net.Error
	var op *net.OpError
	return errors.As(err, &network) || errors.As(err, &op) || errors.Is(err, context.DeadlineExceeded) || Classify(err) == Retry
}
