import { customer, initial, reduce } from "/overlay/state.js";
import { cue, event, plain, random, run, same, score } from "./check.js";

const all = (events) => events.reduce(reduce, initial());

function script() {
  const opportunities = (state) => [{ id: "o1", state, reason: null, begin_offset_ms: 3000, end_offset_ms: 4000, evidence: [{ kind: "apology" }] }];
  const agent = (seq, at, state) => event("score.updated", seq, at, { participant_id: "agent", participant_role: "AGENT", scores: {}, opportunities: opportunities(state), valid_until: null });
  return [
    event("interaction.started", 1, 0),
    score(2, 1, null, { reason: "little_speech" }),
    score(3, 2, 0.3),
    agent(4, 4, "open"),
    cue(5, 5, "c1", true),
    score(6, 5, 0.6, { evidence: [{ kind: "onset", begin_offset_ms: 4000, end_offset_ms: 5000 }] }),
    agent(7, 7, "given"),
    cue(8, 8, "c1", false),
    event("expectation.updated", 9, 8, { name: "resolved", state: "pending", reason: null }),
    event("promise.updated", 10, 9, { promise_id: "p1", by: "COMPANY", state: "made", what: "refund", due: "2026-05-19T17:00:00Z" }),
    event("expectation.updated", 11, 9, { name: "resolved", state: "met", reason: null }),
    event("promise.updated", 12, 10, { promise_id: "p1", by: "COMPANY", state: "kept", what: "refund", due: null }),
    event("gap", 13, 11, { cause: "loss", leg_id: "l" }),
    event("route.hint", 14, 11, { hint_id: "h", urgency: 70 }),
    event("interaction.completed", 15, 12),
  ];
}

const tests = {
  "what happened is what stands there": () => {
    const s = all(script());
    same(customer(s).id, "customer");
    same(s.curves.get("customer").map((p) => [p.at, p.value, p.reason]), [[1000, null, "little_speech"], [2000, 0.3, ""], [5000, 0.6, ""]]);
    same([...s.onsets.values()], [{ begin: 4000, end: 5000 }]);
    same(s.opportunities.get("o1").state, "given");
    same(s.opportunities.get("o1").kinds, ["apology"]);
    same([s.cues.get("c1").opened.at, s.cues.get("c1").closed.at, s.cues.get("c1").opened.evidenceEnd], [5000, 8000, 4000]);
    same(s.expectations.get("resolved").state, "met");
    same([s.promises.get("p1").state, s.promises.get("p1").due], ["kept", null]);
    same(s.gaps.map((g) => g.cause), ["loss"]);
    same(s.ended.how, "completed");
  },

  "order and repetition change nothing": () => {
    const want = plain(all(script()));
    for (let seed = 1; seed <= 200; seed++) {
      const next = random(seed);
      const events = [...script(), ...script().filter(() => next() < 0.5)];
      events.sort(() => next() - 0.5);
      for (let i = events.length - 1; i > 0; i--) {
        const j = Math.floor(next() * (i + 1));
        [events[i], events[j]] = [events[j], events[i]];
      }
      same(plain(all(events)), want, "seed " + seed);
    }
  },

  "it may begin in the middle": () => {
    const s = all(script().slice(5));
    same(s.began, all(script()).began, "began");
    same(s.cues.get("c1").opened, null);
    same(s.curves.get("customer").length, 1);
  },

  "a later epoch goes on, and an old one cannot overwrite it": () => {
    const later = event("expectation.updated", 3, 20, { epoch: 2, name: "resolved", state: "missed" });
    const s = all([...script(), later, ...script()]);
    same(s.expectations.get("resolved").state, "missed");
  },

  "reduce leaves the state it was given alone": () => {
    let s = initial();
    for (const e of script()) {
      const before = plain(s);
      const next = reduce(s, e);
      same(plain(s), before, e.type);
      s = next;
    }
  },

  "what is no event, or holds nonsense, does no harm": () => {
    const good = plain(all(script()));
    const odd = [null, 1, "x", [], {}, { type: "attune.score.updated" }, { type: 1, data: { seq: 99 } }, { type: "attune.cue.opened", data: null }, { type: "attune.cue.opened", data: { seq: "99" } }, { type: "attune.cue.opened", data: { seq: -1 } }];
    same(plain(all([...odd, ...script(), ...odd])), good);
    for (const v of [null, undefined, NaN, "x", -5, 1e99, [], {}, [null], { value: {} }, true]) {
      for (const type of ["score.updated", "cue.opened", "cue.closed", "promise.updated", "expectation.updated", "gap", "interaction.failed", "new.type"]) {
        const e = event(type, 50, 13, { participant_id: v, participant_role: v, scores: v, opportunities: v, evidence: v, valid_until: v, cue_id: v, promise_id: v, name: v, state: v, due: v, reason: v, cause: v, kind: v, begin_offset_ms: v, end_offset_ms: v, epoch: v });
        const s = all([...script(), e]);
        same(s.curves.get("customer").length, 3);
        all([...script(), { ...e, time: v }, score(51, 14, v)]);
      }
    }
  },

  "names such as __proto__ are names": () => {
    const s = all([event("expectation.updated", 1, 1, { name: "__proto__", state: "met" }), event("promise.updated", 2, 1, { promise_id: "constructor", state: "made" }), cue(3, 1, "toString", true)]);
    same([s.expectations.size, s.promises.size, s.cues.size], [1, 1, 1]);
    same({}.state, undefined);
  },

  "erased leaves nothing, whatever comes late": () => {
    const s = all([...script(), event("erased", 16, 13), ...script()]);
    same([s.erased, s.curves.size, s.cues.size, s.promises.size, s.people.size], [true, 0, 0, 0, 0]);
  },

  "an hour of events is kept to a quarter of it": () => {
    let s = initial();
    for (let i = 1; i <= 3600; i++) s = reduce(s, score(i, i, 0.5));
    same(s.curves.get("customer").length, 901);
  },

  "with two customers the first one stays": () => {
    const other = score(9, 6, 0.9);
    other.data.participant_id = "second";
    same(customer(all([score(1, 1, 0.2), other, score(10, 7, 0.2)])).id, "customer");
    same(customer(all([score(10, 7, 0.2), other, score(1, 1, 0.2)])).id, "customer");
  },
};

export default () => run(tests);
