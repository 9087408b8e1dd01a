package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/audio/wav"
	"github.com/attune-cx/attune/internal/pipeline"
	"github.com/attune-cx/attune/internal/replay"
	"github.com/attune-cx/attune/stream"
)

type scoreCmd struct {
	Files      []string          `arg:"" optional:"" help:"WAV, pcap or pcapng, chat or transcript JSONL of one interaction."`
	Role       string            `help:"Whose voice a mono WAV is: CUSTOMER or AGENT." placeholder:"ROLE"`
	Left       string            `help:"Whose voice the left channel is." placeholder:"ROLE"`
	Right      string            `help:"Whose voice the right channel is." placeholder:"ROLE"`
	Customer   string            `help:"Mono WAV of the customer." placeholder:"FILE"`
	Agent      string            `help:"Mono WAV of the agent." placeholder:"FILE"`
	Leg        map[string]string `help:"Whose voice an RTP stream of a capture is; without it the streams are listed." placeholder:"SSRC=ROLE"`
	Transcript string            `help:"Words of the call: JSON lines {id,offset_ms,end_offset_ms,role,text}." placeholder:"FILE"`
	Recogniser string            `help:"Server that turns the voices into words, in the Vosk WebSocket protocol." placeholder:"URL"`
	ID         string            `help:"Id of the interaction (default: the file's name)."`
	Name       string            `help:"The customer's name, as the CRM has it."`
	Zone       string            `default:"UTC" help:"Time zone in which \"by Friday\" is read."`
	Packs      string            `help:"Directory with folders of further language packs." placeholder:"DIR"`
	JSON       bool              `help:"Print the events of the stream, one a line."`
}

func (scoreCmd) Help() string {
	return `Legs are never mixed: give stereo, or one file a party. The files are scored by the
code that scores live calls; the same files give the same events.

Example:  attune score call.wav --left CUSTOMER --right AGENT --transcript call.jsonl
          attune score --customer a.wav --agent b.wav --json
          attune score trunk.pcap --leg 0x343DE6E0=CUSTOMER --leg 0x6CA3F18D=AGENT
          attune score call.wav --left CUSTOMER --right AGENT --recogniser ws://127.0.0.1:2700
          attune score chat.jsonl`
}

// Run scores one interaction.
func (c *scoreCmd) Run(w *world) error {
	play, listed, err := c.gather(w)
	if err != nil || listed {
		return err
	}
	defer closeSounds(play)
	reader, err := newReader(c.Zone, c.Packs)
	if err != nil {
		return err
	}
	if c.Recogniser != "" {
		if err := c.recognise(w, play, reader); err != nil {
			return err
		}
	}
	began := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC) // files carry no date: the same bytes whenever they are scored
	memory := stream.NewMemorySink()
	lines := stream.NewWriterSink(w.out)
	cfg := pipeline.Config{Reader: reader, AgentTiming: true, Sink: memory}
	if c.JSON {
		cfg.Sink = lines
	}
	bar := newProgress(w, length(play))
	play.Progress = bar.at
	clock := began
	cfg.Wall = func() time.Time { return clock }
	play.Tick = func(at time.Duration) { clock = began.Add(at) }
	err = replay.Run(w.ctx, cfg, play)
	bar.done()
	if play.Capture != nil {
		for fault, n := range play.Capture.Faults {
			fmt.Fprintf(w.err, "attune: warning: %d packets: %s\n", n, fault)
		}
	}
	for _, bad := range play.Refused {
		fmt.Fprintf(w.err, "attune: warning: %v; left out\n", bad)
	}
	if errors.Is(err, pipeline.ErrInvalid) {
		return usageError{err}
	}
	if err != nil {
		return err
	}
	if c.JSON {
		return lines.Err()
	}
	return printScores(w, play, memory.Events())
}

