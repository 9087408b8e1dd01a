// Wires the page: events into the state, the state into the views.

import { announcer } from "./announcer.js";
import { Clock } from "./clock.js";
import { cueView } from "./cue-view.js";
import { curveView } from "./curve-view.js";
import { Feed } from "./events.js";
import { expectationsView, momentsView, promisesView } from "./lists-view.js";
import { model } from "./model.js";
import { initial, reduce } from "./state.js";
import { statusView } from "./status-view.js";
import * as words from "./words.js";

const slowest = 500; // ms between two drawings without an event: ages and clocks
const soonest = 150; // ms between two drawings with many

const query = new URLSearchParams(location.search);
const interaction = query.get("interaction") ?? "";
const clock = new Clock();
const link = { phase: "connecting", since: performance.now(), redisDown: false, opened: false };
const prefs = { shown: "", dismissed: new Set(), muted: false, participant: query.get("participant") ?? "" };
let state = initial();
let drawnAt = -Infinity;
let timer = 0;

const at = (id) => document.getElementById(id);
const announce = announcer(at("live"));
const views = {
  status: statusView(at("status"), at("contact"), at("notice")),
  cue: cueView(at("cue"), {
    onDismiss: () => change(() => prefs.dismissed.add(prefs.shown)),
    onMute: () => change(() => (prefs.muted = !prefs.muted)),
  }),
  curve: curveView(at("stress")),
  moments: momentsView(at("moments")),
  expectations: expectationsView(at("expectations")),
  promises: promisesView(at("promises")),
};

// takeToken moves the token out of the address, where history and screenshots
// would keep it, into memory.
function takeToken() {
  const fragment = new URLSearchParams(location.hash.slice(1));
  const token = fragment.get("token") ?? "";
  if (fragment.has("token")) history.replaceState(null, "", location.pathname + location.search);
  return token;
}

function change(apply) {
  apply();
  draw();
}

function soon() {
  clearTimeout(timer);
  timer = setTimeout(draw, Math.max(0, Math.min(slowest, drawnAt + soonest - performance.now())));
}

function draw() {
  clearTimeout(timer);
  timer = setTimeout(draw, slowest);
  drawnAt = performance.now();
  const m = model(state, link, prefs, clock.now(), performance.now());
  if (interaction === "") m.code = "idle";
  prefs.shown = m.cue?.id ?? "";
  document.body.dataset.status = m.code;
  views.status(m);
  views.cue(m);
  views.curve(m.curve);
  views.moments(m.moments);
  views.expectations(m.expectations);
  views.promises(m.promises, m.now);
  announce(m.cue !== null ? m.cue.opened.title + ". " + m.cue.opened.advice : "Attune: " + words.statusName(m.code) + ".");
}

function follow(token) {
  const feed = new Feed({
    url: new URL("../v1/interactions/" + encodeURIComponent(interaction) + "/events", location.href).href,
    token,
    onEvent: (event) => {
      clock.saw(Date.parse(event.time));
      state = reduce(state, event);
      link.redisDown = false;
      if (state.ended !== null || state.erased) feed.stop(); // what comes later is no news to this page
      soon();
    },
    onStatus: (data) => change(() => (link.redisDown = data.redis_down === true)),
    onLink: (phase) => {
      if (phase === "open") link.opened = true;
      // Trying again is no better than being lost: the age of the loss goes on.
      if (phase === "connecting" && link.phase !== "open") return;
      if (phase !== link.phase) Object.assign(link, { phase, since: performance.now() });
      soon();
    },
    onAnswer: (date) => clock.answered(date),
  });
  feed.run();
  return feed;
}

// live follows while the page is in use: one that the browser keeps for its back
// button would hold one of the few connections that a host is granted.
function live(token) {
  let feed = follow(token);
  addEventListener("online", () => feed.retry());
  addEventListener("pagehide", () => feed.stop());
  addEventListener("pageshow", (e) => {
    if (e.persisted) feed = follow(token); // from the start: what is known already changes nothing
  });
}

const token = takeToken();
draw();
if (interaction !== "") live(token);
