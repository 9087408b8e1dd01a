package demo

import "github.com/attune-cx/attune/internal/config"

// Config is the configuration of a service that needs nothing installed: Redis
// embedded, free ports, loopback only. listen is the API's address.
func Config(listen string) config.Config {
	cfg := config.Default()
	cfg.HTTP.Listen, cfg.Metrics.Listen = listen, "127.0.0.1:0"
	cfg.Redis.Embedded = true
	cfg.RTP.AllowPlain, cfg.RTP.AllowFrom, cfg.RTP.FirstPort, cfg.RTP.Ports = true, []string{"127.0.0.0/8"}, 0, 8
	cfg.WHIP.UDPListen = "127.0.0.1:0"
	return cfg
}
