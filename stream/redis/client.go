package redis

import (
	"context"
	"fmt"
	"time"

	goredis "github.com/redis/go-redis/v9"
)

// Timeout is how long a call may take before the connection is given up.
const Timeout = 300 * time.Millisecond

// NewClient returns a client for url (redis://, rediss:// or unix://) with the
// options that the publisher needs. With ?addr= of further nodes in the URL it is
// a Cluster client. It does not connect. Blocking reads of consumers may use it as
// well: go-redis lengthens their time-out by itself.
//
// go-redis repeats a command by itself after a lost reply (MaxRetries 3 by
// default, and a plain XADD is then doubled), and ignores the deadline of a
// context unless told otherwise; both are turned off here.
func NewClient(url string) (goredis.UniversalClient, error) {
	cluster, err := goredis.ParseClusterURL(url)
	if err == nil && len(cluster.Addrs) > 1 {
		cluster.MaxRetries = -1
		cluster.ContextTimeoutEnabled = true
		cluster.DialTimeout, cluster.ReadTimeout, cluster.WriteTimeout = Timeout, Timeout, Timeout
		cluster.DialerRetries = 1
		cluster.ClusterStateReloadInterval = time.Second
		cluster.DisableIdentity = true
		return goredis.NewClusterClient(cluster), nil
	}
	o, err := goredis.ParseURL(url)
	if err != nil {
		return nil, fmt.Errorf("redis: URL: %w; write redis://user:password@host:port/0", err)
	}
	o.MaxRetries = -1
	o.ContextTimeoutEnabled = true
	o.DialTimeout, o.ReadTimeout, o.WriteTimeout = Timeout, Timeout, Timeout
	o.DialerRetries = 1
	o.DisableIdentity = true
	return goredis.NewClient(o), nil
}

// checkOptions refuses a client that could block a worker for long.
func checkOptions(client goredis.UniversalClient) error {
	switch c := client.(type) {
	case *goredis.Client:
		o := c.Options()
		return checkTimeouts(o.ContextTimeoutEnabled, o.ReadTimeout, o.WriteTimeout)
	case *goredis.ClusterClient:
		o := c.Options()
		if o.ClusterStateReloadInterval > time.Second {
			return fmt.Errorf("%w: ClusterStateReloadInterval is %v, more than 1s: a failover would go unseen that long",
				ErrOptions, o.ClusterStateReloadInterval)
		}
		return checkTimeouts(o.ContextTimeoutEnabled, o.ReadTimeout, o.WriteTimeout)
	}
	return nil
}

func checkTimeouts(contexts bool, read, write time.Duration) error {
	if !contexts {
		return fmt.Errorf("%w: ContextTimeoutEnabled is false, so that no deadline holds", ErrOptions)
	}
	if read <= 0 || write <= 0 || read > time.Second || write > time.Second {
		return fmt.Errorf("%w: ReadTimeout %v and WriteTimeout %v, want above 0 and at most 1s", ErrOptions, read, write)
	}
	return nil
}

// Quiet stops go-redis from printing a line to standard error at every failed
// dial: the publisher tells the same, once. It sets a global of go-redis, so call
// it first thing in a process, if at all.
func Quiet() { goredis.SetLogger(quiet{}) }

type quiet struct{}

func (quiet) Printf(context.Context, string, ...any) {}
