// The log of all events for auditors: live, filtered, and saved as a file.
import { html, nothing, svg } from "lit-html";
import { repeat } from "lit-html/repeat.js";
import { get, Problem, save } from "../api.js";
import { stream } from "../sse.js";
import { t } from "../texts.js";
import { address, alert, go, input, loading, say, submit, update } from "../ui.js";
import { exact, fromInput, zoneName } from "../zone.js";
import { actor, before, newest, parts, time } from "./audit-log.js";

const PAGE = 200; // events that are read at once
const MOST = 1000; // events in memory
const BARS = 60;
const NAMES = ["type", "aggregateType", "aggregateId", "actor", "correlationId", "from", "to"];

export function audit({ query }) {
  const draft = Object.fromEntries(NAMES.map(name => [name, query.get(name) ?? ""]));
  const chosen = { ...draft };
  const filters = { ...draft, from: fromInput(draft.from), to: fromInput(draft.to) };
  const top = Number(query.get("before")) || null; // shows the events before this position
  const wanted = Number(query.get("at")) || null; // the position that the reader looks for
  const isLive = !top && !draft.to;
  let rows = null; // the newest first
  let more = false;
  let held = []; // new events that are not shown yet, the newest first
  let paused = false;
  let connection = "connecting";
  let problem = null;
  let stop = () => {};
  let closed = false;
  const open = new Set(wanted ? [wanted] : []);
  const exporting = exportOf(filters);

  async function load() {
    stop();
    problem = null;
    rows = null;
    update();
    try {
      const last = top ? top - 1 : await newest();
      const found = await before(filters, last + 1, PAGE);
      if (!closed) {
        rows = found.events;
        more = found.more;
        if (isLive) {
          follow(last);
        }
      }
    } catch (failure) {
      problem = failure;
    }
    update();
    queueMicrotask(() => document.querySelector(".events .wanted")?.scrollIntoView({ block: "center" }));
  }

  function follow(last) {
    const { to, ...streamed } = filters;
    stop = stream(address("/audit/events/stream", streamed).slice(1), last, ({ data }) => arrive(JSON.parse(data)), (connected, failure) => {
      connection = connected ? "live" : "interrupted";
      problem = failure ?? null;
      update();
    });
  }

  /** Rows never move while the reader reads: new events wait then. */
  const isRead = () => paused || open.size > 0 || document.querySelector(".events")?.getBoundingClientRect().top < 0;

  function arrive(event) {
    held.unshift(event);
    if (!isRead()) {
      showHeld();
    } else if (held.length > MOST) {
      held.pop();
    }
    update();
  }

  function showHeld() {
    rows = [...held, ...rows];
    held = [];
    more ||= rows.length > MOST;
    rows.length = Math.min(rows.length, MOST);
  }

  function showNew() {
    paused = false;
    showHeld();
    update();
    document.querySelector(".events")?.scrollIntoView();
    document.querySelector(".log-state button")?.focus({ preventScroll: true });
  }

  function pause() {
    paused = !paused;
    if (!paused && !isRead()) {
      showHeld();
    }
    update();
  }

  function toggle(position) {
    if (!open.delete(position)) {
      open.add(position);
    }
    update();
  }

  const filter = submit(() => go(address("/audit", draft)));

  const chips = () => {
    const set = NAMES.filter(name => chosen[name] !== "");
    return set.length === 0
      ? nothing
      : html`<p class="chips">${set.map(
          name => html`<a class="tag" href=${address("/audit", { ...chosen, [name]: "" })} aria-label=${t.audit.without(t.audit[name], chosen[name])}
            >${t.audit[name]}: ${chosen[name].replace("T", " ")} <span aria-hidden="true">✕</span></a>`,
        )} <a href="#/audit">${t.audit.clear}</a></p>`;
  };

  /** A value that leads to the events that have it, too. */
  const only = (name, value) =>
    value
      ? html`<dt>${t.audit[name]}</dt><dd><a href=${address("/audit", { ...chosen, [name]: value })} aria-label=${t.audit.only(t.audit[name], value)}>${value}</a></dd>`
      : nothing;

  const payload = it => html`<div class="payload" id="payload-${it.position}">
    <p class="actions">
      <a class="button" href=${address(`/audit/aggregates/${it.aggregateId}`, { version: String(it.sequence) })}>${t.audit.look}</a>
      <a class="button" href="#/audit/proof/${it.position}">${t.audit.prove}</a>
    </p>
    ${it.unreadable ? html`<p class="alert">${it.unreadable}</p>` : html`<pre tabindex="0">${JSON.stringify(it.payload, null, 2)}</pre>`}
    <dl>${only("type", it.type)} ${only("aggregateType", it.aggregateType)} ${only("aggregateId", it.aggregateId)}
      ${only("actor", it.actor)} ${only("correlationId", it.correlationId)}
      <dt>${t.audit.eventId}</dt><dd>${it.eventId}</dd>
      <dt>${t.audit.revision}</dt><dd>${it.revision ?? t.none}</dd></dl>
  </div>`;

  const entry = it => html`<li class=${it.position === wanted ? "wanted" : nothing}>
    <button type="button" class="line" aria-expanded=${open.has(it.position)} aria-controls="payload-${it.position}" @click=${() => toggle(it.position)}>
      <span class="position">${it.position}</span>
      <span class="time">${time(it.occurredAt)}</span>
      <span class="kind kind-${it.aggregateType}">${it.type}</span>
      <span class="of">${it.aggregateType}, ${t.audit.version(it.sequence)}</span>
      <span class="actor">${actor(it)}</span>
    </button>
    ${open.has(it.position) ? payload(it) : nothing}
  </li>`;

  const state = () =>
    isLive
      ? html`<span class="state-${paused ? "paused" : connection}">${paused ? t.audit.paused : t.audit[connection]}</span>
          <button type="button" @click=${pause}>${paused ? t.audit.resume : t.audit.pause}</button>`
      : html`<span>${t.audit.ended}</span>${top ? html` <a href=${address("/audit", chosen)}>${t.audit.newest}</a>` : nothing}`;

  const log = () =>
    rows.length + held.length === 0
      ? html`<p class="empty">${NAMES.some(name => chosen[name]) || top ? t.audit.empty : t.audit.noEvents}</p>`
      : html`${bars(rows)}
          ${held.length > 0 ? html`<p class="held"><button type="button" class="main" @click=${showNew}>${t.audit.held(held.length)}</button></p>` : nothing}
          <ol class="events" aria-label=${t.audit.log}>${repeat(rows, it => it.position, entry)}</ol>
          <p class="bar"><span class="total">${t.audit.shown(rows.length)}</span>
            ${more && rows.length > 0 ? html`<a href=${address("/audit", { ...chosen, before: rows.at(-1).position })} rel="next">${t.audit.older}</a>` : nothing}</p>`;

  load();
  return {
    kind: "wide",
    title: t.audit.title,
    close: () => {
      closed = true;
      stop();
      exporting.cancel();
    },
    template: () => html`
      ${parts("log")}
      <details class="filtering" ?open=${NAMES.some(name => problem?.errors?.some(it => it.pointer === `?${name}`))}><summary>${t.audit.filters}</summary>
        <form role="search" @submit=${filter}>
          <div class="columns">
            ${["type", "aggregateType", "aggregateId", "actor", "correlationId"].map(name => input(draft, name, t.audit[name], problem))}
            ${["from", "to"].map(name => input(draft, name, t.audit[name], problem, { type: "datetime-local", hint: t.tasks.zone(zoneName()) }))}
          </div>
          <p class="hint">${t.audit.filterHint}</p>
          <p class="actions"><button class="main">${t.audit.filter}</button></p>
        </form>
      </details>
      ${chips()}
      <p class="toolbar log-state">${rows ? state() : nothing} <button type="button" class="switch" ?disabled=${exporting.isRunning()} @click=${exporting.start}>${t.audit.export}</button></p>
      ${exporting.template()}
      ${alert(problem, { fields: NAMES, again: load })}
      ${rows ? log() : problem ? nothing : loading()}`,
  };
}

