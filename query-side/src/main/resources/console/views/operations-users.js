// The users: finding them, their roles, disabling, enabling and erasing them.
import { html, nothing } from "lit-html";
import { repeat } from "lit-html/repeat.js";
import { get, ifMatch, post, put, remove, userId } from "../api.js";
import { t } from "../texts.js";
import { address, alert, focusOn, go, pages, say, select, submit, update } from "../ui.js";
import { shown } from "../zone.js";
import { board, confirmed, drawn, emptyPage, mark, step } from "./operations-board.js";
import { same } from "./items.js";

const SOON = 250; // ms from typing to searching
const PATH = "/operations/users";
const ROLES = ["USER", "AUDITOR", "ADMIN"];

export function users({ query }) {
  const texts = t.operations.users;
  const filters = Object.fromEntries(["query", "role", "enabled", "sort", "page"].map(name => [name, query.get(name) ?? ""]));
  const all = board(async () => (await get(address("/admin/users", filters).slice(1))).json, 0);
  let typing = null;
  let edit = null; // { user, roles, problem, newer, busy }

  const at = changed => address(PATH, { ...filters, page: "", ...changed });
  const choose = name => value => go(at({ [name]: value }));

  function search(event) {
    Object.assign(filters, { query: event.target.value, page: "" });
    clearTimeout(typing);
    typing = setTimeout(() => {
      history.replaceState(null, "", at({}));
      all.load();
    }, SOON);
  }

  async function disable(user) {
    if (await confirmed(user.email, texts.disable)) {
      await all.take(user.id, () => post(`/admin/users/${user.id}/disable`), texts.disabled(user.email));
    }
  }

  const enable = user => all.take(user.id, () => post(`/admin/users/${user.id}/enable`), texts.enabledAgain(user.email));

  async function erase(user) {
    if (await confirmed(user.email, texts.erase)) {
      await all.take(user.id, () => remove(`/admin/users/${user.id}`), texts.erased(user.email));
    }
  }

  const sorted = roles => ROLES.filter(role => roles.includes(role));
  const edited = () => edit !== null && !same(edit.roles, sorted(edit.user.roles));

  function change(user) {
    edit = { user, roles: sorted(user.roles), problem: null, newer: false, busy: false };
    focusOn("#role-USER");
  }

  function end() {
    edit = null;
    update();
  }

  const save = submit(async () => {
    const mine = edit;
    const { user, roles } = mine;
    if (!(await confirmed(user.email, texts.roles))) {
      return;
    }
    Object.assign(mine, { busy: true, problem: null, newer: false });
    update();
    try {
      await put(`/admin/users/${user.id}/roles`, { roles }, ifMatch(user.version));
      end();
      say(texts.changed(user.email));
      await all.load();
    } catch (failure) {
      mine.busy = false;
      await (failure.slug === "stale-version" ? readAgain(mine) : (mine.problem = failure));
      update();
    }
  });

  /** Reads what was saved in between; what is chosen stays. */
  async function readAgain(mine) {
    try {
      mine.user = (await get(`/admin/users/${mine.user.id}`)).json;
      mine.newer = true;
    } catch (failure) {
      mine.problem = failure;
    }
  }

  const role = name => html`<div class="field check"><input id="role-${name}" type="checkbox" .checked=${edit.roles.includes(name)}
      aria-describedby="role-${name}-hint"
      @change=${event => {
        edit.roles = sorted(event.target.checked ? [...edit.roles, name] : edit.roles.filter(it => it !== name));
        update();
      }}><label for="role-${name}">${texts.names[name]}</label> <span class="hint" id="role-${name}-hint">${texts.may[name]}</span></div>`;

  const form = () => html`<form class="card" @submit=${save}>
    ${edit.newer ? html`<p class="notice" role="alert">${texts.newer(sorted(edit.user.roles).map(it => texts.names[it]))}</p>` : nothing}
    ${alert(edit.problem)}
    <fieldset><legend>${texts.rolesOf(edit.user.email)}</legend>${ROLES.map(role)}</fieldset>
    <p class="actions"><button class="main" ?disabled=${edit.busy || !edited()}>${texts.roles.action}</button>
      <button type="button" @click=${end}>${t.cancel}</button></p>
  </form>`;

  const row = it => html`<li class="row user ${it.enabled ? "" : "off"}">
    <div class="what"><span class="name">${it.email}</span> ${it.id === userId() ? html`<span class="tag">${texts.you}</span>` : nothing}
      <p class="meta"><span>${it.displayName}</span> ${it.enabled ? nothing : mark("bad", texts.isDisabled)}
        ${sorted(it.roles).map(name => html`<span class="tag role-${name}">${texts.names[name]}</span> `)}
        <span>${it.emailVerified ? texts.verified : texts.unverified}</span> <span>${texts.since(shown(it.createdAt))}</span></p>
      ${edit?.user.id === it.id ? form() : nothing}</div>
    <p class="steps">${edit?.user.id === it.id ? nothing : step(texts.edit, it.email, () => change(it))}
      ${it.enabled
        ? step(texts.disable.action, it.email, () => disable(it), all.busy.has(it.id))
        : step(texts.enable, it.email, () => enable(it), all.busy.has(it.id))}
      ${step(texts.erase.action, it.email, () => erase(it), all.busy.has(it.id), "danger")}</p>
  </li>`;

  const options = names => ({ "": t.all, ...names });

  const toolbar = () => html`<form class="toolbar" role="search" @submit=${submit(all.load)}>
    <div class="field search"><label for="query">${t.search}</label>
      <input id="query" type="search" autocomplete="off" placeholder=${texts.searchHint} .value=${filters.query} @input=${search}></div>
    <div class="field"><label for="role">${texts.role}</label>${select("role", filters.role, options(texts.names), choose("role"))}</div>
    <div class="field"><label for="state">${texts.state}</label>
      ${select("state", filters.enabled, options({ true: texts.isEnabled, false: texts.isDisabled }), choose("enabled"))}</div>
    <div class="field"><label for="sort">${t.sort}</label>${select("sort", filters.sort, texts.sorts, choose("sort"))}</div>
  </form>`;

  return {
    close: () => {
      all.close();
      clearTimeout(typing);
    },
    back: all.load,
    edited,
    template: () => html`${toolbar()}
      ${drawn(all, ({ content, page }) =>
        content.length === 0
          ? emptyPage(page, t.nothingFound, at({}))
          : html`<p class="total">${texts.count(page.totalElements)}</p>
              <ul class="rows">${repeat(content, it => it.id, row)}</ul>
              ${pages(page, to => at({ page: to || "" }))}`,
      )}`,
  };
}
