// The one cue, or the quiet place where it will be. The place keeps its height:
// nothing else on the page moves when a cue comes or goes.

import { element, mark, write } from "./element.js";
import { icon } from "./icons.js";

export function cueView(root, { onDismiss, onMute }) {
  const picture = element("div", { class: "cue-picture" });
  const title = element("h2", { id: "cue-heading", class: "cue-title" });
  const advice = element("p", { class: "cue-advice" });
  const why = element("p", { class: "cue-why" });
  const dismiss = element("button", { type: "button", class: "button" }, "Put away");
  const mute = element("button", { type: "button", class: "button", "aria-pressed": "false" }, "Mute cues");
  root.replaceChildren(picture, element("div", { class: "cue-text" }, title, advice, why), element("div", { class: "cue-actions" }, dismiss, mute));
  dismiss.addEventListener("click", () => {
    onDismiss();
    mute.focus(); // the button that had it is gone
  });
  mute.addEventListener("click", onMute);
  root.addEventListener("keydown", (e) => {
    if (e.key === "Escape" && !dismiss.hidden) dismiss.click();
  });
  let drawn = null;
  return ({ cue, muted, idle }) => {
    const kind = cue !== null ? cue.opened.kind : muted ? "muted" : "calm";
    if (kind !== drawn) picture.replaceChildren(icon((drawn = kind)));
    mark(root, "data-cue", cue === null ? "none" : "open");
    mark(root, "data-cue-id", cue === null ? null : cue.id);
    write(title, cue?.opened.title ?? idle.title);
    write(advice, cue?.opened.advice ?? idle.text);
    write(why, cue?.opened.why ?? "");
    why.hidden = why.textContent === "";
    dismiss.hidden = cue === null;
    mark(mute, "aria-pressed", String(muted));
    write(mute, muted ? "Show cues" : "Mute cues");
  };
}
