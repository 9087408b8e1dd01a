package attune

import (
	"fmt"
	"strings"
)

// Channel is the medium of a leg or message.
type Channel string

// The channels. The sound of a VIDEO leg is scored as voice.
const (
	ChannelVoice  Channel = "VOICE"
	ChannelVideo  Channel = "VIDEO"
	ChannelChat   Channel = "CHAT"
	ChannelEmail  Channel = "EMAIL"
	ChannelSMS    Channel = "SMS"
	ChannelSocial Channel = "SOCIAL"
	ChannelIVR    Channel = "IVR"
)

// Channels lists every channel.
var Channels = []Channel{ChannelVoice, ChannelVideo, ChannelChat, ChannelEmail, ChannelSMS, ChannelSocial, ChannelIVR}

// ParseChannel reads a channel, in upper or lower case.
func ParseChannel(s string) (Channel, error) {
	for _, c := range Channels {
		if equalFold(s, string(c)) {
			return c, nil
		}
	}
	return "", fmt.Errorf("unknown channel %q: use one of VOICE, VIDEO, CHAT, EMAIL, SMS, SOCIAL, IVR", s)
}

// Spoken reports whether the channel carries sound.
func (c Channel) Spoken() bool { return c == ChannelVoice || c == ChannelVideo || c == ChannelIVR }

func equalFold(a, b string) bool { return strings.EqualFold(strings.TrimSpace(a), b) }
