// A proof that an event is part of the signed history, checked in the browser from the event's stored bytes on.
import { html, nothing, svg } from "lit-html";
import { get } from "../api.js";
import { bytes, canCheck, hex, isSigned, leafHash, parse, path } from "../seal.js";
import { t } from "../texts.js";
import { address, alert, go, loading, select, update } from "../ui.js";
import { exact } from "../zone.js";
import { actor, brief, exported, heads, parts, time } from "./audit-log.js";

const HEADS = 20; // to choose from

export function proof({ parameters: [text], query }) {
  const position = Number(text);
  const size = Number(query.get("size")) || null;
  let event; // undefined if there is none
  let choices = null; // the newest heads
  let checked = null;
  let missing = null;
  let problem = null;
  const view = { kind: "wide", title: t.audit.proof.title(position), template };

  async function load() {
    problem = null;
    missing = null;
    checked = null;
    update();
    try {
      event = await exported(position);
      if (!event) {
        missing = t.audit.proof.missing;
      } else if (!canCheck()) {
        missing = t.audit.proof.noCrypto;
      } else {
        await check();
      }
    } catch (failure) {
      problem = failure;
    }
    update();
  }

  async function check() {
    const found = await heads(all => (size ? all.at(-1)?.size <= size : true) && all.length >= HEADS);
    const head = size ? found.find(it => it.size === size) : found[0];
    choices = found.filter((it, i) => i < HEADS || it === head);
    if (!head) {
      missing = size ? t.audit.proof.noHead(size) : t.audit.proof.unsealed;
      return;
    }
    let given;
    try {
      given = (await get(`/audit/proof/${position}?size=${head.size}`)).json;
    } catch (failure) {
      if (failure.status !== 404) {
        throw failure;
      }
      missing = t.audit.proof.unsealed;
      return;
    }
    const { keys } = (await get("/.well-known/jwks.json", { anonymous: true })).json;
    checked = await results(event, given, head, keys);
  }

  const choose = value => go(address(`/audit/proof/${position}`, { size: value }));

  const facts = () => html`<p class="bar"><strong class="kind kind-${event.aggregateType}">${event.type}</strong>
    <span class="meta">${time(event.occurredAt)}, ${actor(event)}</span>
    <span class="steps"><a href=${address(`/audit/aggregates/${event.aggregateId}`, { version: String(event.sequence) })}>${t.audit.look}</a></span></p>`;

  const chosenHead = head => html`<div class="field"><label for="size">${t.audit.proof.head}</label>
    ${select("size", String(head.size), new Map(choices.map(it => [String(it.size), t.audit.proof.headOf(it.size, exact(it.signedAt))])), choose)}</div>`;

  const step = ([name, ok]) => html`<li class=${ok ? "good" : "bad"}><span aria-hidden="true">${ok ? "✓" : "✗"}</span
    >${" "}${t.audit.proof[name][ok ? 0 : 1]}</li>`;

  function template() {
    return html`${parts()}
      ${alert(problem, { again: load })}
      ${event ? facts() : nothing}
      ${missing ? html`<p class="notice" role="status">${missing} ${event && canCheck() ? html`<button type="button" class="again" @click=${load}>${t.again}</button>` : nothing}</p>` : nothing}
      ${checked
        ? html`<div class="proof">
            <section>
              ${chosenHead(checked.head)}
              ${checked.holds
                ? html`<p class="outcome good" role="status"><strong>✓ ${t.audit.proof.holds}</strong></p>`
                : html`<p class="alert" role="alert"><strong>✗ ${t.audit.proof.fails}</strong></p>`}
              <h2>${t.audit.proof.checks}</h2>
              <ul class="checks">${Object.entries(checked.ok).map(step)}</ul>
              <p class="hint">${t.audit.proof.text}</p>
              <details><summary>${t.audit.proof.steps}</summary>
                <ol class="hash">${checked.steps.map(it => html`<li>${hex(it.hash)} <span class="meta">${t.audit.proof.step(it.isLeft ? t.audit.proof.left : t.audit.proof.right, hex(it.sibling))}</span></li>`)}</ol></details>
            </section>
            ${picture(checked, position)}</div>`
        : missing || problem
          ? nothing
          : loading()}`;
  }

  load();
  return view;
}

