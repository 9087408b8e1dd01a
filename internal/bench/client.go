package bench

import (
	"context"
	"fmt"
	"maps"
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

// LegsSpec says what legs are to be sent.
type LegsSpec struct {
	N            int
	Sound        []byte // G.711 mu-law at 8 kHz; each leg begins at its own place in it
	AllCustomers bool   // every leg a customer's: all of the prosody; otherwise each second one an agent's
	Network      load.Impairment
}

// Legs creates interactions of two legs each and says what to send them.
func (c *Client) Legs(ctx context.Context, spec LegsSpec) ([]load.Stream, error) {
	run := time.Now().UnixNano()
	var out []load.Stream
	for i := range spec.N {
		id := fmt.Sprintf("load-%x-%d", run, i/2)
		if i%2 == 0 {
			if err := c.create(ctx, id, "VOICE", spec.people()); err != nil {
				return nil, err
			}
		}
		stream, err := c.leg(ctx, id, spec.people()[i%2], uint32(run)&0xFFFF0000|uint32(i+1))
		if err != nil {
			return nil, err
		}
		stream.Payload, stream.Loop, stream.Start = spec.Sound, true, load.Place(i, len(spec.Sound))
		stream.Delay, stream.Network = time.Duration(i%20)*time.Millisecond, spec.Network
		out = append(out, stream)
	}
	return out, nil
}

func (s *LegsSpec) people() []object {
	if s.AllCustomers {
		return []object{{"role": "CUSTOMER", "id": "customer0"}, {"role": "CUSTOMER", "id": "customer1"}}
	}
	return both()
}

// both are the parties of a call.
func both() []object { return []object{{"role": "CUSTOMER"}, {"role": "AGENT"}} }

// leg opens a leg that the service knows by the address it is sent from.
func (c *Client) leg(ctx context.Context, id string, who object, ssrc uint32) (load.Stream, error) {
	socket, err := load.Listen()
	if err != nil {
		return load.Stream{}, err
	}
	var leg struct {
		RTP struct {
			Address netip.Addr
			Port    uint16
		}
	}
	err = c.Post(ctx, "/v1/interactions/"+id+"/legs", object{"participant": who, "media": "rtp", "ssrc": ssrc,
		"remote": socket.LocalAddr().String(), "consent": consent()}, &leg)
	return load.Stream{Socket: socket, To: netip.AddrPortFrom(leg.RTP.Address, leg.RTP.Port), SSRC: ssrc}, err
}

func consent() object {
	return object{"analyse_voice": true, "analyse_text": true, "basis": "load test"}
}

func (c *Client) create(ctx context.Context, id, channel string, parties []object) error {
	var people []object
	for _, p := range parties {
		who := object{"channel": channel, "words": channel == "CHAT", "consent": consent()}
		maps.Copy(who, p)
		people = append(people, who)
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
	if err := c.create(ctx, id, "CHAT", both()); err != nil {
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
