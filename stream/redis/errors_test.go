package redis

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"

	goredis "github.com/redis/go-redis/v9"
)

// reply is an error as Redis sends it.
type reply string

func (r reply) Error() string { return string(r) }
func (reply) RedisError()     {}

// The strings are those of redis-server 7.0.15 and of the Lua body.
func TestClassify(t *testing.T) {
	for _, c := range []struct {
		err  error
		want Class
	}{
		{reply("GAP the last event is seq 3 epoch 1"), Order},
		{reply("FENCED another writer is at seq 3 epoch 2"), Order},
		{reply("NOSCRIPT No matching script. Please use EVAL."), Reload},
		{reply("ERR Function not found"), Reload},
		{reply("LOADING Redis is loading the dataset in memory"), Retry},
		{reply("BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE."), Retry},
		{reply("OOM command not allowed when used memory > 'maxmemory'."), Retry},
		{reply("OOM allow-oom flag is not set on the function, can not run it when used memory > 'maxmemory'"), Retry},
		{reply("MISCONF Errors writing to the AOF file: No space left on device"), Retry},
		{reply("NOREPLICAS Not enough good replicas to write."), Retry},
		{reply("TRYAGAIN Multiple keys request during rehashing of slot"), Retry},
		{reply("ERR max number of clients reached"), Retry},
		{reply("READONLY You can't write against a read only replica."), Resolve},
		{reply("READONLY Can not run script with write flag on readonly replica."), Resolve},
		{reply("MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'."), Resolve},
		{reply("CLUSTERDOWN The cluster is down"), Resolve},
		{reply("CLUSTERDOWN Hash slot not served"), Resolve},
		{reply("MOVED 3999 127.0.0.1:6381"), Resolve},
		{reply("ASK 3999 127.0.0.1:6381"), Resolve},
		{reply("UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?)"), Resolve},
		{reply("NOAUTH Authentication required."), Stop},
		{reply("WRONGPASS invalid username-password pair or user is disabled."), Stop},
		{reply("NOPERM this user has no permissions to run the 'fcall' command"), Stop},
		{reply("WRONGTYPE Operation against a key holding the wrong kind of value"), Stop},
		{reply("CROSSSLOT Keys in request don't hash to the same slot"), Stop},
		{reply("ERR unknown command 'FCALL', with args beginning with: "), Stop},
		{reply("ERR something that nobody has seen"), Stop},
		{goredis.ErrClosed, Stop},
		{fmt.Errorf("here: %w", ErrShards), Stop},
		{fmt.Errorf("here: %w", reply("LOADING Redis is loading")), Retry},
		{io.EOF, Retry},
		{context.DeadlineExceeded, Retry},
		{goredis.ErrPoolTimeout, Retry},
		{&net.OpError{Op: "dial", Err: errors.New("connection refused")}, Retry},
		{errReplicas, Retry},
	} {
		if got := Classify(c.err); got != c.want {
			t.Errorf("%v: %s, want %s", c.err, got, c.want)
		}
	}
}

func TestStopErrorsSayWhatToDo(t *testing.T) {
	for _, text := range []string{"NOAUTH x", "WRONGPASS x", "NOPERM x", "WRONGTYPE x", "ERR unknown command 'FCALL'"} {
		if got := explain(reply(text)).Error(); !strings.HasPrefix(got, text+" (") {
			t.Errorf("%q is explained as %q", text, got)
		}
	}
	if err := explain(io.EOF); err != io.EOF {
		t.Errorf("a network error was changed to %v", err)
	}
}

func TestJudge(t *testing.T) {
	for name, c := range map[string]struct {
		info     string
		unsafe   bool
		warnings int
	}{
		"safe":            {"redis_version:7.0.15\r\nrole:master\r\nmaxmemory:100\r\nmaxmemory_policy:noeviction\r\naof_enabled:1\r\n", false, 0},
		"no append-only":  {"redis_version:7.0.15\nmaxmemory_policy:noeviction\naof_enabled:0\n", false, 1},
		"old":             {"redis_version:6.2.1\naof_enabled:1\n", false, 1},
		"evicts":          {"maxmemory:100\nmaxmemory_policy:allkeys-lru\n", true, 0},
		"evicts volatile": {"maxmemory:100\nmaxmemory_policy:volatile-ttl\n", true, 0},
		"would evict":     {"maxmemory:0\nmaxmemory_policy:allkeys-lru\n", false, 1},
		"replica":         {"role:slave\nmaster_host:10.0.0.1\nmaster_port:6379\n", true, 0},
		"tells nothing":   {"", false, 0},
	} {
		warnings, err := judge(parseInfo(c.info))
		if errors.Is(err, ErrUnsafe) != c.unsafe || len(warnings) != c.warnings {
			t.Errorf("%s: error %v, warnings %q", name, err, warnings)
		}
	}
}

func TestOptionsThatWouldBlockAreRefused(t *testing.T) {
	for name, client := range map[string]goredis.UniversalClient{
		"defaults of go-redis": goredis.NewClient(&goredis.Options{}),
		"long time-outs":       goredis.NewClient(&goredis.Options{ContextTimeoutEnabled: true}),
		"slow cluster state": goredis.NewClusterClient(&goredis.ClusterOptions{
			ContextTimeoutEnabled: true, ReadTimeout: Timeout, WriteTimeout: Timeout}),
	} {
		if _, err := New(Config{}, client, nil); !errors.Is(err, ErrOptions) {
			t.Errorf("%s: %v", name, err)
		}
		client.Close()
	}
	for _, url := range []string{"redis://127.0.0.1:1/0", "redis://127.0.0.1:1?addr=127.0.0.1:2"} {
		client, err := NewClient(url)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := New(Config{}, client, nil); err != nil {
			t.Errorf("client of NewClient(%q): %v", url, err)
		}
		client.Close()
	}
	if _, err := NewClient("http://x"); err == nil {
		t.Error("a URL that is not of Redis was taken")
	}
}
