// What the parts of Operations share: reading again and again, steps, and tables.
import { html, nothing } from "lit-html";
import { repeat } from "lit-html/repeat.js";
import { hasRole } from "../api.js";
import { t } from "../texts.js";
import { alert, ask, loading, say, update } from "../ui.js";

const PAUSE = 2000; // ms between readings

/**
 * Keeps the newest result of a reader, null before the first one, and the problems of the reader and of steps.
 *
 * @param pause the ms from one reading to the next, 0 for reading once
 */
export function board(reader, pause = PAUSE) {
  let timer = null;
  let asked = 0;
  let closed = false;
  const it = { read: null, problem: null, failed: null, busy: new Set(), load, take, close };

  async function load() {
    clearTimeout(timer);
    if (closed) {
      return;
    }
    const mine = ++asked;
    let read = it.read;
    let problem = null;
    try {
      read = await reader();
    } catch (failure) {
      problem = failure;
    }
    if (mine === asked && !closed) {
      Object.assign(it, { read, problem });
      update();
      timer = pause > 0 ? setTimeout(load, pause) : null;
    }
  }

  /** Takes a step that a key names, reads again, and returns whether it was taken. */
  async function take(key, action, done) {
    it.failed = null;
    it.busy.add(key);
    update();
    try {
      await action();
      if (done) {
        say(done);
      }
    } catch (failure) {
      it.failed = failure;
    }
    const taken = !it.failed;
    await load();
    it.busy.delete(key);
    update();
    return taken;
  }

  function close() {
    closed = true;
    clearTimeout(timer);
  }

  load();
  return it;
}

/** Draws what a board has read, under its problems. */
export const drawn = (it, template) =>
  it.read === null
    ? it.problem
      ? alert(it.problem, { again: it.load })
      : loading()
    : html`${alert(it.problem)} ${alert(it.failed)} ${template(it.read)}`;

/** Asks for a step by its name, which the user types. */
export const confirmed = (name, texts) =>
  ask({ title: texts.title(name), text: texts.text, action: texts.action, name, label: t.operations.type(name) });

const NUMBERS = new Set(["position", "lag", "peak", "rate", "segments", "deadLetters"]); // columns

/** A table of these columns; one without a name has buttons. */
export const table = (label, columns, all, key, row) => html`<div class="scroll board" tabindex="0" role="region" aria-label=${label}><table>
    <thead><tr>${columns.map(name =>
      name ? html`<th scope="col" class=${NUMBERS.has(name) ? "number" : nothing}>${t.operations.columns[name]}</th>` : html`<td></td>`,
    )}</tr></thead>
    <tbody>${repeat(all, key, row)}</tbody>
  </table></div>`;

/** A button that is named for the row in which it stands. */
export const step = (text, name, action, busy = false, kind = nothing) =>
  html`<button type="button" class=${kind} aria-label=${t.named(text, name)} ?disabled=${busy} @click=${action}>${text}</button>`;

/** The id of an aggregate, as a link for auditors. */
export const aggregate = id => (hasRole("AUDITOR") ? html`<a href="#/audit/aggregates/${id}">${id}</a>` : id);

/** Says that a page has nothing, with a link to the first one if this is another one. */
export const emptyPage = ({ number }, text, first) =>
  number > 0
    ? html`<p class="empty">${t.operations.pastEnd}</p><p><a href=${first}>${t.operations.first}</a></p>`
    : html`<p class="empty">${text}</p>`;

/** A state in words, with a dot of its colour. */
export const mark = (kind, text) => html`<span class="state ${kind}">${text}</span>`;