// gather opens the files and says whose voice is where; listed is true when a
// capture's streams were printed instead.
func (c *scoreCmd) gather(w *world) (play *replay.Play, listed bool, err error) {
	play = &replay.Play{Interaction: attune.Interaction{ID: c.ID, Purpose: attune.PurposeLive, Facts: attune.Facts{CustomerName: c.Name}}}
	defer func() {
		if err != nil {
			closeSounds(play)
		}
	}()
	if len(c.Files) == 0 && c.Customer == "" && c.Agent == "" {
		return play, false, usageError{errors.New("name a file to score")}
	}
	for _, mono := range []struct { // in one order: the same files give the same events
		role attune.Role
		path string
	}{{attune.RoleCustomer, c.Customer}, {attune.RoleAgent, c.Agent}} {
		if mono.path != "" {
			if err := c.addMono(w, play, mono.path, string(mono.role)); err != nil {
				return play, false, err
			}
		}
	}
	for _, path := range c.Files {
		done, err := c.add(w, play, path)
		if err != nil || done {
			return play, done, err
		}
	}
	if c.Transcript != "" {
		if err := addTexts(w, play, c.Transcript, true); err != nil {
			return play, false, err
		}
	}
	if play.Interaction.ID == "" {
		play.Interaction.ID = idOf(append(c.Files, c.Customer, c.Agent))
	}
	return play, false, c.check(play)
}

// check refuses what was asked for and would change nothing.
func (c *scoreCmd) check(play *replay.Play) error {
	mono, stereo := false, false
	for _, s := range play.Sounds {
		mono = mono || s.Sound.Info().Channels == 1
		stereo = stereo || s.Sound.Info().Channels == 2
	}
	switch {
	case c.Role != "" && !mono:
		return usageError{errors.New("--role says whose voice a WAV of one channel is, and none is given")}
	case (c.Left != "" || c.Right != "") && !stereo:
		return usageError{errors.New("--left and --right say whose voice the channels of a stereo WAV are, and none is given")}
	case len(c.Leg) > 0 && play.Capture == nil:
		return usageError{errors.New("--leg says whose voice a stream of a capture is, and no pcap or pcapng is given")}
	}
	return nil
}

func (c *scoreCmd) add(w *world, play *replay.Play, path string) (listed bool, err error) {
	switch kind(path) {
	case ".wav":
		return false, c.addWAV(w, play, path)
	case ".pcap", ".pcapng", ".cap":
		return c.addCapture(w, play, path)
	case ".jsonl", ".json", ".ndjson":
		return false, addTexts(w, play, path, len(play.Sounds) > 0)
	}
	return false, usageError{fmt.Errorf("%s: not a WAV, pcap, pcapng or JSONL file (by its name)", path)}
}

// kind is the extension that tells what a file holds; captures may be gzipped.
func kind(path string) string {
	return strings.ToLower(filepath.Ext(strings.TrimSuffix(strings.ToLower(path), ".gz")))
}

func (c *scoreCmd) addWAV(w *world, play *replay.Play, path string) error {
	sound, err := replay.OpenSound(path, 0)
	if err != nil {
		return err
	}
	channels := sound.Info().Channels
	sound.Close()
	switch {
	case channels == 1 && c.Role != "":
		return c.addMono(w, play, path, c.Role)
	case channels == 1:
		return usageError{fmt.Errorf("%s has one channel: say whose voice it is with --role; if both parties are mixed in it they cannot be told apart, record them on two channels", path)}
	case channels == 2 && (c.Left != "" || c.Right != ""):
		return c.addStereo(w, play, path)
	case channels == 2:
		return usageError{fmt.Errorf("%s has two channels: say whose voice each is with --left and --right", path)}
	}
	return usageError{fmt.Errorf("%s has %d channels: give two, or one file a party with --customer and --agent", path, channels)}
}