/** The times of the events shown as bars. */
function bars(rows) {
  const times = rows.filter(it => it.occurredAt).map(it => Date.parse(it.occurredAt));
  const from = Math.min(...times);
  const to = Math.max(...times);
  if (!(to > from)) {
    return nothing;
  }
  const counts = new Array(BARS).fill(0);
  times.forEach(it => counts[Math.min(BARS - 1, Math.floor(((it - from) / (to - from)) * BARS))]++);
  const most = Math.max(...counts);
  const [begin, end] = [from, to].map(it => exact(new Date(it).toISOString()));
  return html`<figure class="bars">
    <svg viewBox="0 0 ${BARS * 4} 24" preserveAspectRatio="none" role="img" aria-label=${t.audit.bars(times.length, begin, end)}>
      ${counts.map((it, i) => svg`<rect x=${i * 4} width="3" y=${24 - (24 * it) / most} height=${(24 * it) / most}></rect>`)}
    </svg>
    <figcaption class="meta"><span>${begin}</span><span>${end}</span></figcaption>
  </figure>`;
}

/** Saves the selected events with their stored bytes as a file, which is not held in memory if the browser can write it at once. */
function exportOf(filters) {
  let running = null; // { events, bytes, position, end, stop }
  let problem = null;

  function count(chunk) {
    let last = -1;
    for (let i = chunk.indexOf(10); i >= 0; i = chunk.indexOf(10, i + 1)) {
      running.events++;
      last = i;
    }
    const line = last >= 0 && /^\n\{"position":(\d+),/.exec(new TextDecoder().decode(chunk.subarray(last, last + 40)));
    running.position = line ? Number(line[1]) : running.position;
    running.bytes += chunk.length;
    update();
  }

  async function start() {
    const stop = new AbortController();
    const name = `annals-audit-${exact(new Date().toISOString()).replace(/\W+/g, "-")}.ndjson`;
    problem = null;
    try {
      const file = await window.showSaveFilePicker?.({ suggestedName: name });
      running = { events: 0, bytes: 0, position: 0, end: 1, stop };
      update();
      running.end = await newest();
      update();
      const response = await get(address("/audit/events", filters).slice(1), {
        raw: true,
        headers: { Accept: "application/x-ndjson" },
        signal: stop.signal,
      });
      const counted = response.body.pipeThrough(
        new TransformStream({
          transform(chunk, out) {
            count(chunk);
            out.enqueue(chunk);
          },
        }),
      );
      if (file) {
        await counted.pipeTo(await file.createWritable());
      } else {
        save(await new Response(counted).blob(), name);
      }
      say(t.audit.exported(running.events, running.bytes));
    } catch (failure) {
      if (stop.signal.aborted) {
        say(t.audit.exportStopped);
      } else if (failure.name !== "AbortError") {
        // A connection that is lost during the answer is no problem document.
        problem = failure instanceof Problem ? failure : new Problem({ type: "offline" });
      }
    }
    running = null;
    update();
  }

  const cancel = () => running?.stop.abort();

  return {
    start,
    cancel,
    isRunning: () => running !== null,
    template: () => html`${alert(problem, { again: start })}
      ${running
        ? html`<div class="card progress"><progress max=${running.end} .value=${running.position} aria-label=${t.audit.exporting}></progress>
            <p class="bar"><span class="meta">${t.audit.exportedSoFar(running.events, running.bytes, running.position, running.end)}</span>
              <button type="button" @click=${cancel}>${t.cancel}</button></p></div>`
        : nothing}`,
  };
}
