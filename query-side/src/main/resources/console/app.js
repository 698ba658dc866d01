// The shell: who is logged in, the view of the fragment, and the links between views.
import { html, nothing, render } from "lit-html";
import { get, hasRole, hasSession, logOut, onSession, token } from "./api.js";
import { follow, live, onLive } from "./live.js";
import { t } from "./texts.js";
import { alert, ask, drawBy, go, loading, questionDialog, say, status, update } from "./ui.js";
import { useZone } from "./zone.js";
import { account } from "./views/account.js";
import { audit } from "./views/audit.js";
import { aggregate } from "./views/audit-aggregate.js";
import { proof } from "./views/audit-proof.js";
import { seal } from "./views/audit-seal.js";
import { forgot, login, register } from "./views/login.js";
import { history as versions } from "./views/history.js";
import { item } from "./views/item.js";
import { list } from "./views/list.js";
import { notifications } from "./views/notifications.js";
import { operations } from "./views/operations.js";

const root = document.getElementById("app");

/** What the views share: the profile of the user. */
const state = { profile: null, problem: null, wanted: null, farewell: null, online: navigator.onLine, reachable: true };

const OPEN = { "/login": login, "/register": register, "/forgot": forgot };

const ROUTES = [
  [/^\/(notes|tasks)$/, list],
  [/^\/(notes|tasks)\/(new)$/, item],
  [/^\/(notes|tasks)\/([0-9a-f-]{36})$/, item],
  [/^\/(notes|tasks)\/([0-9a-f-]{36})\/history$/, versions],
  [/^\/notifications$/, notifications],
  [/^\/account$/, account],
  [/^\/audit$/, audit, "AUDITOR"],
  [/^\/audit\/aggregates\/([0-9a-f-]{36})$/, aggregate, "AUDITOR"],
  [/^\/audit\/seal$/, seal, "AUDITOR"],
  [/^\/audit\/proof\/([0-9]{1,15})$/, proof, "AUDITOR"],
  [/^\/operations(?:\/(dead-letters|sagas|schedules|flags|users|storage))?$/, operations, "ADMIN"],
];

let view = null;
let shownPath = null;
let shownHash = "";
let routes = 0;

const unknown = () => ({ title: t.unknown.title, template: () => html`<p>${t.unknown.text}</p>` });

/** Shows the view of the fragment. */
async function route() {
  const mine = ++routes;
  const [path, query = ""] = (location.hash.slice(1) || "/notes").split("?");
  if (view?.edited?.()) {
    const wanted = location.hash;
    history.replaceState(null, "", shownHash);
    if (!(await ask(t.unsaved))) {
      return;
    }
    history.replaceState(null, "", wanted);
  }
  view?.close?.();
  view = null;
  if (OPEN[path]) {
    if (hasSession()) {
      go(state.wanted ?? "/notes");
      return;
    }
    open(OPEN[path](context(query)), path);
    return;
  }
  if (!hasSession()) {
    state.wanted = location.hash.slice(1) || null;
    go("/login");
    return;
  }
  if (!state.profile && (!(await enter()) || mine !== routes)) {
    return;
  }
  for (const [pattern, opened, role] of ROUTES) {
    const match = pattern.exec(path);
    if (match && (!role || hasRole(role))) {
      open(opened({ ...context(query), parameters: match.slice(1) }), path);
      return;
    }
  }
  open(unknown(), path);
}

const context = query => ({ query: new URLSearchParams(query), state, entered });

function open(opened, path) {
  view = opened;
  const moved = path !== shownPath;
  shownPath = path;
  shownHash = location.hash;
  update();
  queueMicrotask(() => {
    if (moved && view === opened) {
      scrollTo(0, 0);
      root.querySelector("h1")?.focus({ preventScroll: true });
    }
  });
}

/** Reads the profile of the user, and follows the notifications. */
async function enter() {
  try {
    state.problem = null;
    update();
    await token();
    state.profile = (await get("/users/me")).json;
    useZone(state.profile.timeZone);
    follow();
    return true;
  } catch (problem) {
    if (problem.slug !== "ended") {
      state.problem = problem;
      update();
    }
    return false;
  }
}

