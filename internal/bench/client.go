package bench

import (
	"context"
	"fmt"
	"net/netip"
	"time"

	"github.com/attune-cx/attune/internal/demo"
	"github.com/attune-cx/attune/internal/load"
)

// Client drives a running service through its HTTP API, as `attune load` does.
type Client struct {
	load.Client
	made []string
}

type object = map[string]any

// Legs creates interactions of two legs each and says what to send them.
func (c *Client) Legs(ctx context.Context, n int, harm load.Impairment) ([]load.Stream, error) {
	sound, err := demo.MuLaw()
	if err != nil {
		return nil, err
	}
	consent := object{"analyse_voice": true, "analyse_text": true, "basis": "load test"}
	run := time.Now().UnixNano()
	var out []load.Stream
	for i := range n {
		id := fmt.Sprintf("load-%x-%d", run, i/2)
		if i%2 == 0 {
			if err := c.create(ctx, id, "VOICE"); err != nil {
				return nil, err
			}
		}
		ssrc := uint32(run)&0xFFFF0000 | uint32(i+1)
		socket, err := load.Listen()
		if err != nil {
			return nil, err
		}
		var leg struct {
			RTP struct {
				Address netip.Addr
				Port    uint16
			}
		}
		err = c.Post(ctx, "/v1/interactions/"+id+"/legs", object{"participant": object{"role": []string{"CUSTOMER", "AGENT"}[i%2]},
			"media": "rtp", "ssrc": ssrc, "remote": socket.LocalAddr().String(), "consent": consent}, &leg)
		if err != nil {
			return nil, err
		}
		out = append(out, load.Stream{Socket: socket, To: netip.AddrPortFrom(leg.RTP.Address, leg.RTP.Port), Payload: sound, Loop: true, SSRC: ssrc,
			Start: i * 7919 * 160 % (len(sound) / 160 * 160), Delay: time.Duration(i%20) * time.Millisecond, Network: harm})
	}
	return out, nil
}

func (c *Client) create(ctx context.Context, id, channel string) error {
	consent := object{"analyse_voice": true, "analyse_text": true, "basis": "load test"}
	var people []object
	for _, role := range []string{"CUSTOMER", "AGENT"} {
		people = append(people, object{"role": role, "channel": channel, "words": channel == "CHAT", "consent": consent})
	}
	if err := c.Post(ctx, "/v1/interactions", object{"id": id, "purpose": "test", "participants": people}, nil); err != nil {
		return err
	}
	c.made = append(c.made, id)
	return nil
}

// Chat writes the bundled chat again and again until ctx ends.
func (c *Client) Chat(ctx context.Context, n int) error {
	id := fmt.Sprintf("load-chat-%x-%d", time.Now().UnixNano(), n)
	if err := c.create(ctx, id, "CHAT"); err != nil {
		return err
	}
	texts, err := demo.ChatTexts()
	if err != nil {
		return err
	}
	for i := 0; ; i++ {
		t := texts[i%len(texts)]
		role := t.Role
		if role == "BOT" {
			role = "AGENT"
		}
		if err := c.Post(ctx, "/v1/interactions/"+id+"/messages", object{"role": role, "text": t.Text}, nil); err != nil && ctx.Err() == nil {
			return err
		}
		if sleep(ctx, 2*time.Second); ctx.Err() != nil {
			return nil
		}
	}
}

// EndAll completes what was created.
func (c *Client) EndAll(ctx context.Context) {
	for _, id := range c.made {
		c.Post(ctx, "/v1/interactions/"+id+"/end", nil, nil) // gone already is as good
	}
}
