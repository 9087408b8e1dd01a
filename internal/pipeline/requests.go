package pipeline

import (
	"fmt"
	"net/netip"
	"time"
	"unicode/utf8"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/features/lexical"
)

// Limits on what a request may bring.
const (
	MaxIDBytes      = 128
	MaxTextBytes    = 64 << 10
	MaxParticipants = 16
	MaxLegs         = 16
	MaxExternalIDs  = 16
)

// LegSpec asks for a leg.
type LegSpec struct {
	ID          string // "" = ours
	Participant attune.Participant
	Channel     attune.Channel // "" = VOICE
	Consent     attune.Consent
	Rate        int              // 8000 or 16000; 0 = 8000 for RTP, 16000 for pushed media
	Payloads    map[uint8]string // RTP payload types beyond the static ones, as in SDP: 96: "L16/16000"
	RTP         bool             // give it an RTP address
	SSRC        uint32           // names the leg's source; 0 = learnt
	Remote      netip.AddrPort   // names the leg's sender; zero = learnt
}

// LegInfo is a leg that was made.
type LegInfo struct {
	ID            string
	ParticipantID string         // as it stands in events
	RTP           netip.AddrPort // where to send RTP; zero for pushed media
}

// Text is a chat message or a piece of transcript.
type Text struct {
	ID         string // "" = ours; the same id again changes nothing
	Role       attune.Role
	Speaker    string         // the client's participant id; "" = the one of that role
	Channel    attune.Channel // "" = CHAT for messages, VOICE for transcripts
	Text       string
	Begin, End time.Duration // offset; of a leg's transcript: the leg's time
	Timed      bool          // Begin and End are given; otherwise now
	LegID      string        // transcript of this leg
	Transcript bool
	Interim    bool
	Language   string
	Words      []lexical.Word
}

// TextResult says what became of a text.
type TextResult struct {
	ID            string
	ParticipantID string
	Duplicate     bool          // that id was there already; nothing changed
	Reason        attune.Reason // why it was not read, "" = it was
}

func checkInteraction(it *attune.Interaction) error {
	if err := checkID("id", it.ID); err != nil {
		return err
	}
	if len(it.ExternalIDs) > MaxExternalIDs {
		return fmt.Errorf("%w: %d external ids, at most %d", ErrInvalid, len(it.ExternalIDs), MaxExternalIDs)
	}
	for kind, id := range it.ExternalIDs {
		if err := checkID("external_ids."+kind, id); err != nil {
			return err
		}
	}
	switch it.Purpose {
	case attune.PurposeLive, attune.PurposeTest:
	default:
		return fmt.Errorf("%w: purpose %q, use live or test", ErrInvalid, it.Purpose)
	}
	return nil
}

// checkID refuses what could not stand in a Redis key or a log line.
func checkID(field, id string) error {
	switch {
	case id == "":
		return fmt.Errorf("%w: %s is empty", ErrInvalid, field)
	case len(id) > MaxIDBytes:
		return fmt.Errorf("%w: %s has %d bytes, at most %d", ErrInvalid, field, len(id), MaxIDBytes)
	}
	for _, r := range id {
		if r <= ' ' || r == '{' || r == '}' || r == 0x7f || r == utf8.RuneError || r >= 0x80 && r < 0xa0 {
			return fmt.Errorf("%w: %s %q has a character that an id may not have (space, control, brace)", ErrInvalid, field, id)
		}
	}
	return nil
}

func (s *LegSpec) check() error {
	if s.ID != "" {
		if err := checkID("leg id", s.ID); err != nil {
			return err
		}
	}
	if s.Participant.Role == "" {
		return fmt.Errorf("%w: the leg's participant needs a role", ErrInvalid)
	}
	if s.Channel == "" {
		s.Channel = attune.ChannelVoice
	}
	if !s.Channel.Spoken() {
		return fmt.Errorf("%w: a leg on %s has no sound; send its text to messages", ErrInvalid, s.Channel)
	}
	if s.Rate == 0 {
		s.Rate = 16000
		if s.RTP {
			s.Rate = 8000
		}
	}
	if !s.RTP && len(s.Payloads) == 0 {
		s.Payloads = map[uint8]string{OpusType: "opus/48000/2"}
	}
	if s.Rate != 8000 && s.Rate != 16000 {
		return fmt.Errorf("%w: leg rate %d, use 8000 or 16000", ErrInvalid, s.Rate)
	}
	return nil
}

func (x *Text) check() error {
	if x.ID != "" {
		if err := checkID("message id", x.ID); err != nil {
			return err
		}
	}
	if x.Role == "" {
		return fmt.Errorf("%w: the text needs a role", ErrInvalid)
	}
	if len(x.Text) > MaxTextBytes {
		return fmt.Errorf("%w: text has %d bytes, at most %d: send it in parts", ErrInvalid, len(x.Text), MaxTextBytes)
	}
	if !utf8.ValidString(x.Text) {
		return fmt.Errorf("%w: text is not valid UTF-8", ErrInvalid)
	}
	if x.Timed && (x.Begin < 0 || x.End < x.Begin) {
		return fmt.Errorf("%w: offsets %s..%s are not in order", ErrInvalid, x.Begin, x.End)
	}
	if x.Channel == "" {
		x.Channel = attune.ChannelChat
		if x.Transcript {
			x.Channel = attune.ChannelVoice
		}
	}
	return nil
}
