// The versions of a note or a task: a slider over them, what changed between two, the state at an instant, and going back.
import { html, nothing } from "lit-html";
import { live as current } from "lit-html/live.js";
import { get, ifMatch, post, userId } from "../api.js";
import { onLive } from "../live.js";
import { t } from "../texts.js";
import { address, alert, ask, changedLines, go, loading, say, submit, update } from "../ui.js";
import { exact, fromInput, zoneName } from "../zone.js";
import { kinds, read, same } from "./items.js";

const SIZE = 50; // entries of the history in a request

export function history({ parameters: [name, id] }) {
  const kind = kinds[name];
  const path = `${kind.path}/${id}`;
  const entries = new Map(); // by version
  const states = new Map(); // by version, or a promise of it
  let newest = -1;
  let version = 0;
  let from = 0; // the version to compare with
  let instant = "";
  let asOf = null; // the state at the instant
  let problem = null;
  let asOfProblem = null;
  let busy = false;
  const view = { title: t.history.title, template, back: load, close: onLive(message => message?.resource?.id === id && load()) };

  /** Reads the newest entries, and shows the newest version. */
  async function load() {
    try {
      const page = (await get(`${path}/history?size=${SIZE}`)).json;
      const followed = version === newest;
      page.content.forEach(entry => entries.set(entry.version, entry));
      newest = page.page.totalElements - 1;
      problem = null;
      if (followed) {
        show(newest, Math.max(0, newest - 1));
      }
    } catch (failure) {
      problem = failure;
    }
    update();
  }

  async function show(to, compared) {
    version = to;
    from = compared;
    update();
    try {
      await Promise.all([entry(to), state(to), state(compared)]);
      view.title = t.history.of(states.get(to).title);
      problem = null;
    } catch (failure) {
      problem = failure;
    }
    update();
  }

  /** Reads the part of the history that has a version. */
  async function entry(wanted) {
    if (!entries.has(wanted)) {
      const page = Math.floor((newest - wanted) / SIZE);
      (await get(`${path}/history?size=${SIZE}&page=${page}`)).json.content.forEach(it => entries.set(it.version, it));
    }
  }

  async function state(wanted) {
    if (!states.has(wanted)) {
      const reading = get(`${path}?version=${wanted}`).then(answer => answer.json);
      states.set(wanted, reading);
      try {
        states.set(wanted, await reading);
      } catch (failure) {
        states.delete(wanted);
        throw failure;
      }
    } else {
      await states.get(wanted);
    }
  }

  const shownState = wanted => (states.get(wanted) instanceof Promise ? undefined : states.get(wanted));

  const look = submit(async () => {
    asOfProblem = null;
    try {
      asOf = (await get(address(path, { asOf: fromInput(instant) }).slice(1))).json;
      states.set(asOf.version, asOf);
      await show(asOf.version, from);
      say(t.history.asOfShown(asOf.version));
    } catch (failure) {
      asOf = null;
      asOfProblem = failure.status === 404 ? Object.assign(failure, { detail: t.history.before, errors: [] }) : failure;
    }
    update();
  });

  const trashed = () => entries.get(newest)?.type.endsWith("Deleted");

  async function send(change, done) {
    busy = true;
    update();
    try {
      await change();
      say(done);
      go(path);
    } catch (failure) {
      problem = failure;
      if (failure.slug === "stale-version") {
        await load();
        problem = failure;
      }
    }
    busy = false;
    update();
  }

  async function revert() {
    const agreed = await ask({ title: t.history.revertTitle(version), text: t.history.revertText, action: t.history.revert });
    if (agreed) {
      await send(() => post(`${path}/revert`, { version }, ifMatch(newest)), t.history.reverted(version));
    }
  }

  const restore = () => send(() => post(`${path}/restore`, undefined, ifMatch(newest)), t.restored);

  const slider = (id, label, value, change) => html`<div class="field slider">
    <label for=${id}>${label(value)}</label>
    <input id=${id} type="range" min="0" max=${newest} step="1" .value=${current(String(value))} aria-valuetext=${label(value)}
      @input=${event => change(Number(event.target.value))}>
  </div>`;

  const about = wanted => {
    const it = entries.get(wanted);
    return it
      ? html`<p class="bar"><strong>${t.types[it.type] ?? it.type}</strong>
          <span class="meta">${exact(it.occurredAt)}, ${t.history.by[it.actor === null ? "program" : it.actor === userId() ? "you" : "other"]}</span></p>`
      : nothing;
  };

  function changes(old, young) {
    const fields = Object.keys(young).filter(
      field => !["id", "version", "updatedAt", "createdAt"].includes(field) && !same(old[field], young[field]),
    );
    if (fields.length === 0) {
      return html`<p class="empty">${t.history.same}</p>`;
    }
    return html`<dl class="changes">${fields.map(
      field => html`<dt>${t.fields[field] ?? field}</dt><dd>${field === kind.text
        ? changedLines(old[field] ?? "", young[field] ?? "")
        : html`<del>${read(field, old[field])}</del> <span aria-hidden="true">→</span> <ins>${read(field, young[field])}</ins>`}</dd>`,
    )}</dl>`;
  }

  const whole = it => html`<dl class="state">${[...kind.fields, ...(it.status ? ["status", "attachments"] : [])].map(
    field => html`<dt>${t.fields[field]}</dt><dd class="text">${read(field, it[field])}</dd>`,
  )}</dl>`;

  function template() {
    if (newest < 0) {
      return problem ? (problem.status === 404 ? html`<p>${t.missing}</p>` : alert(problem, { again: load })) : loading();
    }
    const young = shownState(version);
    const old = shownState(from);
    return html`
      ${trashed()
        ? html`<p class="notice">${t.history.inTrash} <button type="button" ?disabled=${busy} @click=${restore}>${t.restore}</button></p>`
        : html`<p><a href="#${path}">${t.history.back}</a></p>`}
      ${alert(problem, { again: load })}
      <div class="card sliders">
        ${slider("version", t.history.version, version, to => show(to, Math.min(from, Math.max(0, to - 1))))}
        ${newest > 0 ? slider("from", t.history.compared, from, compared => show(version, compared)) : nothing}
        <form class="as-of" @submit=${look}>
          <div class="field"><label for="instant">${t.history.asOf}</label>
            <input id="instant" type="datetime-local" required aria-describedby="instant-hint" .value=${current(instant)}
              @input=${event => (instant = event.target.value)}>
            <p class="hint" id="instant-hint">${t.tasks.zone(zoneName())}</p></div>
          <button>${t.history.look}</button>
        </form>
        ${alert(asOfProblem)}
      </div>
      ${about(version)}
      ${young && old
        ? html`${version === from
              ? nothing
              : html`<section><h2>${t.history.changed(from, version)}</h2>${changes(old, young)}</section>`}
            <section><h2>${t.history.then(version)}</h2>${whole(young)}
              ${version < newest && !trashed()
                ? html`<p class="actions"><button type="button" class="main" ?disabled=${busy} @click=${revert}>${t.history.revertTo(version)}</button></p>`
                : nothing}</section>`
        : problem
          ? nothing
          : loading()}`;
  }

  newest = -1;
  version = -1;
  load();
  return view;
}
