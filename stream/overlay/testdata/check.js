// A test is a function that throws. run calls each and returns what failed.

export async function run(tests) {
  const failed = [];
  for (const [name, test] of Object.entries(tests)) {
    try {
      await test();
    } catch (error) {
      failed.push(name + ": " + (error?.stack ?? error));
    }
  }
  return { count: Object.keys(tests).length, failed };
}

export function same(got, want, what = "") {
  const [a, b] = [plain(got), plain(want)];
  if (a !== b) throw new Error(what + " got " + a + ", want " + b);
}

export function plain(value) {
  return JSON.stringify(value, (key, v) => (v instanceof Map ? { map: [...v].sort((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1)) } : v instanceof Set ? [...v] : v));
}

// random is a seeded generator of 0..1 (mulberry32).
export function random(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const began = Date.UTC(2026, 4, 19, 9, 0, 0);
export { began };

// event makes a CloudEvents object at an offset in seconds.
export function event(type, seq, at, data = {}) {
  return {
    specversion: "1.0",
    type: "attune." + type,
    time: new Date(began + at * 1000).toISOString(),
    data: { seq, epoch: 1, interaction_id: "i", begin_offset_ms: at * 1000, end_offset_ms: at * 1000, degraded: false, ...data },
  };
}

export function score(seq, at, value, more = {}) {
  const stress = { value, confidence: 0.7, state: value === null ? "no_data" : "ok", reason: null, evidence: [], ...more };
  return event("score.updated", seq, at, {
    participant_id: "customer",
    participant_role: "CUSTOMER",
    channel: "VOICE",
    valid_until: new Date(began + at * 1000 + 5000).toISOString(),
    scores: { stress },
    opportunities: [],
  });
}

export function cue(seq, at, id, open, more = {}) {
  const data = { cue_id: id, kind: "acknowledge", title: id, advice: "a", why: "w", participant_id: "agent", closed_reason: open ? null : "answered" };
  return event(open ? "cue.opened" : "cue.closed", seq, at, { ...data, evidence: [{ kind: "x", begin_offset_ms: 0, end_offset_ms: at * 1000 - 1000 }], ...more });
}
