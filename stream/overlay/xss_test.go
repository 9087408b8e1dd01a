package overlay_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/attune-cx/attune/internal/browser"
)

// payloads each set window.pwned, ask for /pwned, or break out of where they
// stand, if anything takes them for more than text.
func payloads() []string {
	return []string{
		`<script>pwned=1</script>`,
		`<img src=/pwned onerror=pwned=1>`,
		`<svg onload=pwned=1>`,
		`<svg><script>pwned=1</script></svg>`,
		`<svg><animate onbegin=pwned=1 attributeName=x dur=1s>`,
		`<math><mtext></p><style><img src=/pwned onerror=pwned=1></style></mtext></math>`,
		`<iframe src="javascript:parent.pwned=1"></iframe>`,
		`<iframe srcdoc="<script>parent.pwned=1</script>"></iframe>`,
		`<object data="/pwned"></object>`,
		`<embed src="/pwned">`,
		`<link rel=stylesheet href=/pwned>`,
		`<style>@import "/pwned";*{background:url(/pwned)}</style>`,
		`<base href="/pwned/">`,
		`<meta http-equiv=refresh content="0;url=/pwned">`,
		`<form action=/pwned><button autofocus onfocus=pwned=1>`,
		`<details open ontoggle=pwned=1>`,
		`<input autofocus onfocus=pwned=1>`,
		`<video><source onerror=pwned=1></video>`,
		`<body onload=pwned=1>`,
		`<a href="javascript:pwned=1" autofocus>x</a>`,
		`javascript:pwned=1`,
		`data:text/html,<script>pwned=1</script>`,
		`"><img src=/pwned onerror=pwned=1>`,
		`'><svg onload=pwned=1>`,
		`" onmouseover="pwned=1" style="position:fixed;inset:0" x="`,
		`</title></style></textarea></script><script>pwned=1</script>`,
		`--><script>pwned=1</script><!--`,
		`]]><script>pwned=1</script>`,
		`url(javascript:pwned=1)`,
		`${pwned=1}{{constructor.constructor('pwned=1')()}}`,
		`&lt;script&gt;pwned=1&lt;/script&gt;`,
		"\u2028<img src=/pwned onerror=pwned=1>\u202e\u0000",
		`__proto__`,
	}
}

// hostile is an event with the payload as every string that it holds, keys of
// objects included, save for what makes the page take it at all.
func hostile(t *testing.T, kind string, seq int, at time.Duration, began time.Time, payload string) string {
	t.Helper()
	evidence := []any{map[string]any{"kind": payload, "utterance_id": payload, "begin_offset_ms": at.Milliseconds() - 900, "end_offset_ms": at.Milliseconds()}}
	score := map[string]any{"value": nil, "confidence": .5, "kind": payload, "state": payload, "reason": payload, "basis": []string{payload}, "evidence": evidence}
	data := map[string]any{
		"seq": seq, "epoch": 1, "begin_offset_ms": at.Milliseconds(), "end_offset_ms": at.Milliseconds(),
		"participant_role": "CUSTOMER", "scores": map[string]any{"stress": score, payload: score}, "evidence": evidence,
		"opportunities": []any{map[string]any{"id": payload + fmt.Sprint(seq), "state": payload, "reason": payload, "participant_id": payload,
			"begin_offset_ms": at.Milliseconds() - 500, "end_offset_ms": at.Milliseconds(), "evidence": evidence}},
		"external_ids": map[string]any{payload: payload}, "latency": map[string]any{payload: payload},
		"line": map[string]any{"codec": payload}, "model": map[string]any{"name": payload, "version": payload, "hash": payload},
		"reasons": []string{payload}, "valid_until": began.Add(at + time.Minute).Format(time.RFC3339Nano),
	}
	for _, field := range []string{"interaction_id", "queue", "purpose", "customer_key", "participant_id", "channel", "language", "utterance_id",
		"policy", "failure", "cue_id", "kind", "title", "advice", "why", "closed_reason", "promise_id", "by", "state", "what", "due",
		"promise_source", "name", "reason", "cause", "leg_id", "first_entry_id", "last_entry_id", "hint_id", "decision_point", "target", "supersedes"} {
		data[field] = payload
	}
	event := map[string]any{"specversion": "1.0", "type": kind, "id": payload, "source": payload, "subject": payload, "dataschema": payload,
		"time": began.Add(at).Format(time.RFC3339Nano), "data": data, payload: payload}
	b, err := json.Marshal(event)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// Nothing in any field runs, loads or changes the page's structure, and the
// policy has nothing to report, since nothing was even tried.
func TestNothingInAnEventRuns(t *testing.T) {
	f := newFeed(t, time.Minute)
	page := browser.Open(t, browser.Config{})
	watch := map[string]any{"source": `window.violations = []; addEventListener("securitypolicyviolation", e => violations.push(e.violatedDirective + " " + e.blockedURI + " " + e.sample), true);`}
	if err := page.Call(within(t), "Page.addScriptToEvaluateOnNewDocument", watch, nil); err != nil {
		t.Fatal(err)
	}
	for i, payload := range payloads() {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			f.clear()
			hash := url.Values{"token": {payloads()[i%8]}}.Encode()
			visit(t, page, f.URL+"/overlay/?interaction="+url.QueryEscape(payload)+"#"+hash)
			for _, kind := range []string{"attune.interaction.started", "attune.score.updated", "attune.cue.opened", "attune.promise.updated",
				"attune.expectation.updated", "attune.gap", "attune.route.hint", "attune.handoff", payload} {
				f.order.Lock()
				f.seq++
				f.send(fmt.Sprintf("id: %d\nevent: %s\ndata: %s\n\n", f.seq, strings.ReplaceAll(kind, "\n", " "), hostile(t, kind, int(f.seq), f.now(), f.began, payload)))
				f.order.Unlock()
			}
			told, _ := json.Marshal(payload)
			plain, _ := json.Marshal(strings.ReplaceAll(payload, "_", " "))
			waitFor(t, page, fmt.Sprintf(`document.querySelector("#cue-heading").textContent === %s`, told))
			waitFor(t, page, fmt.Sprintf(`["stress", "moments", "expectations", "promises"].every(id => document.getElementById(id).textContent.includes(%s))`, plain))
			harmless(t, page, f, payload)
		})
	}
	quiet(t, page)
}

