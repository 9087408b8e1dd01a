package redis

import (
	"context"
	"fmt"
	"strconv"
	"strings"
)

// Check looks whether the server keeps what it acknowledges, as far as INFO tells.
// It returns an error that wraps [ErrUnsafe] and says what to change, or the
// network error. What is only a risk is logged: no append-only file, no memory
// limit, an old version. A server that tells nothing, as the embedded one, passes.
func (p *Publisher) Check(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 4*p.cfg.Timeout)
	defer cancel()
	text, err := p.client.Info(ctx).Result()
	switch {
	case hasPrefix(err, "NOPERM"):
		p.cfg.Logger.Warn("redis: the user may not call INFO; durability is not checked")
		text = ""
	case err != nil:
		return fmt.Errorf("redis: check: %w", explain(err))
	}
	warnings, err := judge(parseInfo(text))
	for _, w := range warnings {
		p.cfg.Logger.Warn("redis: " + w)
	}
	if err != nil && p.cfg.AcceptUnsafe {
		p.cfg.Logger.Warn("redis: unsafe server accepted", "error", err)
		err = nil
	}
	if err != nil {
		return err
	}
	return p.announce(ctx, p.cfg.Tenant)
}

// parseInfo reads the lines name:value of INFO.
func parseInfo(text string) map[string]string {
	info := make(map[string]string)
	for line := range strings.Lines(text) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), ":"); ok && !strings.HasPrefix(name, "#") {
			info[name] = value
		}
	}
	return info
}

// judge says what is wrong with a server; fields that are not there are not judged.
func judge(info map[string]string) (warnings []string, err error) {
	if role := info["role"]; role == "slave" || role == "replica" {
		return nil, fmt.Errorf("%w: it is a replica of %s:%s; give the address of the primary, or of Sentinel or the Cluster",
			ErrUnsafe, info["master_host"], info["master_port"])
	}
	policy, limit := info["maxmemory_policy"], info["maxmemory"]
	if policy != "" && policy != "noeviction" {
		if limit != "0" {
			return nil, fmt.Errorf("%w: maxmemory-policy is %s, which silently removes acknowledged events; set maxmemory-policy noeviction",
				ErrUnsafe, policy)
		}
		warnings = append(warnings, "maxmemory-policy is "+policy+"; set noeviction before a maxmemory is set")
	}
	if info["aof_enabled"] == "0" {
		warnings = append(warnings, "appendonly is off: a crash of Redis loses every event since its last snapshot; set appendonly yes")
	}
	if v := info["redis_version"]; v != "" && major(v) < 7 {
		warnings = append(warnings, "version is "+v+", below 7: scripts are called by EVALSHA instead of functions")
	}
	return warnings, nil
}

func major(version string) int {
	first, _, _ := strings.Cut(version, ".")
	n, err := strconv.Atoi(first)
	if err != nil {
		return 0
	}
	return n
}
