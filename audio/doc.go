// Package audio turns what comes off the wire into PCM: [Block] by [Block] of
// 10 ms, per leg, with what was lost marked as lost.
//
// Its folders are the steps of that way: receiver (UDP to packets), jitter
// (packets in order), g711, l16, opus and telephony (payload to PCM), resample,
// leg (the chain of one leg), webrtc (WHIP), wav and pcap (files).
package audio
