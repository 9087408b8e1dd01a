// From state to what the views show. Pure.

import { shownFor, slope, stretches } from "./curve.js";
import { choose } from "./cues.js";
import { customer } from "./state.js";
import { status, trusted } from "./status.js";
import * as words from "./words.js";

const momentsShown = 4;
const promisesShown = 4;
const finished = new Set(["kept", "void"]);

// model gathers everything for one drawing. prefs is {shown, dismissed, muted,
// participant}; now is the server's wall clock, localNow that of the link, ms.
export function model(state, link, prefs, now, localNow) {
  const code = status(state, link, now, localNow);
  const offset = clockOf(state, now);
  const cue = trusted(code) && !prefs.muted ? choose(state, offset, prefs) : null;
  const who = customer(state);
  return {
    code,
    now,
    elapsed: state.began === null ? null : state.ended?.at ?? offset,
    channel: channelName(who?.channel ?? ""),
    newestAt: state.newest?.end ?? null,
    cue,
    muted: prefs.muted,
    idle: idle(code, prefs.muted),
    curve: curve(state, who, code, offset),
    moments: [...state.opportunities.values()].sort((a, b) => b.begin - a.begin).slice(0, momentsShown),
    expectations: expectations(state),
    promises: [...state.promises.values()].filter((p) => !finished.has(p.state)).sort((a, b) => (a.due ?? Infinity) - (b.due ?? Infinity)).slice(0, promisesShown),
  };
}

// clockOf is the interaction's clock now, ms since it began.
function clockOf(state, now) {
  if (state.began === null) return state.newest?.end ?? 0;
  return Math.max(now - state.began, state.newest.end);
}

function channelName(channel) {
  if (channel === "SMS" || channel === "IVR") return channel;
  return channel === "" ? "" : channel === "VOICE" ? "Call" : channel[0] + channel.slice(1).toLowerCase();
}

function idle(code, muted) {
  if (muted) return { title: "Cues are muted", text: "Only on this page, and nobody is told." };
  if (trusted(code)) return { title: "No cue right now", text: "One appears here when it can help." };
  return { title: "No advice", text: words.statusName(code) };
}

function expectations(state) {
  const known = words.expectationOrder.map((name) => state.expectations.get(name) ?? { name, state: "pending", reason: "" });
  const others = [...state.expectations.values()].filter((e) => !words.expectationOrder.includes(e.name));
  return [...known, ...others].slice(0, 12);
}

function curve(state, who, code, offset) {
  const points = who === null ? [] : state.curves.get(who.id) ?? [];
  const last = points[points.length - 1];
  const end = state.ended?.at ?? (trusted(code) ? last?.at ?? offset : offset);
  const m = {
    points,
    now: Math.max(end, last?.at ?? 0),
    onsets: [...state.onsets.values()],
    cues: [...state.cues.values()].filter((c) => c.opened !== null).map((c) => ({ begin: c.opened.at, end: c.closed?.at ?? Math.min(end, c.opened.at + 45000) })),
    moments: [...state.opportunities.values()],
  };
  const told = reading(points, code);
  return { ...m, ...told, why: told.why || gapBefore(m) };
}

// gapBefore puts the newest gap in sight into words, since a hatched stretch does
// not say why it is there.
function gapBefore(m) {
  const gaps = stretches(m.points, m.now - shownFor, m.now).filter((r) => !r.measured && r.reason !== "");
  const last = gaps[gaps.length - 1];
  return last === undefined ? "" : "No score from " + words.clock(last.from) + " to " + words.clock(last.to) + ": " + words.reason(last.reason) + ".";
}

// reading is the newest value in words.
function reading(points, code) {
  const last = points[points.length - 1];
  if (last === undefined) return { word: "—", detail: "", why: "No score yet.", summary: "Customer’s stress: no score yet." };
  if (last.value === null) {
    const why = "No score: " + (words.reason(last.reason) || "not measured") + ".";
    return { word: "—", detail: "", why, summary: "Customer’s stress. " + why };
  }
  const word = words.level(last.value);
  const detail = [last.value.toFixed(2), direction(slope(points)), words.sureness(last.confidence)].filter((w) => w !== "").join(" · ");
  const summary = "Customer’s stress at " + words.clock(last.at) + ": " + word + ", " + detail.replaceAll(" · ", ", ") + (code === "stale" ? ", not current" : "") + ".";
  return { word, detail, why: "", summary };
}

function direction(perMinute) {
  if (perMinute === null) return "";
  if (perMinute > 0.15) return "rising";
  return perMinute < -0.15 ? "falling" : "steady";
}
