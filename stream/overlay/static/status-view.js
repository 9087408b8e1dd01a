// The pill in the bar, who is talked with for how long, and the notice below.

import { element, mark, write } from "./element.js";
import * as words from "./words.js";

// The form of the pill's mark tells the states apart without colour.
const forms = new Map([
  ["live", "full"],
  ["degraded", "half"],
  ["paused", "bars"],
  ["stale", "cross"],
  ["redis_down", "cross"],
  ["refused", "cross"],
  ["failed", "cross"],
]);

export function statusView(root, contact, notice) {
  const form = element("span", { class: "status-mark", "aria-hidden": "true" });
  const name = element("span");
  root.replaceChildren(form, name);
  return ({ code, elapsed, channel, newestAt }) => {
    mark(root, "data-status", code);
    mark(form, "data-form", forms.get(code) ?? "ring");
    write(name, words.statusName(code));
    write(contact, [channel, elapsed === null ? "" : words.clock(elapsed)].filter((w) => w !== "").join(" · "));
    let text = words.statusText(code);
    if (code === "stale" && newestAt !== null) text += " Newest: " + words.clock(newestAt) + ".";
    notice.hidden = text === "";
    write(notice, text);
  };
}
