// Package clock maps the media time of a leg, counted by its sender's clock, to
// the one clock of the interaction.
//
// A sender's audio clock is wrong by up to some 300 parts per million: half a
// second in a half-hour call, more than a turn gap. So arrival minus media time
// is watched for its lower envelope: the packets that were delayed least tell
// the offset, and the slope of the envelope over two minutes tells the drift
// (after Moon, Skelly and Towsley, "Estimation and removal of clock skew from
// network delay measurements", INFOCOM 1999). RTCP sender reports give the drift
// while a call is young. What stays unknown is the least network delay itself,
// which is the same for the legs of one media server.
package clock
