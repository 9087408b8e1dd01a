import { announcer } from "/overlay/announcer.js";
import { backoff, Feed, parser } from "/overlay/events.js";
import { random, run, same } from "./check.js";

function parsed(pieces) {
  const out = [];
  const take = parser((m) => out.push(m));
  pieces.forEach(take);
  return out;
}

const text = ": hi\nretry: 1000\n\nid: 1\nevent: a\ndata: {\"x\":\ndata: 1}\n\nevent: status\r\ndata:{}\r\n\r\ndata\n\nid: 7\n\nunknown: x\ndata: é😀\n\n";
const want = [
  { id: "1", type: "a", data: '{"x":\n1}' },
  { id: null, type: "status", data: "{}" },
  { id: null, type: "message", data: "" },
  { id: null, type: "message", data: "é😀" },
];

// answering is a fetch that gives each answer in turn, then never answers.
function answering(answers, asked) {
  return (url, options) => {
    asked.push(options.headers);
    const answer = answers.shift();
    if (answer === undefined) return new Promise((_, no) => options.signal.addEventListener("abort", () => no(new Error("stopped"))));
    if (answer instanceof Error) return Promise.reject(answer);
    return Promise.resolve(answer);
  };
}

const stream = (body) => new Response(body, { status: 200, headers: { Date: "Tue, 19 May 2026 09:00:00 GMT" } });

// follow runs a feed over answers until it asks once more than there are.
async function follow(answers, handlers = {}) {
  const asked = [];
  const seen = { events: [], links: [], statuses: [], dates: [] };
  const count = answers.length + 1;
  const feed = new Feed({
    url: "/x",
    token: "t",
    onEvent: (e) => {
      seen.events.push(e);
      handlers.onEvent?.(e, feed);
    },
    onStatus: (s) => seen.statuses.push(s),
    onLink: (phase) => seen.links.push(phase),
    onAnswer: (d) => seen.dates.push(d),
    fetch: answering(answers, asked),
  });
  const over = feed.run();
  while (asked.length < count && !handlers.stops) {
    feed.retry();
    await new Promise((done) => setTimeout(done, 5));
  }
  if (!handlers.stops) feed.stop();
  await over;
  return { asked, ...seen };
}

const tests = {
  "messages come out however the bytes are cut": () => {
    same(parsed([text]), want);
    same(parsed([...text]), want, "one character at a time");
    for (let seed = 1; seed <= 100; seed++) {
      const next = random(seed);
      const pieces = [];
      for (let i = 0; i < text.length; ) {
        const n = 1 + Math.floor(next() * 9);
        pieces.push(text.slice(i, i + n));
        i += n;
      }
      same(parsed(pieces), want, "seed " + seed);
    }
  },

  "an endless line is refused": () => {
    let threw = false;
    try {
      parsed(Array(200).fill("x".repeat(10000)));
    } catch {
      threw = true;
    }
    same(threw, true);
  },

  "the wait grows to a bound": () => {
    const waits = [0, 1, 2, 3, 4, 5, 6, 50].map((n) => backoff(n, () => 1));
    same(waits, [250, 500, 1000, 2000, 4000, 8000, 8000, 8000]);
    same(backoff(3, () => 0), 1000);
  },

  "it goes on after the last event, with the token": async () => {
    const r = await follow([stream("id: 3\nevent: a\ndata: {\"n\":3}\n\nid: 4\ndata: not json\n\nid: 5\ndata: {\"n\":5}\n\n"), new Error("network"), stream("event: status\ndata: {\"redis_down\":true}\n\n")]);
    same(r.events, [{ n: 3 }, { n: 5 }]);
    same(r.statuses, [{ redis_down: true }]);
    same(r.asked.map((h) => h["Last-Event-ID"]), [undefined, "5", "5", "5"]);
    same(r.asked.every((h) => h.Authorization === "Bearer t"), true);
    same(r.links, ["connecting", "open", "lost", "connecting", "lost", "connecting", "open", "lost", "connecting"]);
    same(r.dates, ["Tue, 19 May 2026 09:00:00 GMT", "Tue, 19 May 2026 09:00:00 GMT"]);
  },

  "answers that are no stream": async () => {
    const r = await follow([401, 403, 503, 500, 404].map((status) => new Response("", { status })));
    same(r.links.filter((l) => l !== "connecting"), ["refused", "refused", "unavailable", "lost", "lost"]);
  },

  "a token that is none is not sent again and again": async () => {
    const links = [];
    const feed = new Feed({ url: "/x", token: "a\u2028b", onLink: (phase) => links.push(phase), fetch: () => links.push("asked") });
    await feed.run();
    same(links, ["refused"]);
  },

  "stop ends it, also from within": async () => {
    const r = await follow([stream("id: 1\ndata: {}\n\n")], { stops: true, onEvent: (e, feed) => feed.stop() });
    same([r.asked.length, r.events.length], [1, 1]);
  },

  "an event that throws is not asked for again": async () => {
    const r = await follow([stream("id: 1\ndata: {}\n\nid: 2\ndata: {}\n\n"), stream("")], {
      onEvent: (e, feed) => {
        if (!feed.thrown) throw ((feed.thrown = true), new Error("bad"));
      },
    });
    same(r.asked[1]["Last-Event-ID"], "1");
  },

  "announcements are rare, and the newest wins": async () => {
    let now = 0;
    const region = { textContent: "" };
    const say = announcer(region, () => now);
    say("one");
    same(region.textContent, "one");
    now = 3990;
    say("two");
    say("three");
    same(region.textContent, "one");
    await new Promise((done) => setTimeout(done, 40));
    same(region.textContent, "three");
    now = 9000;
    say("three");
    say("");
    same(region.textContent, "three");
  },
};

export default () => run(tests);
