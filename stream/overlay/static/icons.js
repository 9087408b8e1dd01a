// Drawings on a grid of 24, in the colour of the text around them.

import { shape } from "./element.js";

const paths = new Map([
  ["acknowledge", ["M4 6.5A2.5 2.5 0 0 1 6.5 4h11A2.5 2.5 0 0 1 20 6.5v7a2.5 2.5 0 0 1-2.5 2.5H11l-4.5 4v-4A2.5 2.5 0 0 1 4 13.5z", "M12 13.2l-2.6-2.5a1.7 1.7 0 0 1 2.6-2.2 1.7 1.7 0 0 1 2.6 2.2z"]],
  ["offer_colleague", ["M9 11a3.2 3.2 0 1 0 0-6.4A3.2 3.2 0 0 0 9 11z", "M3.5 19c.4-3.3 2.6-5 5.5-5s5.1 1.7 5.5 5", "M15.5 5a3 3 0 0 1 0 5.8", "M17 14.3c2 .6 3.2 2.2 3.5 4.7"]],
  ["already_told", ["M4.5 12a7.5 7.5 0 0 1 13-5.1L20 9.3", "M20 4.8v4.5h-4.5", "M19.5 12a7.5 7.5 0 0 1-13 5.1L4 14.7", "M4 19.2v-4.5h4.5"]],
  ["let_finish", ["M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17z", "M9.8 9v6", "M14.2 9v6"]],
  ["offer_action", ["M4 18.5h4.5v-4H13v-4h4.5v-4", "M14.7 9.2l2.8-2.9 2.8 2.9"]],
  ["stress_rising", ["M3.5 17.5l5-5 3.5 3 8-8.5", "M15 7h5v5"]],
  ["promise_due", ["M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17z", "M12 7.5V12l3 2"]],
  ["break_silence", ["M4 6.5A2.5 2.5 0 0 1 6.5 4h11A2.5 2.5 0 0 1 20 6.5v7a2.5 2.5 0 0 1-2.5 2.5H11l-4.5 4v-4A2.5 2.5 0 0 1 4 13.5z", "M8.5 10h.01M12 10h.01M15.5 10h.01"]],
  ["", ["M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17z", "M12 8v4.5", "M12 15.8h.01"]],
  ["calm", ["M3 13c2.5 0 2.5-3.5 5-3.5s2.5 5 5 5 2.5-3.5 4-3.5 1.8 1.5 4 1.5"]],
  ["muted", ["M6.5 16.5V11a5.5 5.5 0 0 1 8.7-4.5", "M17.5 11v5.5H8.5", "M10.5 19.5a1.8 1.8 0 0 0 3 0", "M4 4l16 16"]],
]);

export function icon(name) {
  const lines = paths.get(name) ?? paths.get("");
  const attributes = { viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true", focusable: "false" };
  return shape("svg", attributes, ...lines.map((d) => shape("path", { d })));
}

// Signs tell states apart by their form, not by colour alone; 12 units across,
// centred at 0,0.
const signs = new Map([
  ["given", ["M-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0z", true]],
  ["met", ["M-4.5.3l3 3.2L4.5-3.5", false]],
  ["kept", ["M-4.5.3l3 3.2L4.5-3.5", false]],
  ["open", ["M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z", false]],
  ["pending", ["M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z", false]],
  ["made", ["M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0zM0-2.2V0l1.6 1.2", false]],
  ["moved", ["M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0zM0-2.2V0l1.6 1.2", false]],
  ["due", ["M0-5L5 4H-5zM0-1.5v2.2", false]],
  ["broken", ["M-3.8-3.8L3.8 3.8M3.8-3.8L-3.8 3.8", false]],
  ["missed", ["M-3.8-3.8L3.8 3.8M3.8-3.8L-3.8 3.8", false]],
  ["not_needed", ["M-4 0H4", false]],
  ["n/a", ["M-4 0H4", false]],
  ["void", ["M-4 0H4", false]],
  ["unknown", ["M-2.2-2.3c.3-3 4.6-2.7 4.5.1c-.1 1.8-2.2 1.9-2.2 3.7M.1 4.3h.01", false]],
]);

export function sign(state) {
  const [d, solid] = signs.get(state) ?? signs.get("unknown");
  return shape("path", { d, class: solid ? "sign sign-solid" : "sign" });
}

export function signBox(state) {
  return shape("svg", { viewBox: "-6 -6 12 12", class: "sign-box", "aria-hidden": "true", focusable: "false" }, sign(state));
}
