// The state of an interaction as its events tell it. reduce is pure and does not
// depend on the order in which events arrive, nor on how often: they may come
// twice, late, or begin in the middle. Unknown types and fields are passed over.

const kept = 15 * 60 * 1000; // ms of the curve that are kept

export function initial() {
  return {
    newest: null, // {order, time, end, degraded} of the newest event
    began: null, // server's wall clock at offset 0, ms
    ended: null, // {order, how: completed | failed, at}
    erased: false,
    people: new Map(), // participant id -> {role, channel, first, order, end, validUntil, scores}
    curves: new Map(), // customer's participant id -> points by offset
    onsets: new Map(), // "begin/end" -> {begin, end}
    cues: new Map(), // cue id -> {opened, closed}
    opportunities: new Map(),
    expectations: new Map(),
    promises: new Map(),
    gaps: [],
  };
}

// reduce returns the state after a CloudEvents object.
export function reduce(state, event) {
  const at = stamp(event);
  if (at === null || state.erased) return state;
  const next = { ...state };
  if (next.newest === null || at.order > next.newest.order) {
    next.newest = { order: at.order, time: at.time, end: at.end, degraded: event.data.degraded === true };
    if (at.time !== null) next.began = at.time - at.end;
  }
  const rule = rules.get(event.type);
  return rule === undefined ? next : rule(next, event.data, at);
}

const rules = new Map([
  ["attune.score.updated", scored],
  ["attune.cue.opened", (s, d, at) => cue(s, d, at, "opened")],
  ["attune.cue.closed", (s, d, at) => cue(s, d, at, "closed")],
  ["attune.promise.updated", promised],
  ["attune.expectation.updated", expected],
  ["attune.gap", gap],
  ["attune.interaction.completed", (s, d, at) => ended(s, "completed", at)],
  ["attune.interaction.failed", (s, d, at) => ended(s, "failed", at)],
  ["attune.erased", (s) => ({ ...initial(), newest: s.newest, erased: true })],
]);

// stamp is an event's place in the order, null for what is no event of ours.
// Epochs rise and seq goes on through them, so both make one number.
function stamp(event) {
  const d = event?.data;
  if (typeof event?.type !== "string" || d === null || typeof d !== "object") return null;
  const seq = whole(d.seq);
  if (seq === null) return null;
  const epoch = whole(d.epoch) ?? 0;
  const time = Date.parse(event.time);
  const end = number(d.end_offset_ms) ?? number(d.begin_offset_ms) ?? 0;
  return {
    order: epoch * 2 ** 32 + seq,
    time: Number.isFinite(time) ? time : null,
    begin: number(d.begin_offset_ms) ?? end,
    end,
  };
}

function scored(s, d, at) {
  const id = text(d.participant_id);
  const before = s.people.get(id);
  const people = new Map(s.people);
  const first = Math.min(before?.first ?? at.order, at.order);
  if (before !== undefined && before.order > at.order) {
    people.set(id, { ...before, first });
  } else {
    people.set(id, {
      role: text(d.participant_role),
      channel: text(d.channel),
      first,
      order: at.order,
      end: at.end,
      validUntil: Number.isFinite(Date.parse(d.valid_until)) ? Date.parse(d.valid_until) : null,
      scores: object(d.scores),
    });
  }
  const next = { ...s, people, opportunities: opportunities(s.opportunities, d.opportunities, at) };
  return text(d.participant_role) === "CUSTOMER" ? plotted(next, id, d, at) : next;
}

