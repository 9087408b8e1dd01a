// The customer's stress over the last minutes, with what happened beside it.

import { band, line, shownFor, stretches } from "./curve.js";
import { element, mark, shape, write } from "./element.js";
import { sign } from "./icons.js";
import * as words from "./words.js";

const height = 148;
const top = 10;
const bottom = 104; // of the curve; below it the lane of moments and the time axis
const lane = 118;
const left = 44;
const right = 10;

export function curveView(root) {
  const now = element("p", { class: "stress-now" });
  const word = element("strong", { class: "stress-word" });
  const detail = element("span", { class: "stress-detail" });
  now.append(word, detail);
  const picture = shape("svg", { class: "curve", role: "img", height });
  const why = element("p", { class: "stress-why" });
  root.replaceChildren(element("div", { class: "panel-head" }, element("h2", { id: "stress-heading" }, "Customer’s stress"), now), picture, why, legend());
  let width = 0;
  let latest = null;
  const draw = () => {
    if (latest === null || width === 0) return;
    mark(picture, "viewBox", "0 0 " + width + " " + height);
    picture.replaceChildren(...parts(latest, width));
    mark(picture, "aria-label", latest.summary);
  };
  new ResizeObserver((entries) => {
    width = Math.round(entries[0].contentRect.width);
    draw();
  }).observe(picture);
  return (model) => {
    latest = model;
    write(word, model.word);
    write(detail, model.detail);
    write(why, model.why);
    why.hidden = model.why === "";
    mark(root, "data-level", model.word.toLowerCase());
    draw();
  };
}

// parts draws everything anew: a few dozen nodes, once a second.
function parts(m, width) {
  const to = Math.max(m.now, shownFor);
  const from = to - shownFor;
  const x = (at) => left + ((width - left - right) * (at - from)) / (to - from);
  const y = (value) => bottom - (bottom - top) * value;
  const inside = (at) => at >= from && at <= to;
  const clip = (at) => Math.min(Math.max(at, from), to);
  const runs = stretches(m.points, from, to);
  return [
    hatch(),
    ...grid(x, y, from, to, width),
    ...runs.filter((r) => !r.measured).map((r) => unmeasured(r, x(clip(r.from)), x(clip(r.to)))),
    ...m.cues.filter((c) => inside(c.end) || inside(c.begin)).map((c) => cueMark(x(clip(c.begin)), x(clip(c.end)))),
    ...runs.filter((r) => r.measured).flatMap((r) => curve(r.points.filter((p) => inside(p.at)), x, y)),
    ...m.points.slice(-1).filter((p) => p.value !== null && inside(p.at)).map((p) => dot(p, x, y)),
    ...m.onsets.filter((o) => inside(o.begin)).map((o) => onsetMark(x(o.begin), m.points, o, y)),
    ...m.moments.filter((o) => inside(o.begin)).map((o) => shape("g", { transform: "translate(" + x(o.begin) + " " + lane + ")", class: "moment-sign" }, sign(o.state))),
  ];
}

function grid(x, y, from, to, width) {
  const nodes = [];
  for (const [value, name] of [[0.8, "high"], [0.5, "raised"], [0.2, "calm"]]) {
    nodes.push(shape("text", { x: 0, y: y(value) + 4, class: "axis" }, name));
  }
  for (const value of [0.4, 0.6]) nodes.push(shape("line", { x1: left, x2: width - right, y1: y(value), y2: y(value), class: "edge" }));
  nodes.push(shape("line", { x1: left, x2: width - right, y1: bottom, y2: bottom, class: "base" }));
  for (let at = Math.ceil(from / 60000) * 60000; at <= to; at += 60000) {
    const anchor = x(at) > width - 24 ? "end" : "middle";
    nodes.push(shape("text", { x: Math.min(x(at), width - 2), y: height - 4, class: "axis", "text-anchor": anchor }, words.clock(at)));
  }
  return nodes;
}

function curve(points, x, y) {
  if (points.length < 2) return points.map((p) => dot(p, x, y)); // one alone makes no line
  const nodes = [shape("path", { d: band(points, x, y), class: "band" })];
  for (const piece of pieces(points)) nodes.push(shape("path", { d: line(piece.points, x, y), class: "line", opacity: piece.opacity }));
  return nodes;
}

const dot = (p, x, y) => shape("circle", { cx: x(p.at), cy: y(p.value), r: 3.2, class: "dot" });

// pieces cuts a run where confidence passes an edge; neighbours share a point.
function pieces(points) {
  const out = [];
  for (const p of points) {
    const opacity = p.confidence >= 0.6 ? 1 : p.confidence >= 0.3 ? 0.75 : 0.45;
    const piece = out[out.length - 1];
    if (piece?.opacity === opacity) {
      piece.points.push(p);
    } else {
      piece?.points.push(p);
      out.push({ opacity, points: [p] });
    }
  }
  return out.filter((piece) => piece.points.length > 1);
}

function hatch() {
  const pattern = shape("pattern", { id: "hatch", width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" }, shape("line", { x1: 0, y1: 0, x2: 0, y2: 6, class: "hatch" }));
  return shape("defs", {}, pattern);
}

function unmeasured(run, x1, x2) {
  const w = Math.max(0, x2 - x1);
  const reason = words.reason(run.reason);
  const label = reason !== "" && w > reason.length * 6 + 8 ? shape("text", { x: (x1 + x2) / 2, y: (top + bottom) / 2 + 4, class: "axis reason", "text-anchor": "middle" }, reason) : null;
  return shape("g", {}, shape("rect", { x: x1, y: top, width: w, height: bottom - top, fill: "url(#hatch)" }), label);
}

// onsetMark is a diamond where tension set in, on the curve if it was measured there.
function onsetMark(x, points, onset, y) {
  const near = points.filter((p) => p.value !== null && Math.abs(p.at - onset.begin) <= 3000);
  const at = near.length > 0 ? y(near[near.length - 1].value) : top + 8;
  return shape("g", { class: "onset" }, shape("line", { x1: x, x2: x, y1: top, y2: bottom }), shape("path", { d: "M" + x + " " + (at - 6) + "l5.5 6l-5.5 6l-5.5-6z" }));
}

// cueMark is the stretch for which a cue stood.
function cueMark(x1, x2) {
  const w = Math.max(3, x2 - x1);
  return shape("g", { class: "cue-mark" }, shape("rect", { x: x1, y: top, width: w, height: bottom - top, rx: 2 }), shape("path", { d: "M" + (x1 - 4) + " " + (top - 8) + "h8l-4 7z" }));
}

function legend() {
  const box = (...nodes) => shape("svg", { viewBox: "-7 -7 14 14", class: "legend-mark", "aria-hidden": "true" }, ...nodes);
  const item = (mark, text) => element("li", {}, mark, text);
  return element(
    "ul",
    { class: "legend" },
    item(box(shape("path", { d: "M0-6l5 6l-5 6l-5-6z", class: "legend-onset" })), "tension sets in"),
    item(box(shape("path", { d: "M-4-4h8l-4 7z", class: "legend-cue" })), "cue"),
    item(box(shape("rect", { x: -6, y: -5, width: 12, height: 10, class: "legend-band" }), shape("path", { d: "M-6 0H6", class: "legend-line" })), "wider = less sure"),
  );
}
