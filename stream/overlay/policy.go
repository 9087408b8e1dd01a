package overlay

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

// secure sets the headers of every answer, errors included. There is no
// X-Frame-Options: frame-ancestors replaces it and can name origins.
func secure(h http.Header, policy string) {
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), display-capture=(), payment=(), usb=()")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
}

// contentPolicy is the content security policy: own modules, styles and
// connections, no inline script, no way from a string to markup (Trusted Types
// with no policy allowed).
func contentPolicy(ancestors []string) string {
	frames := "'none'"
	if list := origins(ancestors); len(list) > 0 {
		frames = strings.Join(list, " ")
	}
	return strings.Join([]string{
		"default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", "img-src 'self'",
		"frame-ancestors " + frames, "base-uri 'none'", "form-action 'none'",
		"require-trusted-types-for 'script'", "trusted-types 'none'",
	}, "; ")
}

// host is a host name, with or without a leading "*.", or an IP address, and a
// port: what a CSP host-source may hold.
var host = regexp.MustCompile(`^(\*\.)?([A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])(:([0-9]+|\*))?$`)

// origins keeps what is an origin, or 'self'.
func origins(list []string) []string {
	var out []string
	for _, s := range list {
		s = strings.TrimSuffix(strings.TrimSpace(s), "/")
		if ValidAncestor(s) {
			if s == "self" {
				s = "'self'"
			}
			out = append(out, s)
		}
	}
	return out
}

// ValidAncestor reports whether s can stand in [Config.FrameAncestors]: "self",
// or http or https with a host, a port if need be, and nothing behind it.
func ValidAncestor(s string) bool {
	if s == "self" || s == "'self'" {
		return true
	}
	scheme, rest, ok := strings.Cut(s, "://")
	if !ok || scheme != "https" && scheme != "http" || !host.MatchString(rest) {
		return false
	}
	_, err := url.Parse(scheme + "://" + strings.NewReplacer("*.", "", ":*", "").Replace(rest))
	return err == nil
}
