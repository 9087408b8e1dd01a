package replay

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/audio/pcap"
	"github.com/attune-cx/attune/features/lexical"
	"github.com/attune-cx/attune/internal/pipeline"
	"github.com/attune-cx/attune/internal/testcapture"
	"github.com/attune-cx/attune/internal/testsignal"
	"github.com/attune-cx/attune/scoring"
	"github.com/attune-cx/attune/stream"
)

// score plays p and returns what came out and how many steps it took.
func score(t *testing.T, p *Play) (events []*stream.Event, steps int) {
	t.Helper()
	reader, err := lexical.New(lexical.Config{})
	if err != nil {
		t.Fatal(err)
	}
	sink := stream.NewMemorySink()
	p.Interaction.ID = "test"
	p.Progress = func(time.Duration) { steps++ }
	if err := Run(context.Background(), pipeline.Config{Reader: reader, Sink: sink, AgentTiming: true}, p); err != nil {
		t.Fatal(err)
	}
	return sink.Events(), steps
}

// call writes a capture of speech with idle seconds in its middle and opens it.
func call(t *testing.T, seconds float64, idle int) *Capture {
	t.Helper()
	path := filepath.Join(t.TempDir(), "call.pcap")
	x := testsignal.Speaker{Rate: 8000, F0Hz: 180, Seed: 2}.Speak(seconds).Samples
	if err := testcapture.Write(path, testcapture.Call{SSRC: 7, Samples: x, IdleSeconds: idle}); err != nil {
		t.Fatal(err)
	}
	c, err := OpenCapture(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Assign("0x7", attune.RoleCustomer); err != nil {
		t.Fatal(err)
	}
	return c
}

func last(events []*stream.Event) *scoring.Snapshot {
	for i := len(events) - 1; i >= 0; i-- {
		if events[i].Snapshot != nil {
			return events[i].Snapshot
		}
	}
	return nil
}

func TestCaptureIsScored(t *testing.T) {
	c := call(t, 10, 0)
	events, _ := score(t, &Play{Capture: c})
	snap := last(events)
	if snap == nil || snap.Scores[scoring.StressVoice].State == scoring.NoData {
		t.Fatalf("10 s of speech: %+v", snap)
	}
	if snap.Line == nil || snap.Line.Codec != "PCMU" || snap.Line.LossRatio != 0 || len(c.Faults) != 0 {
		t.Errorf("line %+v, faults %v", snap.Line, c.Faults)
	}
}

// Hours in which nothing was sent are passed over, and offsets stay true to the
// capture's clock.
func TestIdleHoursArePassedOver(t *testing.T) {
	busy, steps := score(t, &Play{Capture: call(t, 10, 0)})
	events, idleSteps := score(t, &Play{Capture: call(t, 10, 2*3600)})
	if limit := steps + 2*3600 + 100*100; idleSteps > limit {
		t.Errorf("%d steps with two idle hours, %d without; want at most %d", idleSteps, steps, limit)
	}
	end, want := events[len(events)-1].At, busy[len(busy)-1].At+2*time.Hour
	if d := end - want; d < -time.Second || d > time.Second {
		t.Errorf("it ends at %s, want about %s", end, want)
	}
}

// A capture whose clock jumped by decades is refused, not stepped through.
func TestAClockThatJumps(t *testing.T) {
	reader, err := lexical.New(lexical.Config{})
	if err != nil {
		t.Fatal(err)
	}
	p := &Play{Capture: call(t, 1, 40*365*24*3600), Interaction: attune.Interaction{ID: "test"}}
	err = Run(context.Background(), pipeline.Config{Reader: reader, Sink: stream.NewMemorySink()}, p)
	if err == nil || !strings.Contains(err.Error(), "spans 350400h") || !strings.Contains(err.Error(), "editcap") {
		t.Errorf("error %v", err)
	}
}

// Hours between messages end nothing and change no order.
func TestHoursBetweenMessages(t *testing.T) {
	text := func(id string, role attune.Role, at time.Duration, s string) pipeline.Text {
		return pipeline.Text{ID: id, Role: role, Text: s, Channel: attune.ChannelChat, Timed: true, Begin: at, End: at}
	}
	p := &Play{Texts: []pipeline.Text{
		text("2", attune.RoleAgent, 20*time.Hour, "I am sorry, I have refunded you."),
		text("1", attune.RoleCustomer, 0, "Nobody helps me!"),
		text("3", attune.RoleAgent, 20*time.Hour+time.Second, string(make([]byte, pipeline.MaxTextBytes+1))),
	}}
	events, steps := score(t, p)
	if steps > 100_000 {
		t.Errorf("%d steps for three messages", steps)
	}
	if end := events[len(events)-1]; end.Type != stream.InteractionCompleted || end.At < 20*time.Hour {
		t.Errorf("it ends with %s at %s", end.Type, end.At)
	}
	if len(p.Refused) != 1 || !strings.Contains(p.Refused[0].Error(), `message "3"`) {
		t.Errorf("refused %v, want message 3 alone", p.Refused)
	}
}

// Every capture of real calls is scored, each stream that has a codec.
func TestRealCaptures(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join(sharedData(t), "rtp", "*.pcap"))
	if err != nil || len(paths) == 0 {
		t.Skipf("no captures in ../shared/data/rtp (%v)", err)
	}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			c, err := OpenCapture(path)
			if err != nil {
				t.Fatal(err)
			}
			legs := 0
			for _, s := range c.Table.Streams {
				role := []attune.Role{attune.RoleCustomer, attune.RoleAgent}[legs%2]
				err := c.Assign(fmt.Sprintf("0x%08x", s.SSRC), role)
				if hasCodec(s) != (err == nil) {
					t.Errorf("%s: %v", s.Codecs(), err)
				}
				if err == nil {
					legs++
				}
			}
			if legs == 0 {
				t.Skip("no stream with a codec that is decoded")
			}
			events, _ := score(t, &Play{Capture: c})
			if snap := last(events); snap == nil || events[len(events)-1].Type != stream.InteractionCompleted {
				t.Errorf("%d events, last snapshot %+v", len(events), snap)
			}
			for fault, n := range c.Faults {
				t.Errorf("%d packets: %s", n, fault)
			}
		})
	}
}

func hasCodec(s *pcap.Stream) bool {
	for _, typ := range s.Types {
		switch typ.Map {
		case "PCMU/8000", "PCMA/8000":
			return true
		}
	}
	return false
}

// sharedData is ../shared/data beside the repository.
func sharedData(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for dir != filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		dir = filepath.Dir(dir)
	}
	return filepath.Join(dir, "..", "shared", "data")
}
