// Package routing keeps what a routing engine needs of the hints: which are open
// now, and their shape for Twilio TaskRouter, Amazon Connect and Genesys Cloud.
//
// A hint is advice: it may only raise help, and it is over at the latest when its
// validity ends. A [Board] is fed from the hints stream through a consumer group
// (package consumer) and says what changed; nothing here calls a vendor.
package routing