// harmless looks for traces of a payload that was more than text.
func harmless(t *testing.T, page *browser.Page, f *feed, payload string) {
	t.Helper()
	time.Sleep(50 * time.Millisecond) // what would load, would have
	if got := get[any](t, page, "window.pwned ?? null"); got != nil {
		t.Errorf("%q ran", payload)
	}
	if v := get[[]string](t, page, "violations"); len(v) > 0 {
		t.Errorf("%q: the policy had to step in: %v", payload, v)
	}
	if i := slices.IndexFunc(f.requested(), func(p string) bool { return strings.HasPrefix(p, "/pwned") || strings.HasPrefix(p, "/overlay/pwned") }); i >= 0 {
		t.Errorf("%q loaded %s", payload, f.requested()[i])
	}
	for tag := range strings.FieldsSeq(get[string](t, page, `[...new Set([...document.querySelectorAll("*")].map(e => e.localName))].join(" ")`)) {
		if !slices.Contains(ownTags, tag) {
			t.Errorf("%q brought a <%s> into the page", payload, tag)
		}
	}
	if got := get[string](t, page, "Object.keys({}.__proto__).join()"); got != "" {
		t.Errorf("the prototype of objects got %s", got)
	}
}

// ownTags are the elements that the page is made of.
var ownTags = strings.Fields("html head meta title link script body div header h1 span main p section h2 button svg path ul li footer noscript strong defs pattern line text g rect circle")

// The policy itself must bite: what the page never does is refused when it is
// done all the same.
func TestThePolicyBites(t *testing.T) {
	f := newFeed(t, time.Minute)
	page := browser.Open(t, browser.Config{})
	visit(t, page, f.page())
	for name, attempt := range map[string]string{
		"markup from a string": `document.body.innerHTML = "<b>x</b>"`,
		"a policy of its own":  `trustedTypes.createPolicy("own", {createHTML: s => s})`,
		"eval":                 `window.eval("1")`,
	} {
		// In a task of the page: what DevTools evaluates is not under its policy.
		expression := fmt.Sprintf(`new Promise(done => setTimeout(() => { try { %s; done("allowed") } catch (e) { done("refused: " + e.message) } }))`, attempt)
		if got := get[string](t, page, expression); !strings.HasPrefix(got, "refused") {
			t.Errorf("%s: %s", name, got)
		}
	}
	inline := `new Promise(done => { addEventListener("securitypolicyviolation", e => done(e.effectiveDirective)); const b = document.createElement("button"); b.setAttribute("style", "color:red"); document.body.append(b) })`
	if got := get[string](t, page, inline); !strings.HasPrefix(got, "style-src") {
		t.Errorf("an inline style was answered by %q", got)
	}
}
