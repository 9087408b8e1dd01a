// What the codes of events are called on the page. A code that is not listed is
// shown as it is, with its underscores as spaces: new ones must not vanish.

const reasons = new Map([
  ["no_consent", "no consent"],
  ["paused", "paused"],
  ["no_recogniser", "no transcript"],
  ["no_crm", "no customer record"],
  ["language", "language not supported"],
  ["little_speech", "too little speech yet"],
  ["poor_line", "poor line"],
  ["policy", "switched off by policy"],
]);

const momentStates = new Map([
  ["open", "Open"],
  ["given", "Given"],
  ["missed", "Missed"],
  ["not_needed", "Not needed"],
  ["unknown", "Unknown"],
]);

const answers = new Map([
  ["apology", "an apology"],
  ["acknowledgement", "acknowledged"],
  ["emotional_reaction", "feeling shared"],
  ["interpretation", "understanding shown"],
  ["exploration", "asked further"],
  ["open_question", "asked further"],
  ["transfer", "brought someone in"],
  ["paraphrase", "said back"],
  ["customer_words", "said back"],
  ["commitment", "a next step"],
  ["ownership", "taken on"],
  ["resolution", "solved"],
]);

const expectationNames = new Map([
  ["greeted_by_name", "Greeted by name"],
  ["history_known", "History known"],
  ["not_asked_to_repeat", "Not asked to repeat"],
  ["need_understood", "Need understood"],
  ["resolved", "Resolved or handed on"],
  ["promises_kept", "Promises kept"],
]);

const expectationStates = new Map([
  ["met", "Met"],
  ["missed", "Missed"],
  ["pending", "Not yet"],
  ["unknown", "Unknown"],
  ["n/a", "Does not apply"],
]);

const acts = new Map([
  ["call_back", "Call back"],
  ["refund", "Refund"],
  ["credit", "Credit"],
  ["replace", "Replace it"],
  ["cancel", "Cancel it"],
  ["visit", "Visit"],
  ["send", "Send it"],
  ["escalate", "Hand it up"],
  ["fix", "Fix it"],
  ["pay", "Pay"],
  ["check", "Check it"],
  ["follow_up", "Follow up"],
  ["act", "Something was promised"],
]);

const promiseStates = new Map([
  ["made", "open"],
  ["moved", "new time agreed"],
  ["due", "due now"],
  ["broken", "missed"],
  ["kept", "kept"],
  ["void", "withdrawn"],
]);

const gapCauses = new Map([
  ["loss", "sound was lost"],
  ["restart", "the service restarted"],
  ["pause", "paused"],
  ["pci", "paused for payment"],
  ["consent", "no consent"],
  ["shed", "too much load"],
  ["trimmed", "older events are gone"],
]);

const statuses = new Map([
  ["idle", ["No conversation", "Open this page with ?interaction= and the conversation’s id."]],
  ["connecting", ["Connecting", "Connecting to the conversation."]],
  ["waiting", ["Waiting", "Connected. The conversation has not begun."]],
  ["live", ["Live", ""]],
  ["degraded", ["Reduced", "The service is busy: scores come later than usual."]],
  ["stale", ["Not current", "Nothing new is coming in. What you see may be out of date, so no advice is shown."]],
  ["redis_down", ["Interrupted", "Scores cannot be delivered right now. They follow as soon as the store is back."]],
  ["paused", ["Paused", "Listening is paused. Nothing is heard or scored until it goes on."]],
  ["no_consent", ["No consent", "The customer has not agreed to be analysed, so there is no curve and no advice."]],
  ["refused", ["No access", "This page’s access has run out. Open it again from your desk."]],
  ["ended", ["Ended", "The conversation is over."]],
  ["failed", ["Ended", "The conversation was cut off by a fault. What was heard until then is shown."]],
  ["erased", ["Erased", "This conversation was erased on request."]],
]);

const named = (table) => (code) => table.get(code) ?? plain(code);
const plain = (code) => code.replaceAll("_", " ");

export const reason = named(reasons);
export const momentState = named(momentStates);
export const expectationName = named(expectationNames);
export const expectationState = named(expectationStates);
export const act = named(acts);
export const promiseState = named(promiseStates);
export const gapCause = named(gapCauses);
export const statusName = (code) => statuses.get(code)?.[0] ?? plain(code);
export const statusText = (code) => statuses.get(code)?.[1] ?? "";
export const expectationOrder = [...expectationNames.keys()];

// answer names what an answer was made of, each once; codes that are not listed
// are inner workings and say nothing to an agent.
export function answer(kinds) {
  return [...new Set(kinds.map((k) => answers.get(k)).filter((w) => w !== undefined))].slice(0, 3).join(", ");
}

// level puts a stress value into a word. A cue for rising stress opens at .6 and
// closes at .5: the words have the same edges.
export function level(value) {
  if (value >= 0.6) return "High";
  return value >= 0.4 ? "Raised" : "Calm";
}

export function sureness(confidence) {
  if (confidence >= 0.6) return "well supported";
  return confidence >= 0.3 ? "fairly sure" : "a first guess";
}

// clock writes an offset in ms as m:ss or h:mm:ss.
export function clock(ms) {
  const s = Math.max(0, Math.floor(ms / 1000));
  const two = (n) => String(n).padStart(2, "0");
  const minutes = Math.floor(s / 60);
  return minutes < 60 ? minutes + ":" + two(s % 60) : Math.floor(minutes / 60) + ":" + two(minutes % 60) + ":" + two(s % 60);
}

// due writes when a promise falls due, and how far away that is.
export function due(at, now) {
  if (at === null) return "no time given";
  const when = new Date(at);
  const time = when.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  const sameDay = when.toDateString() === new Date(now).toDateString();
  const day = sameDay ? "" : when.toLocaleDateString([], { weekday: "short", day: "numeric", month: "short" }) + ", ";
  return "by " + day + time + " · " + distance(at - now);
}

function distance(ms) {
  const minutes = Math.round(Math.abs(ms) / 60000);
  if (minutes < 1) return "now";
  const hours = Math.round(minutes / 60);
  const far = minutes < 90 ? minutes + " min" : hours < 36 ? hours + " h" : Math.round(hours / 24) + " days";
  return ms < 0 ? far + " ago" : "in " + far;
}
