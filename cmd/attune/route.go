package main

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/attune-cx/attune/stream/consumer"
	"github.com/attune-cx/attune/stream/redis"
)

type routeCmd struct {
	Redis  string `default:"redis://127.0.0.1:6379/0" env:"ATTUNE_REDIS" help:"Redis URL."`
	Tenant string `default:"default" help:"Tenant."`
	Group  string `default:"attune-route" help:"Consumer group: one for each engine."`
	Name   string `help:"Name of this consumer within the group (default: the host's name)."`
}

func (routeCmd) Help() string {
	return `Reads routing hints through a consumer group and prints each once, as JSON lines.

Example:  attune route --group my-acd`
}

// hintLine is one hint as flat scalars.
type hintLine struct {
	Interaction   string            `json:"interaction_id"`
	ExternalIDs   map[string]string `json:"external_ids,omitempty"`
	Queue         *string           `json:"queue"`
	HintID        string            `json:"hint_id"`
	State         string            `json:"state"`
	DecisionPoint string            `json:"decision_point"`
	Target        string            `json:"target"`
	Urgency       int               `json:"urgency"`
	Reasons       []string          `json:"reasons"`
	ValidUntil    any               `json:"valid_until"`
	Supersedes    *string           `json:"supersedes,omitempty"`
}

// Run prints hints until interrupted.
func (c *routeCmd) Run(w *world) error {
	client, err := redis.NewClient(c.Redis)
	if err != nil {
		return usageError{err}
	}
	defer client.Close()
	if err := reachable(w.ctx, client); err != nil {
		return err
	}
	group, err := consumer.New(consumer.Config{Tenant: c.Tenant, Stream: consumer.Hints, Group: c.Group, Name: c.Name}, client)
	if err != nil {
		return usageError{err}
	}
	out := json.NewEncoder(w.out)
	return group.Run(w.ctx, func(_ context.Context, e *consumer.Received) error {
		d := &e.Data
		err := out.Encode(hintLine{Interaction: d.InteractionID, ExternalIDs: d.ExternalIDs, Queue: d.Queue, HintID: d.HintID,
			State: d.State, DecisionPoint: d.DecisionPoint, Target: d.Target, Urgency: d.Urgency, Reasons: d.Reasons,
			ValidUntil: d.ValidUntil, Supersedes: d.Supersedes})
		if err != nil {
			return fmt.Errorf("route: %w", err)
		}
		return nil
	})
}
