// Cues, status, curve and words: what is shown of a state.

import { Clock } from "/overlay/clock.js";
import { choose } from "/overlay/cues.js";
import { slope, stretches } from "/overlay/curve.js";
import { model } from "/overlay/model.js";
import { initial, reduce } from "/overlay/state.js";
import { status } from "/overlay/status.js";
import * as words from "/overlay/words.js";
import { began, cue, event, run, same, score } from "./check.js";

const all = (events) => events.reduce(reduce, initial());
const open = { phase: "open", since: 0, redisDown: false, opened: true };
const at = (s) => began + s * 1000;

const tests = {
  "a cue is shown while its evidence is young, and stays once shown": () => {
    const s = all([cue(1, 10, "c1", true)]); // evidence ended at 9 s
    same(choose(s, 17000)?.id, "c1");
    same(choose(s, 17001), null);
    same(choose(s, 30000, { shown: "c1" })?.id, "c1");
    same(choose(s, 56000, { shown: "c1" }), null, "its closing was lost");
    same(choose(s, 12000, { dismissed: new Set(["c1"]) }), null);
    same(choose(s, 12000, { participant: "agent" })?.id, "c1");
    same(choose(s, 12000, { participant: "another" }), null);
  },

  "one cue, the newest that is open": () => {
    const s = [cue(1, 10, "c1", true), cue(2, 11, "c2", true), cue(3, 12, "c3", true), cue(4, 12, "c3", false)];
    same(choose(all(s), 12000).id, "c2");
    same(choose(all([...s, cue(5, 13, "c2", false), cue(6, 13, "c1", false)]), 13000), null);
    same(choose(all([cue(9, 13, "c1", false), cue(1, 10, "c1", true)]), 13000), null, "closed before it opened");
  },

  "status": () => {
    const s = all([score(1, 10, 0.5)]); // valid until 15 s
    same(status(initial(), { ...open, phase: "connecting", opened: false }, at(0), 0), "connecting");
    same(status(initial(), open, at(0), 0), "waiting");
    same(status(s, open, at(11), 0), "live");
    same(status(s, open, at(16), 0), "live", "a second of grace");
    same(status(s, open, at(16.1), 0), "stale");
    same(status(s, { ...open, phase: "lost", since: 1000 }, at(11), 2900), "live");
    same(status(s, { ...open, phase: "lost", since: 1000 }, at(11), 3001), "stale");
    same(status(s, { ...open, redisDown: true }, at(11), 0), "redis_down");
    same(status(s, { ...open, phase: "unavailable" }, at(11), 0), "redis_down");
    same(status(s, { ...open, phase: "refused" }, at(11), 0), "refused");
    same(status(all([score(1, 10, null, { reason: "paused" })]), open, at(11), 0), "paused");
    same(status(all([score(1, 10, null, { reason: "no_consent" })]), open, at(11), 0), "no_consent");
    same(status(all([score(1, 10, null, { reason: "little_speech" })]), open, at(11), 0), "live");
    same(status(all([score(1, 10, 0.5), event("gap", 2, 11, { degraded: true })]), open, at(11), 0), "degraded");
    same(status(all([score(1, 10, 0.5), event("interaction.failed", 2, 11)]), open, at(99), 0), "failed");
  },

  "no advice where it cannot be trusted": () => {
    const s = all([score(1, 10, 0.7), cue(2, 10, "c1", true)]);
    const prefs = { shown: "", dismissed: new Set(), muted: false, participant: "" };
    same(model(s, open, prefs, at(11), 0).cue.id, "c1");
    same(model(s, open, { ...prefs, muted: true }, at(11), 0).cue, null);
    for (const link of [{ ...open, redisDown: true }, { ...open, phase: "lost", since: -9000 }, { ...open, phase: "refused" }]) same(model(s, link, prefs, at(11), 0).cue, null, link.phase);
  },

  "null is a gap with a reason, not a zero": () => {
    const p = (t, value, reason = "") => ({ at: t * 1000, value, confidence: 1, reason });
    const runs = stretches([p(1, null, "little_speech"), p(2, null, "little_speech"), p(3, 0.2), p(4, 0.3), p(5, null, "paused"), p(9, 0.4), p(30, 0.5)], 0, 40000);
    same(runs.map((r) => [r.measured, r.reason, r.from, r.to]), [[false, "little_speech", 1000, 3000], [true, "", 3000, 4000], [false, "paused", 4000, 9000], [true, "", 9000, 9000], [false, "", 9000, 30000], [true, "", 30000, 30000]]);
    const m = model(all([score(1, 10, null, { reason: "little_speech" })]), open, { dismissed: new Set() }, at(11), 0);
    same([m.curve.word, m.curve.why], ["—", "No score: too little speech yet."]);
  },

  "rising, falling, or too little to tell": () => {
    const line = (k, n, step = 1000) => Array.from({ length: n }, (_, i) => ({ at: i * step, value: 0.5 + (k * i * step) / 60000, confidence: 1 }));
    same(Math.round(slope(line(0.4, 30)) * 1000), 400);
    same(Math.round(slope(line(-0.4, 30)) * 1000), -400);
    same(slope(line(0.4, 5)), null);
    same(slope([]), null);
    same(slope([...line(0.4, 20), { at: 20000, value: null }]), null);
  },

  "no number about the agent reaches a view": () => {
    const s = all([
      event("score.updated", 1, 5, { participant_id: "agent", participant_role: "AGENT", scores: { empathy: { value: 0.123456, confidence: 0.654321 } }, opportunities: [{ id: "o", state: "given", value: 0.123456, affective: 0.123456, begin_offset_ms: 1000, end_offset_ms: 2000, evidence: [{ kind: "apology", weight: 0.123456 }] }] }),
    ]);
    const m = JSON.stringify(model(s, open, { dismissed: new Set() }, at(6), 0));
    same(m.includes("123456") || m.includes("654321"), false, m);
  },

  "the clock takes the server's side": () => {
    let local = 1000000;
    const c = new Clock(() => local);
    same(c.now(), 1000000);
    c.answered(new Date(1300000).toUTCString()); // 1300 s, a desk 5 minutes slow
    same(c.now(), 1300500);
    c.saw(1300900);
    same(c.now(), 1300900, "an event cannot come from the future");
    c.saw(1200000);
    c.saw(NaN);
    c.answered(null);
    local += 100;
    same(c.now(), 1301000);
  },

  "words": () => {
    same([words.clock(0), words.clock(61500), words.clock(3661000), words.clock(-5)], ["0:00", "1:01", "1:01:01", "0:00"]);
    same([words.level(0.6), words.level(0.59), words.level(0.39)], ["High", "Raised", "Calm"]);
    same(words.reason("a_new_reason"), "a new reason");
    same(words.answer(["apology", "x", "apology", "commitment"]), "an apology, a next step");
    const noon = new Date(2026, 4, 19, 12).getTime();
    same(words.due(null, noon), "no time given");
    for (const [minutes, end] of [[0, "now"], [30, "in 30 min"], [180, "in 3 h"], [-30, "30 min ago"], [4320, "in 3 days"]]) same(words.due(noon + minutes * 60000, noon).endsWith(end), true, words.due(noon + minutes * 60000, noon));
  },
};

export default () => run(tests);