// plotted adds a point to a customer's curve.
function plotted(s, id, d, at) {
  const score = object(object(d.scores).stress);
  const value = number(score.value);
  const point = {
    at: at.end,
    order: at.order,
    value: value === null ? null : Math.min(1, Math.max(0, value)),
    confidence: Math.min(1, Math.max(0, number(score.confidence) ?? 0)),
    reason: text(score.reason),
    state: text(score.state),
  };
  const points = (s.curves.get(id) ?? []).filter((p) => p.at !== point.at || p.order > point.order);
  if (!points.some((p) => p.at === point.at)) points.push(point);
  points.sort((a, b) => a.at - b.at);
  const from = points[points.length - 1].at - kept;
  const onsets = new Map(s.onsets);
  for (const item of list(score.evidence)) {
    if (item?.kind === "onset" && number(item.begin_offset_ms) !== null) {
      onsets.set(item.begin_offset_ms + "/" + item.end_offset_ms, { begin: item.begin_offset_ms, end: number(item.end_offset_ms) ?? item.begin_offset_ms });
    }
  }
  return { ...s, curves: new Map(s.curves).set(id, points.filter((p) => p.at >= from)), onsets };
}

function opportunities(known, given, at) {
  const out = new Map(known);
  for (const o of list(given)) {
    if (typeof o?.id !== "string" || (out.get(o.id)?.order ?? -1) > at.order) continue;
    out.set(o.id, {
      id: o.id,
      order: at.order,
      state: text(o.state),
      reason: text(o.reason),
      begin: number(o.begin_offset_ms) ?? at.end,
      end: number(o.end_offset_ms) ?? at.end,
      kinds: list(o.evidence).map((e) => text(e?.kind)),
    });
  }
  return out;
}

function cue(s, d, at, which) {
  const id = text(d.cue_id);
  const before = s.cues.get(id) ?? { id, opened: null, closed: null };
  if (before[which] !== null && before[which].order >= at.order) return s;
  const ends = list(d.evidence).map((e) => number(e?.end_offset_ms)).filter((v) => v !== null);
  const told = {
    order: at.order,
    at: at.begin,
    evidenceEnd: ends.length > 0 ? Math.max(...ends) : at.begin,
    kind: text(d.kind),
    title: text(d.title),
    advice: text(d.advice),
    why: text(d.why),
    participant: text(d.participant_id),
    closedReason: text(d.closed_reason),
  };
  return { ...s, cues: new Map(s.cues).set(id, { ...before, [which]: told }) };
}

function promised(s, d, at) {
  const id = text(d.promise_id);
  if ((s.promises.get(id)?.order ?? -1) > at.order) return s;
  const due = Date.parse(d.due);
  const promise = { id, order: at.order, by: text(d.by), state: text(d.state), what: text(d.what), source: text(d.promise_source), due: Number.isFinite(due) ? due : null };
  return { ...s, promises: new Map(s.promises).set(id, promise) };
}

function expected(s, d, at) {
  const name = text(d.name);
  if ((s.expectations.get(name)?.order ?? -1) > at.order) return s;
  return { ...s, expectations: new Map(s.expectations).set(name, { name, order: at.order, state: text(d.state), reason: text(d.reason), at: at.begin }) };
}

function gap(s, d, at) {
  const gaps = [...s.gaps.filter((g) => g.order !== at.order), { order: at.order, cause: text(d.cause), begin: at.begin, end: at.end }];
  gaps.sort((a, b) => a.order - b.order);
  return { ...s, gaps: gaps.slice(-64) };
}

function ended(s, how, at) {
  if (s.ended !== null && s.ended.order > at.order) return s;
  return { ...s, ended: { order: at.order, how, at: at.end } };
}

// customer is the one whose curve is shown: who was heard of first.
export function customer(state) {
  let found = null;
  for (const [id, p] of state.people) {
    if (p.role === "CUSTOMER" && (found === null || p.first < found.first)) found = { id, ...p };
  }
  return found;
}

// What an event holds, whatever it holds: another kind of value counts as absent.
const number = (v) => (typeof v === "number" && Number.isFinite(v) ? v : null);
const whole = (v) => (Number.isSafeInteger(v) && v >= 0 ? v : null);
const text = (v) => (typeof v === "string" ? v : "");
const list = (v) => (Array.isArray(v) ? v : []);
const object = (v) => (v !== null && typeof v === "object" && !Array.isArray(v) ? v : {});
