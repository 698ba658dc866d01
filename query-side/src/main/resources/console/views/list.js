// The list of notes or tasks: search, filters, sorting, pages, the trash, and creating many at once.
import { html, nothing } from "lit-html";
import { live as current } from "lit-html/live.js";
import { repeat } from "lit-html/repeat.js";
import { get, ifMatch, newKey, once, post } from "../api.js";
import { onLive } from "../live.js";
import { t } from "../texts.js";
import { address, alert, focusOn, go, loading, pages, say, select, submit, update } from "../ui.js";
import { fromInput, shown, toInput } from "../zone.js";
import { kinds, marks, steps } from "./items.js";

const SOON = 150; // ms from a notification to reading the list again
const LATER = 1500; // ms to the second time, since the list may follow after the notification
const MOST = 100; // tasks in a batch

export function list({ parameters, query }) {
  const kind = kinds[parameters[0]];
  const texts = kind.texts;
  const filters = Object.fromEntries(
    kind.filters.map(name => [name, name === "tag" ? query.getAll("tag") : (query.get(name) ?? "")]),
  );
  const trash = filters.deleted === "true";
  let page = null;
  let problem = null;
  let busy = null;
  let typing = null;
  let asked = 0;
  let timers = [];
  const bulk = { open: false, text: "", problem: null, key: newKey(), busy: false };
  const quick = { title: "", problem: null, key: newKey() };

  const at = changed => address(kind.path, { ...filters, page: "", ...changed });

  async function load() {
    const mine = ++asked;
    try {
      const read = (await get(address(kind.path, filters).slice(1))).json;
      if (mine === asked) {
        page = read;
        problem = null;
      }
    } catch (failure) {
      if (mine === asked) {
        problem = failure;
      }
    }
    update();
  }

  const stop = onLive(message => {
    if (message && (message.type === "Resync" || message.resource?.kind?.toUpperCase() === kind.name)) {
      timers.forEach(clearTimeout);
      timers = [setTimeout(load, SOON), setTimeout(load, LATER)];
    }
  });

  /** Changes an item in its row. */
  async function change(id, action, done) {
    busy = id;
    update();
    try {
      await action();
      say(done);
      problem = null;
    } catch (failure) {
      problem = failure;
    }
    busy = null;
    const kept = problem;
    await load();
    problem ??= kept;
    update();
  }

  function search(event) {
    filters.q = event.target.value;
    filters.page = "";
    clearTimeout(typing);
    typing = setTimeout(() => {
      window.history.replaceState(null, "", at({}));
      load();
    }, 250);
  }

  const add = submit(async () => {
    try {
      await post(kind.path, { title: quick.title }, once(quick.key));
      Object.assign(quick, { title: "", problem: null, key: newKey() });
      say(texts.created);
      await load();
    } catch (failure) {
      quick.problem = failure;
      update();
    }
  });

  const lines = () => bulk.text.split("\n").map(line => line.trim()).filter(line => line !== "");

  const addAll = submit(async () => {
    bulk.busy = true;
    update();
    try {
      const all = lines();
      await post("/tasks/bulk", { tasks: all.map(title => ({ title })) }, once(bulk.key));
      Object.assign(bulk, { open: false, text: "", problem: null, key: newKey() });
      say(t.tasks.createdMany(all.length));
      await load();
    } catch (failure) {
      bulk.problem = failure;
    }
    bulk.busy = false;
    update();
  });

  /** A problem of a batch, with its pointers as lines. */
  function bulkProblem() {
    const errors = bulk.problem?.errors?.map(error => {
      const index = /^\/tasks\/(\d+)/.exec(error.pointer)?.[1];
      return { pointer: index === undefined ? "" : t.tasks.line(Number(index) + 1, lines()[index].slice(0, 40)), detail: error.detail };
    });
    return alert(bulk.problem && Object.assign(Object.create(bulk.problem), { errors }));
  }

  const toolbar = () => html`<form class="toolbar" role="search" @submit=${submit(() => load())}>
    <div class="field search"><label for="q">${t.search}</label>
      <input id="q" type="search" autocomplete="off" .value=${filters.q} @input=${search}></div>
    ${kind === kinds.tasks && !trash
      ? html`<div class="field"><label for="status">${t.fields.status}</label>
            ${select("status", filters.status, { "": t.all, ...pick("OPEN", "IN_PROGRESS", "DONE") }, status => go(at({ status })))}</div>
          <div class="field"><label for="priority">${t.fields.priority}</label>
            ${select("priority", filters.priority, { "": t.all, ...pick("LOW", "NORMAL", "HIGH", "URGENT") }, priority => go(at({ priority })))}</div>
          <div class="field check"><input id="overdue" type="checkbox" .checked=${filters.overdue === "true"}
              @change=${event => go(at({ overdue: event.target.checked ? "true" : "" }))}><label for="overdue">${t.tasks.onlyOverdue}</label></div>`
      : nothing}
    ${kind === kinds.tasks && !trash ? ["dueAfter", "dueBefore"].map(bound) : nothing}
    <div class="field"><label for="sort">${t.sort}</label>
      ${select("sort", filters.sort || kind.sort, Object.fromEntries(kind.sorts.map(sort => [sort, t.sorts[sort]])), sort => go(at({ sort })))}</div>
    <p class="switch">${trash
      ? html`<a href=${at({ deleted: "" })}>${texts.back}</a>`
      : html`<a href=${address(kind.path, { deleted: "true" })}>${t.trash}</a>`}</p>
  </form>`;

  const bound = name => html`<div class="field"><label for=${name}>${t.tasks[name]}</label>
    <input id=${name} type="datetime-local" .value=${toInput(filters[name])}
      @change=${event => go(at({ [name]: fromInput(event.target.value) ?? "" }))}></div>`;

  const pick = (...values) => Object.fromEntries(values.map(value => [value, t.values[value]]));

  const chosenTags = () =>
    filters.tag.length === 0
      ? nothing
      : html`<p class="chosen">${t.tagged}
          ${filters.tag.map(
            tag => html`<a class="tag" href=${at({ tag: filters.tag.filter(it => it !== tag) })} aria-label=${t.withoutTag(tag)}>${tag} ×</a>`,
          )}</p>`;

  const creation = () =>
    kind === kinds.notes
      ? html`<p class="create"><a class="button main" href="#/notes/new">${t.notes.new}</a></p>`
      : html`<form class="create" @submit=${add}>
            <div class="field"><label for="quick">${t.tasks.quick}</label>
              <input id="quick" autocomplete="off" required .value=${current(quick.title)}
                @input=${event => (quick.title = event.target.value)}></div>
            <button class="main">${t.tasks.add}</button>
            <a class="button" href="#/tasks/new">${t.tasks.new}</a>
            <button type="button" aria-expanded=${bulk.open} @click=${toggle}>${t.tasks.paste}</button>
          </form>
          ${alert(quick.problem)} ${bulk.open ? pasting() : nothing}`;

  function toggle() {
    bulk.open = !bulk.open;
    focusOn("#lines");
  }

  const pasting = () => html`<form class="card" @submit=${addAll}>
    ${bulkProblem()}
    <div class="field"><label for="lines">${t.tasks.lines}</label>
      <textarea id="lines" rows="6" aria-describedby="lines-hint" .value=${current(bulk.text)}
        @input=${event => {
          bulk.text = event.target.value;
          bulk.key = newKey();
          update();
        }}></textarea>
      <p class="hint" id="lines-hint">${t.tasks.linesHint(lines().length, MOST)}</p></div>
    <p class="actions"><button class="main" ?disabled=${bulk.busy || lines().length === 0 || lines().length > MOST}>
      ${t.tasks.addMany(lines().length)}</button></p>
  </form>`;

  const row = entry => html`<li class="row ${entry.status === "DONE" ? "done" : ""}">
    <div class="what">
      <a class="name" href=${trash ? `#${kind.path}/${entry.id}/history` : `#${kind.path}/${entry.id}`}>${entry.title}</a>
      ${entry[kind.text] ? html`<p class="snippet">${entry[kind.text].slice(0, 200)}</p>` : nothing}
      <p class="meta">
        ${marks(entry)}
        ${entry.tags.map(tag => html`<a class="tag" href=${at({ tag: [...new Set([...filters.tag, tag])] })} aria-label=${t.withTag(tag)}>${tag}</a> `)}
        ${entry.estimate ? html`<span>${t.minutes(entry.estimate)}</span>` : nothing}
        ${entry.attachments?.length > 0 ? html`<span>${t.tasks.files(entry.attachments.length)}</span>` : nothing}
        <span class="when">${trash ? t.deletedAt(shown(entry.deletedAt)) : t.changedAt(shown(entry.updatedAt))}</span>
      </p>
    </div>
    <p class="steps">${trash
      ? html`<button type="button" ?disabled=${busy === entry.id} aria-label=${t.named(t.restore, entry.title)}
          @click=${() => change(entry.id, () => post(`${kind.path}/${entry.id}/restore`, undefined, ifMatch(entry.version)), t.restored)}
          >${t.restore}</button>`
      : steps(entry).map(
          step => html`<button type="button" ?disabled=${busy === entry.id} aria-label=${t.named(t.steps[step], entry.title)}
            @click=${() => change(entry.id, () => post(`/tasks/${entry.id}/${step}`, undefined, ifMatch(entry.version)), t.stepped[step])}
            >${t.steps[step]}</button>`,
        )}</p>
  </li>`;

  const filtered = () =>
    filters.q !== "" || filters.tag.length > 0 || ["status", "priority", "overdue", "dueAfter", "dueBefore"].some(name => (filters[name] ?? "") !== "");

  function rows() {
    if (!page) {
      return problem ? nothing : loading();
    }
    if (page.content.length === 0) {
      return html`<p class="empty">${filtered() ? t.nothingFound : trash ? t.emptyTrash : texts.empty}</p>`;
    }
    return html`<p class="total">${texts.count(page.page.totalElements)}</p>
      <ul class="rows">${repeat(page.content, entry => entry.id, row)}</ul>
      ${pages(page.page, number => at({ page: number || "" }))}`;
  }

  load();
  return {
    title: trash ? texts.trash : texts.title,
    back: load,
    close: () => {
      stop();
      timers.forEach(clearTimeout);
      clearTimeout(typing);
    },
    template: () => html`${trash ? nothing : creation()} ${toolbar()} ${chosenTags()} ${alert(problem, { again: load })} ${rows()}`,
  };
}
