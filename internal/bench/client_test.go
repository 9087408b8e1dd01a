package bench

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/attune-cx/attune/internal/demo"
	"github.com/attune-cx/attune/internal/load"
	"github.com/attune-cx/attune/internal/service"
)

// What `attune load` does to a service that runs by itself: legs over HTTP, RTP
// to each, and the service's own account of it.
func TestClientDrivesAService(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	s, err := service.New(ctx, serviceConfig(&PathConfig{Legs: 6}), service.Options{})
	if err != nil {
		cancel()
		t.Fatal(err)
	}
	ran := make(chan error, 1)
	go func() { ran <- s.Run(ctx) }()
	defer func() {
		cancel()
		if err := <-ran; err != nil {
			t.Error(err)
		}
	}()
	sound, err := demo.MuLaw()
	if err != nil {
		t.Fatal(err)
	}
	client := &Client{Client: load.Client{Base: "http://" + s.Addr(), HTTP: http.DefaultClient}}
	var streams []load.Stream
	for _, customers := range []bool{false, true} {
		more, err := client.Legs(ctx, LegsSpec{N: 3, Sound: sound, AllCustomers: customers})
		if err != nil {
			t.Fatal(err)
		}
		streams = append(streams, more...)
	}
	if len(client.made) != 4 || metric(s, "attune_legs") != 6 {
		t.Errorf("%d interactions and %g legs were made, want 4 and 6", len(client.made), metric(s, "attune_legs"))
	}
	for i := range streams { // one second each
		streams[i].Loop, streams[i].Payload, streams[i].Start = false, sound[streams[i].Start:streams[i].Start+8000], 0
	}
	url := "http://" + s.MetricsAddr() + "/metrics"
	before, err := load.Observe(ctx, http.DefaultClient, url)
	if err != nil {
		t.Fatal(err)
	}
	r, err := load.Send(ctx, streams)
	if err != nil || r.Packets != 6*50 {
		t.Fatalf("%+v, %v", r, err)
	}
	time.Sleep(flight)
	after, err := load.Observe(ctx, http.DefaultClient, url)
	if err != nil {
		t.Fatal(err)
	}
	if d := after.Since(before); d.Packets != 6*50 || d.KernelLost != 0 || d.Events() == 0 {
		t.Errorf("6 legs sent 300 packets, and the service tells %+v", d)
	}
	client.EndAll(ctx)
	if n := metric(s, "attune_interactions"); n != 0 {
		t.Errorf("%g interactions are left", n)
	}
}
