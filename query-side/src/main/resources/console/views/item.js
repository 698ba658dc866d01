// A note or a task: creating and editing it, its steps, and its files.
import { html, nothing } from "lit-html";
import { get, ifMatch, newKey, once, post, put, remove } from "../api.js";
import { onLive } from "../live.js";
import { t } from "../texts.js";
import { address, alert, area, ask, choice, focusOn, go, input, loading, say, submit, update } from "../ui.js";
import { shown, zoneName } from "../zone.js";
import { files } from "./files.js";
import { kinds, marks, read, same, steps } from "./items.js";

const SOON = 150; // ms from a notification to reading the item again
const TRIES = 5;

export function item({ parameters: [name, id] }) {
  const kind = kinds[name];
  const path = `${kind.path}/${id}`;
  const isNew = id === "new";
  const key = newKey();
  let saved = null; // as the server has it, null while it is new
  let draft = isNew ? kind.empty() : null;
  let start = isNew ? { ...draft } : null; // the draft before any edit
  let theirs = null; // the version that got in between
  let newer = false;
  let problem = null;
  let failed = null;
  let busy = false;
  let closed = false;

  const edited = () => draft !== null && !same(draft, start);
  const view = { title: isNew ? kind.texts.new : t.loading, template, close, edited, back };
  const attached = name === "tasks" && !isNew ? files(path, () => load()) : null;

  const stop = onLive(message => {
    if (message?.type === "Resync") {
      load();
    } else if (message?.resource?.id === id && message.type.endsWith("Deleted")) {
      if (!busy) {
        failed = { status: 404 };
        say(t.deletedElsewhere);
      }
    } else if (message?.resource?.id === id && message.resource.version > (saved?.version ?? -1)) {
      // The answer of a change that is under way has the newest version.
      setTimeout(() => busy || load(message.resource.version, TRIES), SOON);
    }
  });

  /** Reads the item again after the server could not be reached. */
  function back() {
    if (problem?.slug === "offline") {
      problem = null;
    }
    return isNew || load();
  }

  function close() {
    closed = true;
    stop();
    attached?.close();
  }

  /** Takes a version; what is edited stays. */
  function take(version) {
    if (edited()) {
      newer ||= !same(kind.draft(version), start);
      // The next save is refused with 412, unless only steps and files have changed.
      saved = newer ? { ...version, version: saved.version } : version;
    } else {
      saved = version;
      draft = kind.draft(version);
      start = { ...draft };
      newer = false;
    }
    view.title = version.title;
    failed = null;
  }

  /** Reads the item, again until it has a version that a notification named: the read model can be behind. */
  async function load(least = -1, tries = 1) {
    if (closed) {
      return;
    }
    let behind = false;
    try {
      const answer = (await get(path)).json;
      behind = answer.version < least;
      if (answer.version >= (saved?.version ?? -1)) {
        take(answer);
      }
    } catch (failure) {
      behind = failure.status === 404 && least > -1;
      failed = behind && tries > 1 ? failed : failure;
    }
    if (behind && tries > 1) {
      setTimeout(() => load(least, tries - 1), 2 * SOON);
    }
    update();
  }

  /** Sends a change, and takes its answer or shows its problem. */
  async function send(change) {
    busy = true;
    problem = null;
    update();
    try {
      return await change();
    } catch (failure) {
      problem = failure;
      if (failure.slug === "stale-version") {
        await (edited() ? compare(failure) : load(failure.currentVersion, TRIES));
      } else {
        focusOn("[aria-invalid]");
      }
      return null;
    } finally {
      busy = false;
      update();
    }
  }

  /** Reads the version that was saved in between; the read model can be behind it. */
  async function compare(stale) {
    try {
      for (let i = 0; i < TRIES && !theirs; i++) {
        const read = (await get(path)).json;
        if (read.version >= stale.currentVersion) {
          theirs = read;
          problem = null;
          focusOn("#conflict");
        } else {
          await new Promise(resolve => setTimeout(resolve, 2 * SOON));
        }
      }
    } catch (failure) {
      problem = failure;
    }
  }

  const save = submit(async () => {
    const body = kind.body(draft);
    if (isNew) {
      const made = await send(() => post(kind.path, body, once(key)));
      if (made) {
        start = draft;
        say(kind.texts.created);
        go(`${kind.path}/${made.json.id}`);
      }
    } else {
      await store(body, saved.version);
    }
  });

  async function store(body, version) {
    theirs = null;
    const answer = await send(() => put(path, body, ifMatch(version)));
    if (!answer && theirs && same(kind.draft(theirs), start)) {
      // Only its status or its files have changed.
      await store(body, theirs.version);
    } else if (answer) {
      draft = start;
      newer = false;
      take(answer.json);
      say(t.saved);
      update();
    }
  }

  function adoptTheirs() {
    draft = start;
    take(theirs);
    theirs = null;
    say(t.conflict.taken);
    update();
  }

  async function step(name) {
    const answer = await send(() => post(`${path}/${name}`, undefined, ifMatch(saved.version)));
    if (answer) {
      take(answer.json);
      say(t.stepped[name]);
      update();
    }
  }

  async function discard() {
    const done = await send(() => remove(path, ifMatch(saved.version)));
    if (done) {
      start = draft;
      close();
      say(t.deleted);
      go(kind.path);
    }
  }

  async function discardEdits() {
    if (await ask(t.unsaved)) {
      draft = start;
      newer = false;
      problem = null;
      await load();
    }
  }

  const fields = () => html`
    ${input(draft, "title", t.fields.title, problem, { required: true })}
    ${area(draft, kind.text, t.fields[kind.text], problem, { rows: kind === kinds.notes ? 14 : 7 })}
    ${kind === kinds.tasks
      ? html`<div class="columns">
          ${choice(draft, "priority", t.fields.priority, problem, pick("LOW", "NORMAL", "HIGH", "URGENT"))}
          ${input(draft, "dueAt", t.fields.dueAt, problem, { type: "datetime-local", hint: t.tasks.zone(zoneName()) })}
          ${input(draft, "estimate", t.fields.estimate, problem, { type: "number", min: 1, max: 100000, hint: t.tasks.minutes })}
        </div>`
      : nothing}
    ${input(draft, "tags", t.fields.tags, problem, { hint: t.tagsHint })}`;

  const pick = (...values) => Object.fromEntries(values.map(value => [value, t.values[value]]));

  const form = () => html`<form @submit=${save}>
    ${newer && !theirs ? html`<p class="notice" role="status">${t.newer}</p>` : nothing}
    ${alert(problem, { fields: kind.fields })} ${fields()}
    <p class="actions">
      <button class="main" ?disabled=${busy || (!isNew && !edited())}>${isNew ? kind.texts.create : t.save}</button>
      ${isNew
        ? html`<a class="button" href="#${kind.path}">${t.cancel}</a>`
        : edited()
          ? html`<button type="button" @click=${discardEdits}>${t.discardEdits}</button>`
          : nothing}
    </p>
  </form>`;

  const conflict = () => {
    const mine = kind.body(draft);
    const value = (version, field) => read(field, version[field]);
    return html`<section class="conflict" role="alert">
      <h2 id="conflict" tabindex="-1">${t.conflict.title}</h2>
      <p>${t.conflict.text(theirs.version)}</p>
      <div class="scroll" tabindex="0" role="region" aria-label=${t.conflict.title}><table>
        <thead><tr><th scope="col">${t.field}</th><th scope="col">${t.conflict.mine}</th><th scope="col">${t.conflict.theirs}</th></tr></thead>
        <tbody>${kind.fields.map(
          field => html`<tr class=${same(mine[field], theirs[field]) ? nothing : "differs"}>
            <th scope="row">${t.fields[field]}</th>
            <td class="text">${value(mine, field)}</td><td class="text">${value(theirs, field)}</td></tr>`,
        )}</tbody>
      </table></div>
      ${alert(problem, { fields: [] })}
      <p class="actions">
        <button type="button" class="main" ?disabled=${busy} @click=${() => store(kind.body(draft), theirs.version)}>${t.conflict.keep}</button>
        <button type="button" ?disabled=${busy} @click=${adoptTheirs}>${t.conflict.take}</button>
        <button type="button" ?disabled=${busy} @click=${() => {
          theirs = null;
          update();
        }}>${t.conflict.edit}</button>
      </p>
    </section>`;
  };

  const bar = () => html`<p class="bar">
    ${marks(saved)}
    <span class="meta">${t.versionOf(saved.version, shown(saved.updatedAt))}</span>
    <span class="steps">
      ${saved.status ? steps(saved).map(it => html`<button type="button" ?disabled=${busy} @click=${() => step(it)}>${t.steps[it]}</button>`) : nothing}
      <a class="button" href=${address(`${path}/history`)}>${t.history.link}</a>
      <button type="button" ?disabled=${busy} @click=${discard}>${t.delete}</button>
    </span>
  </p>`;

  /** An item that cannot be read can be in the trash, which has its history. */
  const missing = () =>
    failed.status === 404
      ? html`<p>${t.missing} <a href="#${path}/history">${t.missingHistory}</a></p>`
      : alert(failed, { again: () => load() });

  function template() {
    if (!draft) {
      return failed ? missing() : loading();
    }
    return html`${saved ? bar() : nothing} ${failed ? missing() : nothing} ${theirs ? conflict() : form()}
      ${attached && saved ? attached.template(saved.attachments) : nothing}`;
  }

  if (!isNew) {
    load();
  }
  return view;
}
