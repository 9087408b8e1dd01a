// What can be trusted right now. Pure: the same state, link and time give the
// same answer.

import { customer } from "./state.js";

const lostGrace = 2000; // ms: a connection that comes back sooner is not worth a word
const lateBy = 1000; // ms after valid_until: what is on its way

// status is a code that words.js names. link is {phase, since, redisDown, opened};
// now is the server's wall clock, localNow the clock of link.since, ms.
export function status(state, link, now, localNow) {
  if (state.erased) return "erased";
  if (state.ended !== null) return state.ended.how === "failed" ? "failed" : "ended";
  if (link.phase === "refused") return "refused";
  if (link.phase === "unavailable" || link.redisDown) return "redis_down";
  if (link.phase !== "open") {
    if (!link.opened) return "connecting";
    if (localNow - link.since > lostGrace) return "stale";
  }
  if (state.newest === null) return "waiting";
  if (now > validUntil(state) + lateBy) return "stale";
  return measured(state);
}

function measured(state) {
  const reason = customer(state)?.scores?.stress?.reason;
  if (reason === "paused") return "paused";
  if (reason === "no_consent") return "no_consent";
  return state.newest.degraded ? "degraded" : "live";
}

// validUntil is until when the newest word about anybody holds.
function validUntil(state) {
  let latest = null;
  for (const p of state.people.values()) {
    if (p.validUntil !== null && (latest === null || p.validUntil > latest)) latest = p.validUntil;
  }
  return latest ?? Infinity;
}

// trusted reports whether advice may stand in this state.
export function trusted(code) {
  return code === "live" || code === "degraded";
}
