package demo

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/attune-cx/attune/internal/load"
	"github.com/attune-cx/attune/internal/pipeline"
	"github.com/attune-cx/attune/internal/replay"
)

//go:embed assets/call-customer.wav assets/call-agent.wav assets/call.jsonl assets/chat.jsonl
var assets embed.FS

// Demo is a call and a chat that have been created and not yet played.
type Demo struct {
	Call, Chat string // interaction ids
	api        load.Client
	legs       []load.Stream
}

// New creates both interactions on the service at base ("http://host:port").
func New(ctx context.Context, base string) (*Demo, error) {
	d := &Demo{Call: "demo-call", Chat: "demo-chat", api: load.Client{Base: base, HTTP: &http.Client{Timeout: 5 * time.Second}}}
	if err := d.create(ctx, d.Call, "billing", "VOICE"); err != nil {
		return nil, err
	}
	if err := d.create(ctx, d.Chat, "parcels", "CHAT"); err != nil {
		return nil, err
	}
	for ssrc, role := range []string{"customer", "agent"} {
		stream, err := d.leg(ctx, role, uint32(ssrc+1))
		if err != nil {
			return nil, err
		}
		d.legs = append(d.legs, stream)
	}
	return d, nil
}

type object = map[string]any

// consent is what both parties of the demo have agreed to.
var consent = object{"analyse_voice": true, "analyse_text": true, "basis": "demo, synthetic voices"}

func (d *Demo) create(ctx context.Context, id, queue, channel string) error {
	roles := []string{"CUSTOMER", "AGENT"}
	if channel == "CHAT" {
		roles = append(roles, "BOT")
	}
	var people []object
	for _, r := range roles {
		people = append(people, object{"role": r, "channel": channel, "words": true, "consent": consent})
	}
	body := object{"id": id, "queue": queue, "purpose": "test", "language": "en", "participants": people}
	if channel == "VOICE" {
		body["crm"] = object{"name": "Maria Lopez", "history": []string{"called about a double payment on 14 May", "called about a double payment on 17 May"}}
	}
	return d.api.Post(ctx, "/v1/interactions", body, nil)
}

// leg opens an RTP leg and loads its bundled sound.
func (d *Demo) leg(ctx context.Context, role string, ssrc uint32) (load.Stream, error) {
	var answer struct {
		RTP struct {
			Address string
			Port    uint16
		}
	}
	err := d.api.Post(ctx, "/v1/interactions/"+d.Call+"/legs", object{
		"id": role, "participant": object{"role": role}, "media": "rtp", "consent": consent}, &answer)
	if err != nil {
		return load.Stream{}, err
	}
	addr, err := netip.ParseAddr(answer.RTP.Address)
	if err != nil {
		return load.Stream{}, fmt.Errorf("demo: RTP address: %w", err)
	}
	sound, err := muLaw(role)
	return load.Stream{To: netip.AddrPortFrom(addr, answer.RTP.Port), Payload: sound, SSRC: ssrc, Sequence: 1000, Timestamp: 160000}, err
}

// muLaw is the payload of a bundled leg: the file's data chunk as it is.
func muLaw(role string) ([]byte, error) {
	b, err := assets.ReadFile("assets/call-" + role + ".wav")
	if err != nil {
		return nil, err
	}
	i := bytes.Index(b, []byte("data"))
	if i < 0 || len(b) < i+8 {
		return nil, fmt.Errorf("demo: assets/call-%s.wav has no data chunk", role)
	}
	return b[i+8:], nil
}

// Play sends the call's RTP and transcript and the chat, in real time, and ends
// both interactions.
func (d *Demo) Play(ctx context.Context) error {
	g, playing := errgroup.WithContext(ctx)
	g.Go(func() error { _, err := load.Send(playing, d.legs); return err })
	g.Go(func() error { return d.say(playing, d.Call, "transcripts", true) })
	g.Go(func() error { return d.say(playing, d.Chat, "messages", false) })
	if err := g.Wait(); err != nil {
		return err
	}
	ends := errors.Join(d.api.Post(ctx, "/v1/interactions/"+d.Call+"/end", nil, nil), d.api.Post(ctx, "/v1/interactions/"+d.Chat+"/end", nil, nil))
	if ctx.Err() != nil {
		return nil
	}
	return ends
}

// say posts the texts of a bundled file when their time comes: a message when it
// is sent, an utterance when its last word was said.
func (d *Demo) say(ctx context.Context, id, path string, transcript bool) error {
	name := "chat.jsonl"
	if transcript {
		name = "call.jsonl"
	}
	all, err := texts(name, transcript)
	if err != nil {
		return err
	}
	start := time.Now()
	for _, t := range all {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(time.Until(start.Add(t.End))):
		}
		if err := d.api.Post(ctx, "/v1/interactions/"+id+"/"+path, body(&t, transcript), nil); err != nil && ctx.Err() == nil {
			return err
		}
	}
	return nil
}

func texts(name string, transcript bool) ([]pipeline.Text, error) {
	f, err := assets.Open("assets/" + name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	chat, err := replay.ReadChat(f, transcript)
	if err != nil {
		return nil, fmt.Errorf("demo: assets/%s: %w", name, err)
	}
	return chat.Texts, nil
}

// ChatTexts are the messages of the bundled chat.
func ChatTexts() ([]pipeline.Text, error) { return texts("chat.jsonl", false) }

func body(t *pipeline.Text, transcript bool) object {
	b := object{"role": t.Role, "text": t.Text}
	if !transcript {
		b["id"] = t.ID
		return b
	}
	b["utterance_id"], b["leg_id"] = t.ID, legOf(string(t.Role))
	b["begin_offset_ms"], b["end_offset_ms"] = t.Begin.Milliseconds(), t.End.Milliseconds()
	return b
}

func legOf(role string) string {
	if role == "CUSTOMER" {
		return "customer"
	}
	return "agent"
}
