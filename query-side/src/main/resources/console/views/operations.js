// For administrators: processors with their lag, replays, dead letters, and schedules.
import { html, nothing } from "lit-html";
import { repeat } from "lit-html/repeat.js";
import { get, post, remove } from "../api.js";
import { t } from "../texts.js";
import { alert, ask, loading, say, update } from "../ui.js";
import { exact } from "../zone.js";

const PAUSE = 2000; // ms between readings

const NUMBERS = new Set(["position", "lag", "rate", "deadLetters", "attempts"]); // columns

const replays = new Map(); // those that this tab has started, by id

export function operations() {
  const read = { processors: null, letters: null, schedules: null };
  let problem = null;
  let failed = null; // of a step
  let timer = null;
  let closed = false;

  async function load() {
    clearTimeout(timer);
    try {
      const [processors, letters, schedules] = await Promise.all([
        get("/admin/processors"),
        get("/admin/dead-letters?size=100"),
        get("/admin/schedules"),
        ...[...replays.values()].filter(it => it.state === "RUNNING").map(readReplay),
      ]);
      Object.assign(read, { processors: processors.json, letters: letters.json, schedules: schedules.json });
      problem = null;
    } catch (failure) {
      problem = failure;
    }
    if (!closed) {
      update();
      timer = setTimeout(load, PAUSE);
    }
  }

  async function readReplay({ id }) {
    replays.set(id, (await get(`/admin/replays/${id}`)).json);
  }

  async function take(action, done) {
    failed = null;
    try {
      await action();
      say(done);
    } catch (failure) {
      failed = failure;
    }
    await load();
  }

  async function confirmed(name, texts, action) {
    if (await ask({ title: texts.title(name), text: texts.text, action: texts.action, name, label: t.operations.type(name) })) {
      await take(action, texts.done(name));
    }
  }

  const replay = name =>
    confirmed(name, t.operations.replay, async () => {
      const started = await post(`/admin/processors/${name}/replay`);
      await readReplay({ id: started.headers.get("Location").split("/").pop() });
    });

  const processor = it => html`<tr>
    <th scope="row">${it.name}</th><td>${it.side.toLowerCase()}</td><td class="number">${it.position}</td>
    <td class="number ${it.lag > 0 ? "behind" : ""}">${it.lag}</td><td class="number">${it.eventsPerSecond.toFixed(1)}</td>
    <td class="number">${it.deadLetters}</td><td>${it.error ?? ""}</td>
    <td>${it.replayable
      ? html`<button type="button" aria-label=${t.named(t.operations.replay.action, it.name)} @click=${() => replay(it.name)}>${t.operations.replay.action}</button>`
      : nothing}</td>
  </tr>`;

  const progress = it => html`<li class="row">
    <div class="what"><span class="name">${it.processor}</span>
      <progress max=${Math.max(1, it.total)} .value=${it.processed} aria-label=${t.operations.progress(it.processor)}></progress>
      <p class="meta"><span>${t.operations.states[it.state]}</span> <span>${it.processed} / ${it.total}</span>
        ${it.etaSeconds === null ? nothing : html`<span>${t.operations.eta(it.etaSeconds)}</span>`}</p></div>
    <p class="steps">${it.state === "RUNNING"
      ? html`<button type="button" aria-label=${t.named(t.cancel, it.processor)}
          @click=${() => take(() => post(`/admin/replays/${it.id}/cancel`), t.operations.cancelled)}>${t.cancel}</button>`
      : nothing}</p>
  </li>`;

  const letter = it => html`<tr>
    <td>${it.processor}</td><td>${it.type}</td><td class="number">${it.position}</td><td>${it.error}</td>
    <td class="number">${it.attempts}</td><td>${exact(it.failedAt)}</td>
    <td><button type="button" aria-label=${t.named(t.operations.retry, it.type)}
        @click=${() => take(() => post(`/admin/dead-letters/${it.id}/retry`), t.operations.retried)}>${t.operations.retry}</button>
      <button type="button" aria-label=${t.named(t.operations.skip.action, it.type)}
        @click=${() => confirmed(it.type, t.operations.skip, () => remove(`/admin/dead-letters/${it.id}`))}>${t.operations.skip.action}</button></td>
  </tr>`;

  const schedule = it => html`<tr>
    <th scope="row">${it.name}</th><td>${exact(it.nextRun)}</td><td>${it.lastRun ? exact(it.lastRun) : t.none}</td><td>${it.lastOutcome ?? ""}</td>
    <td><button type="button" aria-label=${t.named(t.operations.run, it.name)}
      @click=${() => take(() => post(`/admin/schedules/${it.name}/run`), t.operations.started(it.name))}>${t.operations.run}</button></td>
  </tr>`;

  const table = (title, columns, all, key, row) => html`<section><h2>${title}</h2>
    <div class="scroll" tabindex="0" role="region" aria-label=${title}><table>
      <thead><tr>${columns.map(name => (name ? html`<th scope="col" class=${NUMBERS.has(name) ? "number" : nothing}>${t.operations.columns[name]}</th>` : html`<td></td>`))}</tr></thead>
      <tbody>${repeat(all, key, row)}</tbody>
    </table></div></section>`;

  load();
  return {
    kind: "wide",
    title: t.operations.title,
    close: () => {
      closed = true;
      clearTimeout(timer);
    },
    template: () =>
      !read.processors
        ? problem
          ? alert(problem, { again: load })
          : loading()
        : html`${alert(problem)} ${alert(failed)}
            ${table(t.operations.processors, ["name", "side", "position", "lag", "rate", "deadLetters", "error", ""], read.processors, it => it.name, processor)}
            ${replays.size > 0
              ? html`<section><h2>${t.operations.replays}</h2><ul class="rows">${repeat([...replays.values()], it => it.id, progress)}</ul></section>`
              : nothing}
            ${read.letters.content.length > 0
              ? table(t.operations.deadLetters, ["processor", "event", "position", "error", "attempts", "failedAt", ""], read.letters.content, it => it.id, letter)
              : html`<section><h2>${t.operations.deadLetters}</h2><p class="empty">${t.operations.noDeadLetters}</p></section>`}
            ${table(t.operations.schedules, ["name", "nextRun", "lastRun", "lastOutcome", ""], read.schedules, it => it.name, schedule)}`,
  };
}
