// The geometry of the stress curve: from points to stretches that can be drawn.
// Pure; curve-view.js draws it.

export const shownFor = 180000; // ms: the time axis
const joined = 6000; // ms: points further apart are not joined by a line

// stretches splits points, in order of time, into runs that were measured and runs
// that were not: [{measured, points, reason, from, to}]. A run without a measure
// lasts until the next point, and what nobody reported is a run without a reason.
export function stretches(points, from, to) {
  const runs = [];
  let run = null;
  for (const p of points) {
    if (p.at < from - joined || p.at > to + joined) continue;
    const measured = p.value !== null;
    const far = run !== null && p.at - run.to > joined;
    if (far && run.measured) runs.push({ measured: false, reason: "", points: [], from: run.to, to: p.at });
    if (far && !run.measured) run.to = p.at;
    const same = run !== null && run.measured === measured && (measured ? !far : run.reason === p.reason);
    if (!same) {
      if (run !== null && !run.measured) run.to = p.at;
      run = { measured, reason: measured ? "" : p.reason, points: [], from: run !== null && !measured ? run.to : p.at, to: p.at };
      runs.push(run);
    }
    run.points.push(p);
    run.to = p.at;
  }
  return runs.filter((r) => r.to >= from && r.from <= to);
}

// line is the path through points at x, y.
export function line(points, x, y) {
  return points.map((p, i) => (i === 0 ? "M" : "L") + round(x(p.at)) + " " + round(y(p.value))).join("");
}

// band is the outline of what the value may be: the less sure, the wider.
export function band(points, x, y) {
  const half = (p) => 0.02 + 0.2 * (1 - p.confidence);
  const upper = points.map((p) => round(x(p.at)) + " " + round(y(Math.min(1, p.value + half(p)))));
  const lower = points.map((p) => round(x(p.at)) + " " + round(y(Math.max(0, p.value - half(p))))).reverse();
  return "M" + [...upper, ...lower].join("L") + "Z";
}

// slope is the change per minute over the newest half minute that was measured
// without a break, null where there is too little.
export function slope(points) {
  const last = points[points.length - 1];
  if (last === undefined || last.value === null) return null;
  const near = [];
  for (let i = points.length - 1; i >= 0 && points[i].value !== null && last.at - points[i].at <= 30000; i--) near.push(points[i]);
  const span = last.at - near[near.length - 1].at;
  if (near.length < 3 || span < 8000) return null;
  const meanAt = near.reduce((s, p) => s + p.at, 0) / near.length;
  const mean = near.reduce((s, p) => s + p.value, 0) / near.length;
  const up = near.reduce((s, p) => s + (p.at - meanAt) * (p.value - mean), 0);
  return (60000 * up) / near.reduce((s, p) => s + (p.at - meanAt) ** 2, 0);
}

const round = (v) => Math.round(v * 10) / 10;
