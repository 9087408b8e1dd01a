// Three short lists: moments that called for empathy, expectations, promises.

import { element, mark, rows, write } from "./element.js";
import { signBox } from "./icons.js";
import * as words from "./words.js";

// listView heads a panel and keeps its rows; empty is what stands there instead.
function listView(root, id, title, empty, kind) {
  const nothing = element("p", { class: "nothing" }, empty);
  const list = element("ul", { class: "rows " + kind, "aria-labelledby": id });
  root.replaceChildren(element("h2", { id }, title), list, nothing);
  return (items) => {
    rows(list, items, { key: (i) => i.key, make: row, update });
    list.hidden = items.length === 0;
    nothing.hidden = items.length > 0;
  };
}

function row() {
  return element("li", { class: "row" }, element("span", { class: "row-sign" }), element("span", { class: "row-name" }), element("span", { class: "row-state" }), element("span", { class: "row-note" }));
}

function update(node, item) {
  const [sign, name, state, note] = node.children;
  if (node.getAttribute("data-state") !== item.state || sign.firstChild === null) sign.replaceChildren(signBox(item.state));
  mark(node, "data-state", item.state);
  write(name, item.name);
  write(state, item.word);
  write(note, item.note);
  note.hidden = item.note === "";
}

export function momentsView(root) {
  const show = listView(root, "moments-heading", "Moments for empathy", "None so far.", "moments");
  return (moments) =>
    show(
      moments.map((o) => ({
        key: o.id,
        state: o.state,
        name: "At " + words.clock(o.begin),
        word: words.momentState(o.state),
        note: o.state === "unknown" ? words.reason(o.reason) : o.state === "given" ? words.answer(o.kinds) : o.state === "open" ? "waits for an answer" : "",
      })),
    );
}

export function expectationsView(root) {
  const show = listView(root, "expectations-heading", "What customers expect", "", "expectations");
  return (all) =>
    show(
      all.map((e) => ({
        key: e.name,
        state: e.state,
        name: words.expectationName(e.name),
        word: words.expectationState(e.state),
        note: e.state === "unknown" ? words.reason(e.reason) : "",
      })),
    );
}

export function promisesView(root) {
  const show = listView(root, "promises-heading", "Open promises", "No open promises.", "promises");
  return (promises, now) =>
    show(
      promises.map((p) => ({
        key: p.id,
        state: p.state,
        name: words.act(p.what),
        word: words.promiseState(p.state),
        note: [p.by === "CUSTOMER" ? "by the customer" : "", words.due(p.due, now)].filter((w) => w !== "").join(", "),
      })),
    );
}
