// Which cue is on the screen. Pure.

const fresh = 8000; // ms: a cue on older evidence comes too late to help
const longest = 45000; // ms: no rule keeps a cue this long; its closing was lost

// choose returns the cue to show, or null. offset is the interaction's clock now,
// ms; shown is the id of the cue on the screen, "" if none; dismissed holds the ids
// that the agent put away; participant, if not "", is the one advised here.
export function choose(state, offset, { shown = "", dismissed = new Set(), participant = "" } = {}) {
  let best = null;
  for (const c of state.cues.values()) {
    if (c.opened === null || c.closed !== null || dismissed.has(c.id)) continue;
    if (participant !== "" && c.opened.participant !== "" && c.opened.participant !== participant) continue;
    if (offset - c.opened.at > longest) continue;
    if (c.id !== shown && offset - c.opened.evidenceEnd > fresh) continue;
    if (best === null || c.opened.order > best.opened.order) best = c;
  }
  return best;
}
