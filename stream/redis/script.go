package redis

import (
	"context"
	"crypto/sha1" // names the script as Redis does; not for security
	_ "embed"
	"encoding/hex"
	"fmt"
	"sync/atomic"

	goredis "github.com/redis/go-redis/v9"
)

//go:embed append.lua
var appendBody string

// FunctionName is the Redis Function that appends an event; an ACL that denies
// FUNCTION LOAD needs the library loaded beforehand, see [Library].
const FunctionName = "attune_append_1"

// Library is the text for FUNCTION LOAD.
func Library() string {
	return "#!lua name=attune\n" + appendBody + "redis.register_function('" + FunctionName + "', append)\n"
}

func evalText() string { return appendBody + "return append(KEYS, ARGV)\n" }

// script calls the Lua body: as a Redis Function where there are functions, by its
// digest on the embedded server and on Redis before 7.
type script struct {
	client goredis.UniversalClient
	sha    string
	mode   atomic.Int32 // callUnknown, callFunction, callEval
}

const (
	callUnknown = iota
	callFunction
	callEval
)

func newScript(client goredis.UniversalClient) *script {
	sum := sha1.Sum([]byte(evalText()))
	return &script{client: client, sha: hex.EncodeToString(sum[:])}
}

// load makes the body known to every primary. A user who may not load functions
// may still call one that is there.
func (s *script) load(ctx context.Context) error {
	err := s.everywhere(ctx, func(ctx context.Context, c goredis.Cmdable) error {
		return c.FunctionLoadReplace(ctx, Library()).Err()
	})
	switch {
	case err == nil || hasPrefix(err, "NOPERM"):
		s.mode.Store(callFunction)
		return nil
	case !hasPrefix(err, "ERR unknown command"):
		return fmt.Errorf("redis: load function library: %w", err)
	}
	err = s.everywhere(ctx, func(ctx context.Context, c goredis.Cmdable) error {
		return c.ScriptLoad(ctx, evalText()).Err()
	})
	if err != nil {
		return fmt.Errorf("redis: load script: %w", err)
	}
	s.mode.Store(callEval)
	return nil
}

func (s *script) everywhere(ctx context.Context, load func(context.Context, goredis.Cmdable) error) error {
	if cluster, ok := s.client.(*goredis.ClusterClient); ok {
		return cluster.ForEachMaster(ctx, func(ctx context.Context, c *goredis.Client) error { return load(ctx, c) })
	}
	return load(ctx, s.client)
}

func (s *script) ready() bool { return s.mode.Load() != callUnknown }
func (s *script) forget()     { s.mode.Store(callUnknown) }

// call queues one append on pipe.
func (s *script) call(ctx context.Context, pipe goredis.Pipeliner, keys []string, args []any) *goredis.Cmd {
	if s.mode.Load() == callEval {
		return pipe.EvalSha(ctx, s.sha, keys, args...)
	}
	return pipe.FCall(ctx, FunctionName, keys, args...)
}
