// The feature flags: switching them, for a percentage of users and for named ones.
import { html, nothing, svg } from "lit-html";
import { get, hasRole, ifMatch, put } from "../api.js";
import { t } from "../texts.js";
import { address, alert, focusOn, input, say, submit, update } from "../ui.js";
import { board, confirmed, drawn, mark, step } from "./operations-board.js";
import { same } from "./items.js";

const SOON = 250; // ms from typing to searching
const MATCHES = 5;
const HOUR = 3_600_000; // ms: the clock of the server can be behind

export function flags() {
  const texts = t.operations.flags;
  const since = new Date(Date.now() - HOUR).toISOString();
  const users = new Map(); // by id, null if there is none
  const all = board(async () => {
    const read = (await get("/admin/flags")).json;
    await Promise.all(read.flatMap(it => it.users).map(name));
    return read;
  }, 0);
  let edit = null; // { saved, draft, problem, theirs, by, busy, typed, matches, typing }

  /** Reads a user for whom a flag is on. */
  async function name(id) {
    if (!users.has(id)) {
      try {
        users.set(id, (await get(`/admin/users/${id}`)).json);
      } catch (failure) {
        if (failure.status !== 404) {
          throw failure;
        }
        users.set(id, null);
      }
    }
  }

  const shown = id => users.get(id)?.email ?? texts.unknown(id);
  const values = it => ({ enabled: it.enabled, percentage: String(it.percentage), users: it.users });
  const edited = () => edit !== null && !same(edit.draft, values(edit.saved));

  function change(flag) {
    edit = { saved: flag, draft: values(flag), problem: null, theirs: null, by: null, busy: false, typed: "", matches: null };
    focusOn("#enabled");
  }

  function end() {
    clearTimeout(edit?.typing);
    edit = null;
    update();
  }

  const save = submit(async () => {
    const { saved, draft } = edit;
    if (!(saved.enabled && !draft.enabled) || (await confirmed(saved.key, texts.off))) {
      await store(saved.version);
    }
  });

  async function store(version) {
    const mine = edit;
    Object.assign(mine, { problem: null, theirs: null, busy: true });
    update();
    try {
      await put(`/admin/flags/${mine.saved.key}`, { ...mine.draft, percentage: Number(mine.draft.percentage) }, ifMatch(version));
      end();
      say(t.saved);
    } catch (failure) {
      mine.busy = false;
      await (failure.slug === "stale-version" ? compare(mine) : refuse(mine, failure));
    }
    await all.load();
  }

  function refuse(mine, failure) {
    mine.problem = failure;
    focusOn("[aria-invalid]");
  }

  /** Reads the version that another administrator has saved in between, and who that was. */
  async function compare(mine) {
    try {
      const theirs = (await get(`/admin/flags/${mine.saved.key}`)).json;
      await Promise.all(theirs.users.map(name));
      Object.assign(mine, { by: await author(theirs), theirs });
      focusOn("#conflict");
    } catch (failure) {
      refuse(mine, failure);
    }
  }

  /** Returns who saved a version of a flag: auditors can read it in the log. */
  async function author({ key, version }) {
    if (!hasRole("AUDITOR")) {
      return null;
    }
    const { events } = (await get(address("/audit/events", { type: "FlagSwitched", from: since, limit: 1000 }).slice(1))).json;
    const actor = events.find(it => it.payload?.key === key && it.sequence === version)?.actor;
    if (!actor) {
      return null;
    }
    await name(actor);
    return shown(actor);
  }

  function adopt() {
    change(edit.theirs);
  }

  function search(event) {
    edit.typed = event.target.value;
    clearTimeout(edit.typing);
    edit.typing = setTimeout(find, SOON);
  }

  async function find() {
    const mine = edit;
    const query = mine.typed.trim();
    try {
      const found = query === "" ? null : (await get(address("/admin/users", { query, size: MATCHES }).slice(1))).json.content;
      if (mine === edit && query === mine.typed.trim()) {
        found?.forEach(it => users.set(it.id, it));
        mine.matches = found;
      }
    } catch (failure) {
      mine.problem = failure;
    }
    update();
  }

  function add(user) {
    edit.draft = { ...edit.draft, users: [...edit.draft.users, user.id] };
    Object.assign(edit, { typed: "", matches: null });
    focusOn("#user");
  }

  function take(id) {
    edit.draft = { ...edit.draft, users: edit.draft.users.filter(it => it !== id) };
    focusOn("#user");
  }

  /** The share of users for whom a flag is on. */
  const share = it => {
    const width = it.enabled ? it.percentage : 0;
    return svg`<svg class="share" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true"><rect class="rest" width="100" height="6"></rect><rect
      class="part" width=${width} height="6"></rect></svg>`;
  };

  const state = it => mark(it.enabled ? "good" : it.users.length > 0 ? "warn" : "off", texts.state(it));

  const chosen = id => html`<li><span class="tag">${shown(id)}</span> ${step(texts.remove, shown(id), () => take(id), false, "link")}</li>`;

  const match = it => html`<li>${edit.draft.users.includes(it.id)
    ? html`${it.email} <span class="meta">${texts.named}</span>`
    : html`${it.email} <span class="meta">${it.displayName}</span> ${step(texts.add, it.email, () => add(it), false, "link")}`}</li>`;

  const form = () => html`<form @submit=${save}>
    ${alert(edit.problem, { fields: ["percentage", "users"] })}
    <div class="field check"><input id="enabled" type="checkbox" role="switch" .checked=${edit.draft.enabled}
        @change=${event => {
          edit.draft = { ...edit.draft, enabled: event.target.checked };
          update();
        }}><label for="enabled">${texts.enabled}</label></div>
    ${input(edit.draft, "percentage", texts.percentage, edit.problem, { type: "number", min: 0, max: 100, required: true, hint: texts.percentageHint })}
    <div class="field"><label for="user">${texts.users}</label>
      ${edit.draft.users.length > 0 ? html`<ul class="persons">${edit.draft.users.map(chosen)}</ul>` : nothing}
      <input id="user" type="search" autocomplete="off" aria-describedby="user-hint" .value=${edit.typed} @input=${search}
        @keydown=${event => event.key === "Enter" && event.preventDefault()}>
      <p class="hint" id="user-hint">${texts.usersHint}</p>
      <div role="status">${edit.matches?.length === 0 ? t.nothingFound : nothing}</div>
      ${edit.matches?.length > 0 ? html`<ul class="matches">${edit.matches.map(match)}</ul>` : nothing}</div>
    <p class="actions"><button class="main" ?disabled=${edit.busy || !edited()}>${t.save}</button>
      <button type="button" @click=${end}>${t.cancel}</button></p>
  </form>`;

  const value = (it, field) =>
    ({ enabled: it.enabled ? t.yes : t.no, percentage: t.percent(it.percentage), users: it.users.map(shown).join(", ") || t.none })[field];

  const conflict = () => html`<section class="conflict" role="alert">
    <h3 id="conflict" tabindex="-1">${t.conflict.title}</h3>
    <p>${texts.changedBy(edit.by, edit.theirs.version)}</p>
    <div class="scroll" tabindex="0" role="region" aria-label=${t.conflict.title}><table>
      <thead><tr><th scope="col">${t.field}</th><th scope="col">${t.conflict.mine}</th><th scope="col">${t.conflict.theirs}</th></tr></thead>
      <tbody>${["enabled", "percentage", "users"].map(
        field => html`<tr class=${value(edit.draft, field) === value(edit.theirs, field) ? nothing : "differs"}><th scope="row">${texts[field]}</th>
          <td>${value(edit.draft, field)}</td><td>${value(edit.theirs, field)}</td></tr>`,
      )}</tbody>
    </table></div>
    <p class="actions">
      <button type="button" class="main" ?disabled=${edit.busy} @click=${() => store(edit.theirs.version)}>${t.conflict.keep}</button>
      <button type="button" ?disabled=${edit.busy} @click=${adopt}>${t.conflict.take}</button>
    </p>
  </section>`;

  const row = it => html`<section class="card ${edit?.saved.key === it.key ? "edited" : ""}"><h2>${it.key}</h2>
    <p>${it.description}</p>
    ${share(it)}
    <p class="bar">${state(it)} <span class="meta">${it.version < 0 ? texts.never : t.version(it.version)}</span>
      ${edit?.saved.key === it.key
        ? nothing
        : html`<span class="steps">${step(texts.change, it.key, () => change(it), edit !== null)}</span>`}</p>
    ${edit?.saved.key === it.key ? (edit.theirs ? conflict() : form()) : nothing}
  </section>`;

  return {
    close: () => {
      all.close();
      clearTimeout(edit?.typing);
    },
    back: all.load,
    edited,
    template: () => drawn(all, read => html`<p class="hint">${texts.hint}</p><div class="cards">${read.map(row)}</div>`),
  };
}
