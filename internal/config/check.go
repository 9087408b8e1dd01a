package config

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/parser"

	"github.com/attune-cx/attune"
)

// check returns every wrong value, each with the line that set it.
func (c *Config) check(src []byte) error {
	var errs []error
	bad := func(key, format string, args ...any) {
		errs = append(errs, fmt.Errorf("%s%s: %s", lineOf(src, key), key, fmt.Sprintf(format, args...)))
	}
	c.checkListeners(bad)
	c.checkRedis(bad)
	c.checkRTP(bad)
	c.checkRecogniser(bad)
	if c.Tenant == "" || strings.ContainsAny(c.Tenant, "{}:") {
		bad("tenant", "%q must be a word without braces or colons", c.Tenant)
	}
	if c.Engine.Shards < 0 || c.Engine.MaxInteractions < 1 {
		bad("engine", "shards must be 0 (one per core) or more, max_interactions 1 or more")
	}
	if _, err := time.LoadLocation(c.Policy.Zone); err != nil {
		bad("policy.zone", "%v: use a name such as Europe/Berlin or UTC", err)
	}
	return errors.Join(errs...)
}

func (c *Config) checkListeners(bad func(key, format string, args ...any)) {
	for key, addr := range map[string]string{
		"http.listen": c.HTTP.Listen, "metrics.listen": c.Metrics.Listen, "whip.udp_listen": c.WHIP.UDPListen,
	} {
		if _, _, err := net.SplitHostPort(addr); err != nil {
			bad(key, "%q is not host:port: %v", addr, err)
		}
	}
	if c.HTTP.TokenFile == "" && !loopback(c.HTTP.Listen) {
		bad("http.listen", "%q is not loopback: set http.token_file, so that nobody else can write or read", c.HTTP.Listen)
	}
	if c.HTTP.MaxBodyBytes < 1024 {
		bad("http.max_body_bytes", "%d is below 1024", c.HTTP.MaxBodyBytes)
	}
}

func (c *Config) checkRedis(bad func(key, format string, args ...any)) {
	if c.Redis.Shards < 1 || c.Redis.Shards > 1024 {
		bad("redis.shards", "%d is not in 1..1024", c.Redis.Shards)
	}
	if c.Redis.Retain < time.Minute {
		bad("redis.retain", "%s is below 1m", c.Redis.Retain)
	}
	if c.Redis.Queue < 16 {
		bad("redis.queue", "%d is below 16", c.Redis.Queue)
	}
}

func (c *Config) checkRTP(bad func(key, format string, args ...any)) {
	if _, err := c.RTP.Allowed(); err != nil {
		bad("rtp.allow_from", "%v", err)
	}
	if _, err := netip.ParseAddr(c.RTP.Listen); err != nil {
		bad("rtp.listen", "%v: use an IP address", err)
	}
	if c.RTP.Ports < 1 || c.RTP.FirstPort < 0 || c.RTP.FirstPort+c.RTP.Ports > 65536 {
		bad("rtp.first_port", "%d with %d ports is not within 0..65535", c.RTP.FirstPort, c.RTP.Ports)
	}
	if c.RTP.HoleWait <= 0 || c.RTP.HoleWait > 500*time.Millisecond {
		bad("rtp.hole_wait", "%s is not in 1ms..500ms", c.RTP.HoleWait)
	}
}

func (c *Config) checkRecogniser(bad func(key, format string, args ...any)) {
	r := &c.Recogniser
	u, err := url.Parse(r.URL)
	switch {
	case r.URL == "":
	case err != nil || u.Scheme != "ws" && u.Scheme != "wss" || u.Hostname() == "":
		bad("recogniser.url", "%q is not an address such as ws://127.0.0.1:2700", r.URL)
	case u.Scheme == "ws" && !r.AllowUnencrypted && !loopback(net.JoinHostPort(u.Hostname(), "0")):
		bad("recogniser.url", "%q would send sound unencrypted: use wss://, or set recogniser.allow_unencrypted on a network that you trust", r.URL)
	}
	for _, name := range r.Roles {
		if _, err := attune.ParseRole(name); err != nil {
			bad("recogniser.roles", "%v", err)
		}
	}
	if r.Queue < 200*time.Millisecond || r.Queue > time.Minute {
		bad("recogniser.queue", "%s is not in 200ms..1m", r.Queue)
	}
}

// Allowed is AllowFrom as prefixes; a bare address stands for itself alone.
func (r RTP) Allowed() ([]netip.Prefix, error) {
	out := make([]netip.Prefix, 0, len(r.AllowFrom))
	for _, s := range r.AllowFrom {
		if a, err := netip.ParseAddr(s); err == nil {
			out = append(out, netip.PrefixFrom(a, a.BitLen()))
			continue
		}
		p, err := netip.ParsePrefix(s)
		if err != nil {
			return nil, fmt.Errorf("%q is neither an address nor a prefix such as 10.1.0.0/16", s)
		}
		out = append(out, p)
	}
	return out, nil
}

func loopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return false
	}
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// lineOf says where src sets key ("line 12: "), or "" where it does not.
func lineOf(src []byte, key string) string {
	path, err := yaml.PathString("$." + key)
	if err != nil {
		return ""
	}
	file, err := parser.ParseBytes(src, 0)
	if err != nil {
		return ""
	}
	node, err := path.FilterFile(file)
	if err != nil || node == nil || node.GetToken() == nil {
		return ""
	}
	return fmt.Sprintf("line %d: ", node.GetToken().Position.Line)
}