/** Computes each hash from the one before, and compares it with what the program says. */
async function results(event, given, head, keys) {
  const stored = bytes(event.stored);
  const { steps, complete } = await path(given);
  const ok = {
    event: isSame(event, stored),
    leaf: hex(await leafHash(stored)) === hex(bytes(given.leafHash)) && given.position === event.position,
    path: complete && steps.every(it => it.sibling.length === 32) && hex(steps.at(-1)?.hash ?? bytes(given.leafHash)) === hex(bytes(given.root)),
    root: hex(bytes(given.root)) === hex(bytes(head.root)) && given.size === head.size,
    signature: await isSigned(head, keys),
  };
  return { ok, holds: Object.values(ok).every(Boolean), steps, head, leaf: hex(bytes(given.leafHash)), root: hex(bytes(head.root)) };
}

/** Returns whether the event shows what the stored bytes say. */
function isSame(event, stored) {
  try {
    const fields = parse(stored);
    return Object.entries(fields).every(([name, value]) => (name === "occurredAt" ? Date.parse(value) === Date.parse(event[name]) : value === event[name]));
  } catch {
    return false;
  }
}

const ROW = 46;
const WIDTH = 320;
const MIDDLE = WIDTH / 2;
const HALF = 50; // of a node
const ASIDE = 108; // from the path to a sibling

/** The way from the event at the bottom to the signed head at the top. */
function picture({ ok, holds, steps, leaf, root }, position) {
  const rows = steps.length + 3;
  const y = row => (rows - row - 0.5) * ROW;
  const node = (x, row, kind, text, isOk) => svg`<g class="node ${kind} ${isOk === undefined ? "" : isOk ? "good" : "bad"}">
    <rect x=${x - HALF} y=${y(row) - 12} width=${2 * HALF} height="24" rx="5"></rect>
    <text x=${x} y=${y(row) + 4.5}>${isOk === undefined ? "" : isOk ? "✓ " : "✗ "}${text}</text></g>`;
  const edge = (x, row) => svg`<path d="M${x} ${y(row) - 12} L${MIDDLE} ${y(row + 1) + 12}"></path>`;
  const aside = it => (it.isLeft ? MIDDLE - ASIDE : MIDDLE + ASIDE);
  const note = (row, text) => svg`<text class="note" x=${MIDDLE + HALF + 7} y=${y(row) + 4.5}>${text}</text>`;
  const last = steps.length + 1; // the row of the root
  return html`<svg class="path" viewBox="0 0 ${WIDTH} ${rows * ROW}" role="img" aria-label=${t.audit.proof.picture(steps.length, holds)}>
    ${edge(MIDDLE, 0)} ${steps.map((it, i) => svg`${edge(MIDDLE, i + 1)} ${edge(aside(it), i + 1)}`)} ${edge(MIDDLE, last)}
    ${node(MIDDLE, 0, "event", `${t.audit.proof.node.event} ${position}`, ok.event)}
    ${node(MIDDLE, 1, "leaf", brief(leaf), ok.leaf)}
    ${steps.length === 0 || !steps[0].isLeft ? nothing : note(1, t.audit.proof.node.leaf)}
    ${steps.map((it, i) => svg`${node(aside(it), i + 1, "sibling", brief(hex(it.sibling)))}
      ${i + 1 < steps.length ? node(MIDDLE, i + 2, "inner", brief(hex(it.hash)), ok.path ? true : undefined) : nothing}`)}
    ${steps.length > 0 ? node(MIDDLE, last, "root", brief(root), ok.path && ok.root) : nothing}
    ${note(last, t.audit.proof.node.root)}
    ${node(MIDDLE, last + 1, "head", t.audit.proof.node.head, ok.signature)}
  </svg>`;
}
