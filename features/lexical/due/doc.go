// Package due finds English time expressions ("by Friday", "in ten minutes",
// "tomorrow at 3", "within 24 hours", "end of the day") and resolves them against
// a reference time in the zone that the reference carries.
//
// A resolved time is the latest moment at which what was promised would be on
// time: "by Friday" is the end of Friday's working day, "within 24 hours" is
// exactly 24 hours on, "tomorrow" is the end of tomorrow's working day.
package due
