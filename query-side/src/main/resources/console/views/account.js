// The user's own account: profile, address, sessions, password, export, and erasure.
import { html, nothing } from "lit-html";
import { download, forget, get, ifMatch, post, put, remove } from "../api.js";
import { follow, unfollow } from "../live.js";
import { t } from "../texts.js";
import { alert, ask, choice, input, loading, say, submit, update } from "../ui.js";
import { browserZone, shown, useZone, zones } from "../zone.js";
import { same } from "./items.js";

export function account({ state }) {
  const profile = { draft: null, problem: null, busy: false };
  const sessions = { list: null, problem: null };
  const password = { draft: { currentPassword: "", newPassword: "" }, problem: null, busy: false };
  const erasure = { draft: { password: "" }, problem: null };
  const other = { problem: null, busy: false };

  const own = it => ({
    displayName: it.displayName,
    dailySummary: it.dailySummary,
    timeZone: it.timeZone,
    summaryHour: String(it.summaryHour),
  });

  async function load() {
    try {
      take((await get("/users/me")).json);
      profile.problem = null;
    } catch (failure) {
      profile.problem = failure;
    }
    update();
  }

  function take(read) {
    state.profile = read;
    profile.draft = own(read);
    useZone(read.timeZone);
  }

  async function loadSessions() {
    try {
      sessions.list = (await get("/auth/sessions")).json;
      sessions.problem = null;
    } catch (failure) {
      sessions.problem = failure;
    }
    update();
  }

  /** Does something for a part of the page, which shows its problem. */
  async function attempt(part, action, done) {
    part.busy = true;
    part.problem = null;
    update();
    try {
      await action();
      say(done);
    } catch (failure) {
      part.problem = failure;
    }
    part.busy = false;
    update();
  }

  const save = submit(() => attempt(profile, () => store(true), t.saved));

  /** Stores the profile; again if only other parts of the account have changed, such as the password. */
  async function store(again) {
    const body = { ...profile.draft, summaryHour: Number(profile.draft.summaryHour) };
    try {
      take((await put("/users/me", body, ifMatch(state.profile.version))).json);
    } catch (failure) {
      if (failure.slug !== "stale-version") {
        throw failure;
      }
      const [typed, old] = [profile.draft, own(state.profile)];
      take((await get("/users/me")).json);
      const unchanged = same(old, profile.draft);
      profile.draft = typed;
      if (!again || !unchanged) {
        throw failure;
      }
      await store(false);
    }
  }

  const changePassword = submit(() =>
    attempt(
      password,
      async () => {
        await post("/auth/change-password", password.draft);
        password.draft = { currentPassword: "", newPassword: "" };
        await loadSessions();
      },
      t.account.passwordChanged,
    ),
  );

  const resend = () => attempt(other, () => post("/auth/verify-email/resend"), t.account.mailSent);
  const saveExport = () => attempt(other, () => download("/users/me/export", "annals-export.zip"), t.account.exported);

  async function endSession(session) {
    await attempt(sessions, () => remove(`/auth/sessions/${session.id}`), t.account.sessionEnded);
    await loadSessions();
  }

  /** Ends the session. Closes the connection first: a request would find out why it was lost, and be refused. */
  async function leave(part, action, done) {
    unfollow();
    await attempt(part, action, done);
    if (part.problem) {
      follow();
    } else {
      state.farewell = done;
      forget();
    }
  }

  async function endAll() {
    if (await ask({ title: t.account.endAllTitle, text: t.account.endAllText, action: t.account.endAll })) {
      await leave(sessions, () => post("/auth/logout-all"), t.loggedOut);
    }
  }

  const erase = submit(async () => {
    const agreed = await ask({
      title: t.account.eraseTitle,
      text: t.account.eraseText,
      action: t.account.erase,
      name: state.profile.displayName,
      label: t.account.eraseName(state.profile.displayName),
    });
    if (agreed) {
      await leave(erasure, () => post("/users/me/erase", erasure.draft), t.account.erased);
    }
  });

  const hours = Object.fromEntries(Array.from({ length: 24 }, (_, hour) => [hour, `${String(hour).padStart(2, "0")}:00`]));

  const profileForm = () => html`<form @submit=${save}>
    ${alert(profile.problem, { fields: ["displayName", "timeZone", "summaryHour"] })}
    ${input(profile.draft, "displayName", t.displayName, profile.problem, { required: true, autocomplete: "name" })}
    ${choice(profile.draft, "timeZone", t.account.timeZone, profile.problem, zoneOptions(), {
      hint: browserZone() === profile.draft.timeZone ? undefined : t.account.browserZone(browserZone()),
    })}
    <div class="field check"><input id="dailySummary" type="checkbox" .checked=${profile.draft.dailySummary}
        @change=${event => (profile.draft.dailySummary = event.target.checked)}>
      <label for="dailySummary">${t.account.dailySummary}</label></div>
    ${choice(profile.draft, "summaryHour", t.account.summaryHour, profile.problem, hours)}
    <p class="actions"><button class="main" ?disabled=${profile.busy}>${t.save}</button></p>
  </form>`;

  function zoneOptions() {
    const all = zones();
    const chosen = state.profile.timeZone;
    return Object.fromEntries((all.includes(chosen) ? all : [chosen, ...all]).map(name => [name, name]));
  }

  /** A short name of a device, by the products in its user agent. */
  function device(agent) {
    const name = ["Edg", "OPR", "Firefox", "Chrome", "Safari", "curl"].find(it => agent?.includes(`${it}/`));
    const system = ["Android", "iPhone", "iPad", "Windows", "Mac OS X", "Linux"].find(it => agent?.includes(it));
    return name ? t.account.device({ Edg: "Edge", OPR: "Opera" }[name] ?? name, system) : agent || t.account.unknownDevice;
  }

  const sessionRow = it => html`<li class="row">
    <div class="what"><span class="name" title=${it.userAgent ?? ""}>${device(it.userAgent)}</span>
      <p class="meta">${it.current ? html`<strong>${t.account.thisSession}</strong>` : nothing}
        <span>${t.account.lastUsed(shown(it.lastUsedAt))}</span></p></div>
    <p class="steps">${it.current
      ? nothing
      : html`<button type="button" aria-label=${t.named(t.account.endSession, device(it.userAgent))}
          @click=${() => endSession(it)}>${t.account.endSession}</button>`}</p>
  </li>`;

  function start() {
    load();
    loadSessions();
  }

  start();
  return {
    title: t.account.title,
    template: () =>
      !profile.draft
        ? profile.problem
          ? alert(profile.problem, { again: start })
          : loading()
        : html`<div class="cards">
            <section class="card"><h2>${t.account.profile}</h2>${profileForm()}</section>
            <section class="card"><h2>${t.email}</h2>
              <p>${state.profile.email}</p>
              ${state.profile.emailVerified
                ? html`<p class="meta">${t.account.verified}</p>`
                : html`<p>${t.account.notVerified}</p>
                    <p class="actions"><button type="button" ?disabled=${other.busy} @click=${resend}>${t.account.resend}</button></p>`}
              <h2>${t.account.export}</h2><p>${t.account.exportText}</p>
              ${alert(other.problem)}
              <p class="actions"><button type="button" ?disabled=${other.busy} @click=${saveExport}>${t.account.exportButton}</button></p>
            </section>
            <section class="card"><h2>${t.account.changePassword}</h2>
              <form @submit=${changePassword}>
                ${alert(password.problem, { fields: ["currentPassword", "newPassword"] })}
                ${input(password.draft, "currentPassword", t.account.currentPassword, password.problem, { type: "password", autocomplete: "current-password", required: true })}
                ${input(password.draft, "newPassword", t.account.newPassword, password.problem, { type: "password", autocomplete: "new-password", required: true, hint: t.passwordRule })}
                <p class="actions"><button class="main" ?disabled=${password.busy}>${t.account.changePassword}</button></p>
              </form></section>
            <section class="card"><h2>${t.account.sessions}</h2>
              ${alert(sessions.problem, { again: loadSessions })}
              ${sessions.list ? html`<ul class="rows">${sessions.list.map(sessionRow)}</ul>` : sessions.problem ? nothing : loading()}
              <p class="actions"><button type="button" @click=${endAll}>${t.account.endAll}</button></p></section>
            <section class="card"><h2>${t.account.eraseTitle}</h2><p>${t.account.eraseText}</p>
              <form @submit=${erase}>
                ${alert(erasure.problem, { fields: ["password"] })}
                ${input(erasure.draft, "password", t.account.erasePassword, erasure.problem, { type: "password", autocomplete: "current-password", required: true })}
                <p class="actions"><button class="danger" ?disabled=${erasure.busy}>${t.account.erase}</button></p>
              </form></section>
          </div>`,
  };
}