/** Goes to the view that the user wanted before the log-in. */
function entered() {
  const wanted = state.wanted ?? "/notes";
  state.wanted = null;
  go(wanted);
}

onSession(what => {
  if (what === "ended") {
    state.profile = null;
    view?.close?.();
    view = null;
    state.wanted = state.farewell ? null : location.hash.slice(1);
    say(state.farewell ?? t.ended);
    state.farewell = null;
    go("/login");
  } else if (what !== "renewed" && state.reachable !== (what === "reachable")) {
    state.reachable = !state.reachable;
    if (state.reachable) {
      const again = root.querySelectorAll("button.again");
      if (again.length > 0) {
        again.forEach(it => it.click());
      } else {
        view?.back?.();
      }
    }
    update();
  }
});

async function leave() {
  if (!view?.edited?.() || (await ask(t.unsaved))) {
    state.farewell = t.loggedOut;
    await logOut();
  }
}

onLive(update);
addEventListener("hashchange", route);
addEventListener("beforeunload", event => view?.edited?.() && event.preventDefault());
for (const event of ["online", "offline"]) {
  addEventListener(event, () => {
    state.online = navigator.onLine;
    update();
  });
}

// Files that miss their target must not replace the page.
addEventListener("dragover", event => event.preventDefault());
addEventListener("drop", event => event.preventDefault());

function skip(event) {
  event.preventDefault();
  document.getElementById("main").focus();
}

function link(path, text, extra = nothing) {
  const current = location.hash.slice(1).split("?")[0] || "/notes";
  return html`<a href="#${path}" aria-current=${current === path ? "page" : current.startsWith(`${path}/`) ? "true" : nothing}
    >${text}${extra}</a>`;
}

const unread = () => (live.unread > 0 ? html` <span class="count">${t.unread(live.unread)}</span>` : nothing);

const header = () => html`<header>
  <a class="skip" href="#main" @click=${skip}>${t.skip}</a>
  <a class="brand" href="#/notes">Annals</a>
  ${state.profile
    ? html`<nav aria-label=${t.views}>
          ${link("/notes", t.notes.title)} ${link("/tasks", t.tasks.title)}
          ${hasRole("AUDITOR") ? link("/audit", t.audit.title) : nothing}
          ${hasRole("ADMIN") ? link("/operations", t.operations.title) : nothing}
        </nav>
        <nav class="own" aria-label=${t.own}>
          ${link("/notifications", t.notifications.title, unread())}
          <a href="#/account" aria-current=${location.hash === "#/account" ? "page" : nothing}>${state.profile.displayName}</a>
          <button type="button" class="quiet" @click=${leave}>${t.logOut}</button>
        </nav>`
    : nothing}
</header>`;

function notices() {
  const texts = [];
  if (!state.online) {
    texts.push(t.offline);
  } else if (!state.reachable) {
    texts.push(t.unreachable);
  } else if (state.profile && !live.connected && live.failed) {
    texts.push(t.notLive);
  }
  if (!window.isSecureContext) {
    texts.push(t.insecure);
  }
  return texts.map(text => html`<p class="notice">${text}</p>`);
}

function body() {
  if (view) {
    return html`<h1 tabindex="-1">${view.title}</h1>${view.template()}`;
  }
  return state.problem
    ? html`<h1 tabindex="-1">Annals</h1>${alert(state.problem, { again: route })}
        <p class="actions"><button type="button" @click=${leave}>${t.logOut}</button></p>`
    : loading();
}

drawBy(() => {
  document.title = view ? `${typeof view.title === "string" ? view.title : "Annals"} · Annals` : "Annals";
  render(html`${header()}<main id="main" tabindex="-1" class=${view?.kind ?? nothing}>${notices()}${body()}</main>${status()}${questionDialog()}`, root);
});

route();
