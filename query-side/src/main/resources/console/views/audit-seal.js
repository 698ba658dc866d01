// The seal for auditors: verifying the history in parts, and the signed tree heads.
import { html, nothing, svg } from "lit-html";
import { get, save } from "../api.js";
import { bytes, canCheck, hex, isSigned } from "../seal.js";
import { t } from "../texts.js";
import { address, alert, input, loading, say, submit, update } from "../ui.js";
import { exact } from "../zone.js";
import { around, brief, heads, newest, parts } from "./audit-log.js";

const HEADS = 20; // that are shown at first
const PART = 10_000; // positions
const MOST_PARTS = 20; // each request reads the hashes of the whole history

export function seal() {
  let all = null; // the tree heads
  let wanted = HEADS;
  const signed = new Map(); // by size
  let problem = null;
  const verification = verify();

  async function load() {
    try {
      all = await heads(found => found.length > wanted);
      problem = null;
      update();
      if (canCheck()) {
        const { keys } = (await get("/.well-known/jwks.json", { anonymous: true })).json;
        for (const head of all.slice(0, wanted)) {
          signed.set(head.size, await isSigned(head, keys));
        }
      }
    } catch (failure) {
      problem = failure;
    }
    update();
  }

  function keep(head) {
    save(new Blob([JSON.stringify(head)], { type: "application/json" }), `annals-head-${head.size}.json`);
    say(t.audit.heads.saved(head.size));
  }

  function older() {
    wanted *= 4;
    load();
  }

  const signature = size => (!signed.has(size) ? ["soft", t.audit.heads.unchecked] : signed.get(size) ? ["good", t.audit.heads.valid] : ["bad", t.audit.heads.invalid]);

  const row = head => {
    const [look, text] = signature(head.size);
    return html`<li class="row"><div class="what"><span class="name">${t.audit.shown(head.size)}</span>
        <p class="meta"><span>${exact(head.signedAt)}</span>
          <span>${t.audit.heads.root} <span class="hash" title=${head.root}>${brief(hex(bytes(head.root)))}</span></span>
          <span>${t.audit.heads.key} <span class="hash" title=${head.kid}>${brief(head.kid)}</span></span></p></div>
      <p class="steps"><span class="signature ${look}">${text}</span>
        <button type="button" aria-label=${t.named(t.audit.heads.save, t.audit.shown(head.size))} @click=${() => keep(head)}>${t.audit.heads.save}</button></p></li>`;
  };

  const list = () => html`<ul class="rows heads">${all.slice(0, wanted).map(row)}</ul>
    ${all.length > wanted ? html`<p class="actions"><button type="button" @click=${older}>${t.audit.heads.more}</button></p>` : nothing}`;

  load();
  return {
    kind: "wide",
    title: t.audit.title,
    close: verification.cancel,
    template: () => html`
      ${parts("seal")}
      ${verification.template()}
      <section><h2>${t.audit.heads.title}</h2>
        <p class="hint">${t.audit.heads.text}</p>
        ${alert(problem, { again: load })}
        ${all ? (all.length > 0 ? list() : html`<p class="empty">${t.audit.heads.empty}</p>`) : problem ? nothing : loading()}
      </section>`,
  };
}

/** The verification of a range, part by part. */
function verify() {
  const draft = { from: "", to: "" };
  let running = null; // { stop, from, to, end }
  let done = []; // the verified parts as { from, to, ok }
  let scope = null; // { from, end }
  let events = 0;
  let result = null; // { firstBad, to, unsealed }
  let problem = null;

  const start = submit(async () => {
    const stop = new AbortController();
    const given = draft.from === "" ? null : Number(draft.from);
    done = [];
    events = 0;
    result = null;
    problem = null;
    running = { stop, from: given ?? 1, to: given ?? 1, end: given ?? 1 };
    scope = null;
    say("");
    try {
      const end = draft.to === "" ? await newest() : Number(draft.to);
      scope = { from: given ?? 1, end };
      const width = Math.max(PART, Math.ceil((end - scope.from + 1) / MOST_PARTS));
      // Without from, the first part has all positions before it, too.
      for (let from = given; !result && !stop.signal.aborted; from = running.to + 1) {
        const begin = from ?? 1;
        Object.assign(running, { from: begin, to: Math.min(begin + width - 1, end), end });
        update();
        const query = { from: from === null ? null : String(from), to: draft.to === "" && running.to === end ? null : String(running.to) };
        const part = (await get(address("/audit/verify", query).slice(1), { signal: stop.signal })).json;
        events += part.events;
        done = [...done, { from: begin, to: running.to, ok: part.intact }];
        if (!part.intact) {
          result = { firstBad: part.firstBad };
        } else if (running.to >= end || part.to < running.to) {
          result = { to: part.to, unsealed: part.to < end };
        }
      }
    } catch (failure) {
      if (!stop.signal.aborted) {
        problem = failure;
      }
    }
    if (stop.signal.aborted) {
      say(t.audit.verify.cancelled);
    }
    running = null;
    update();
  });

  const cancel = () => running?.stop.abort();

  /** The parts of the range as a strip. */
  const strip = () => {
    const whole = Math.max(1, scope.end - scope.from + 1);
    const x = position => (1000 * (position - scope.from)) / whole;
    return html`<svg class="strip" viewBox="0 0 1000 10" preserveAspectRatio="none" role="img" aria-label=${t.audit.verify.strip}>
      <rect class="rest" x="0" width="1000" height="10"></rect>
      ${done.map(it => svg`<rect class=${it.ok ? "good" : "bad"} x=${x(it.from)} width=${Math.max(1, x(it.to + 1) - x(it.from) - (it.to < scope.end ? 2 : 0))} height="10"></rect>`)}
    </svg>`;
  };

  const outcome = () =>
    result.firstBad !== undefined
      ? html`<div class="alert" role="alert"><p><strong>✗ ${t.audit.verify.bad(result.firstBad)}</strong></p>
          <p><a href=${around(result.firstBad)}>${t.audit.verify.around}</a></p></div>`
      : events === 0
        ? html`<p class="notice" role="status">${t.audit.verify.nothing}</p>`
        : html`<p class="outcome good" role="status"><strong>✓ ${t.audit.verify.intact(events, result.to)}</strong>
            ${result.unsealed ? t.audit.verify.unsealed : ""}</p>`;

  const limits = { type: "number", min: 1 };

  return {
    cancel,
    template: () => html`<section class="card"><h2>${t.audit.verify.title}</h2>
      <p class="hint">${t.audit.verify.text}</p>
      <form class="toolbar" @submit=${start}>
        ${input(draft, "from", t.audit.verify.from, problem, limits)}
        ${input(draft, "to", t.audit.verify.to, problem, limits)}
        <p class="actions">${running
          ? html`<button type="button" @click=${cancel}>${t.cancel}</button>`
          : html`<button class="main">${t.audit.verify.button}</button>`}</p>
        <p class="hint">${t.audit.verify.range}</p>
      </form>
      ${alert(problem, { fields: ["from", "to"] })}
      ${running && scope
        ? html`<progress max=${Math.max(1, scope.end - scope.from + 1)} .value=${running.from - scope.from} aria-label=${t.audit.verify.progress}></progress>
            <p class="meta"><span>${t.audit.verify.running(running.from, running.to, running.end)}</span><span>${t.audit.verify.checked(events)}</span></p>`
        : nothing}
      ${done.length > 0 && scope ? strip() : nothing}
      ${result ? outcome() : nothing}
    </section>`,
  };
}