func (c *scoreCmd) addMono(w *world, play *replay.Play, path, roleName string) error {
	role, err := attune.ParseRole(roleName)
	if err != nil {
		return usageError{err}
	}
	sound, err := openSound(w, path)
	if err != nil {
		return err
	}
	play.Sounds = append(play.Sounds, replay.SoundLeg{Sound: sound, Role: role})
	if n := sound.Info().Channels; n != 1 {
		return usageError{fmt.Errorf("%s has %d channels where one party's voice is wanted: use --left and --right", path, n)}
	}
	return nil
}

func (c *scoreCmd) addStereo(w *world, play *replay.Play, path string) error {
	same, err := sameSides(path)
	if err != nil {
		return err
	}
	if same {
		return fmt.Errorf("%s holds the same sound on both channels: the parties are mixed and cannot be told apart; record them on separate channels", path)
	}
	sound, err := openSound(w, path)
	if err != nil {
		return err
	}
	for channel, name := range []string{c.Left, c.Right} {
		if name == "" {
			continue
		}
		role, err := attune.ParseRole(name)
		if err != nil {
			return usageError{err}
		}
		play.Sounds = append(play.Sounds, replay.SoundLeg{Sound: sound, Channel: channel, Role: role})
	}
	return nil
}

func openSound(w *world, path string) (*replay.Sound, error) {
	sound, err := replay.OpenSound(path, 0)
	if err != nil {
		return nil, err
	}
	if warn := sound.Warning(); warn != nil {
		fmt.Fprintln(w.err, "attune: warning:", warn)
	}
	return sound, nil
}

// sameSides reads a stereo file once to see whether it holds one mix twice.
func sameSides(path string) (bool, error) {
	in, err := wav.Open(path)
	if err != nil {
		return false, err
	}
	defer in.Close()
	var sides wav.Sides
	buf := [][]float32{make([]float32, 4096), make([]float32, 4096)}
	for {
		n, err := in.ReadFrames(buf)
		if err != nil || n == 0 {
			return sides.Same(), nil // what is wrong with the file is told when it is scored
		}
		sides.Add(buf[0][:n], buf[1][:n])
	}
}

func (c *scoreCmd) addCapture(w *world, play *replay.Play, path string) (listed bool, err error) {
	capture, err := replay.OpenCapture(path)
	if err != nil {
		return false, err
	}
	if warn := capture.Table.Warning; warn != nil {
		fmt.Fprintln(w.err, "attune: warning:", warn)
	}
	if len(c.Leg) == 0 {
		return true, printStreams(w, path, capture.Table)
	}
	for ssrc, name := range c.Leg {
		role, err := attune.ParseRole(name)
		if err != nil {
			return false, usageError{fmt.Errorf("--leg %s=%s: %w", ssrc, name, err)}
		}
		if err := capture.Assign(ssrc, role); err != nil {
			return false, usageError{fmt.Errorf("--leg %s=%s: %w", ssrc, name, err)}
		}
	}
	play.Capture = capture
	return false, nil
}

func addTexts(w *world, play *replay.Play, path string, transcript bool) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	chat, err := replay.ReadChat(f, transcript)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	for _, bad := range chat.Bad {
		fmt.Fprintf(w.err, "attune: warning: %s: %v; left out\n", path, bad)
	}
	play.Texts = append(play.Texts, chat.Texts...)
	return nil
}

func closeSounds(play *replay.Play) {
	for _, s := range play.Sounds {
		s.Sound.Close()
	}
}

func length(play *replay.Play) time.Duration {
	var d time.Duration
	for _, s := range play.Sounds {
		d = max(d, s.Sound.Info().Duration())
	}
	if play.Capture != nil {
		d = max(d, play.Capture.Table.Duration)
	}
	return d
}

// idOf names the interaction after its first file.
func idOf(paths []string) string {
	for _, p := range paths {
		if p == "" {
			continue
		}
		name := strings.Map(func(r rune) rune {
			if r <= ' ' || r == '{' || r == '}' || r > '~' {
				return '_'
			}
			return r
		}, strings.TrimSuffix(filepath.Base(p), filepath.Ext(p)))
		return name[:min(len(name), pipeline.MaxIDBytes)]
	}
	return "interaction"
}
