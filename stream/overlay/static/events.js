// Server-sent events over fetch, because EventSource cannot send an Authorization
// header. WHATWG HTML section 9.2.6 gives the format.

const firstWait = 250; // ms until the first new try
const longestWait = 8000;
const silence = 12000; // ms without a byte: heartbeats come every 5 s, so it is dead
const longestLine = 1 << 20; // characters; an event is a few thousand

// parser returns a function that takes text as it comes and calls emit with each
// whole message {id, type, data}.
export function parser(emit) {
  let rest = "";
  let message = { id: null, type: "", data: null };
  const line = (text) => {
    if (text === "") {
      if (message.data !== null) emit({ id: message.id, type: message.type || "message", data: message.data });
      message = { id: null, type: "", data: null };
      return;
    }
    const colon = text.indexOf(":");
    if (colon === 0) return; // a comment
    const field = colon < 0 ? text : text.slice(0, colon);
    let value = colon < 0 ? "" : text.slice(colon + 1);
    if (value.startsWith(" ")) value = value.slice(1);
    if (field === "id") message.id = value;
    else if (field === "event") message.type = value;
    else if (field === "data") message.data = message.data === null ? value : message.data + "\n" + value;
  };
  return (text) => {
    rest += text;
    // A lone CR at the end may be the first half of CRLF.
    const pattern = /\r\n|\n|\r(?!$)/g;
    let from = 0;
    for (let end = pattern.exec(rest); end !== null; end = pattern.exec(rest)) {
      line(rest.slice(from, end.index));
      from = pattern.lastIndex;
    }
    rest = rest.slice(from);
    if (rest.length > longestLine) throw new Error("an event is longer than 1 MiB");
  };
}

// backoff is the wait before try n (0, 1, 2 ...), ms, spread so that a thousand
// pages do not come back in one instant; random gives 0..1.
export function backoff(n, random = Math.random) {
  const whole = Math.min(longestWait, firstWait * 2 ** Math.min(n, 10));
  return whole / 2 + (whole / 2) * random();
}

// Feed follows one interaction until stop. It calls
//   onEvent(event)  with each CloudEvents object,
//   onStatus(data)  with each heartbeat,
//   onLink(phase, detail)  with connecting | open | lost | refused | unavailable,
//   onAnswer(dateHeader)  when the server answered.
export class Feed {
  #last = null; // id of the newest event seen
  #received = false; // this connection brought something
  #stopped = false;
  #abort = null;
  #wake = null;

  constructor({ url, token, onEvent, onStatus, onLink, onAnswer, fetch: get = (...a) => fetch(...a) }) {
    Object.assign(this, { url, token, onEvent, onStatus, onLink, onAnswer, get });
  }

  stop() {
    this.#stopped = true;
    this.#abort?.abort();
    this.#wake?.();
  }

  // retry goes on at once, such as when the browser says it is online again.
  retry() {
    this.#wake?.();
  }

  async run() {
    if (!/^[\x20-\x7e]*$/.test(this.token)) return this.onLink("refused", "the token cannot stand in a header");
    for (let failures = 0; !this.#stopped; failures++) {
      this.onLink("connecting", "");
      const end = await this.#once();
      if (this.#stopped) return;
      if (this.#received) failures = 0;
      this.onLink(end.phase, end.detail);
      await this.#pause(end.phase === "refused" ? longestWait : backoff(failures));
    }
  }

  // once holds one connection and says how it ended.
  async #once() {
    this.#abort = new AbortController();
    this.#received = false;
    let watchdog = 0;
    const alive = () => {
      clearTimeout(watchdog);
      watchdog = setTimeout(() => this.#abort.abort(), silence);
    };
    try {
      alive();
      const answer = await this.get(this.url, { headers: this.#headers(), cache: "no-store", signal: this.#abort.signal });
      this.onAnswer(answer.headers.get("Date"));
      if (!answer.ok || !answer.body) return failure(answer.status);
      this.onLink("open", "");
      const text = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      const parse = parser((m) => this.#message(m));
      for (;;) {
        const { value, done } = await text.read();
        if (done) return { phase: "lost", detail: "" };
        alive();
        parse(value);
      }
    } catch (error) {
      return { phase: "lost", detail: String(error?.message ?? error) };
    } finally {
      clearTimeout(watchdog);
      this.#abort.abort();
    }
  }

  #headers() {
    const h = { Accept: "text/event-stream" };
    if (this.token) h.Authorization = "Bearer " + this.token;
    if (this.#last !== null) h["Last-Event-ID"] = this.#last;
    return h;
  }

  // message passes one on. What is not JSON is left out: one bad event must not
  // take the others with it.
  #message(m) {
    let data;
    try {
      data = JSON.parse(m.data);
    } catch {
      return;
    }
    if (data === null || typeof data !== "object") return;
    this.#received = true;
    if (m.id !== null) this.#last = m.id; // first: an event that cannot be taken is not asked for again
    if (m.type === "status") this.onStatus(data);
    else this.onEvent(data);
  }

  #pause(ms) {
    return new Promise((done) => {
      const timer = setTimeout(done, ms);
      this.#wake = () => {
        clearTimeout(timer);
        done();
      };
    });
  }
}

function failure(status) {
  if (status === 401 || status === 403) return { phase: "refused", detail: String(status) };
  if (status === 503) return { phase: "unavailable", detail: String(status) };
  return { phase: "lost", detail: "HTTP " + status };
}
