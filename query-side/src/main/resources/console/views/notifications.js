// The notifications of the user, newest first; new ones appear by themselves.
import { html, nothing } from "lit-html";
import { repeat } from "lit-html/repeat.js";
import { get, post } from "../api.js";
import { countUnread, live, onLive } from "../live.js";
import { t } from "../texts.js";
import { address, alert, loading, pages, update } from "../ui.js";
import { exact } from "../zone.js";

export function notifications({ query }) {
  const unread = query.get("unread") === "true" ? "true" : "";
  const number = query.get("page") ?? "";
  let page = null;
  let problem = null;
  const at = changed => address("/notifications", { unread, ...changed });

  async function load() {
    try {
      page = (await get(address("/notifications", { unread, page: number }).slice(1))).json;
      problem = null;
    } catch (failure) {
      problem = failure;
    }
    update();
  }

  const stop = onLive(message => message && number === "" && load());

  async function mark(action) {
    try {
      await action();
      await Promise.all([load(), countUnread()]);
    } catch (failure) {
      problem = failure;
      update();
    }
  }

  const link = ({ type, resource }) =>
    `#/${resource.kind.toLowerCase()}s/${resource.id}${type.endsWith("Deleted") ? "/history" : ""}`;

  const entry = it => html`<li class="row ${it.read ? "" : "unread"}">
    <div class="what">
      <span>${it.read ? nothing : html`<span class="dot" role="img" aria-label=${t.notifications.isUnread}></span>`}${t.types[it.type] ?? it.type}:</span>
      <a class="name" href=${link(it)} @click=${() => it.read || post(`/notifications/${it.id}/read`).then(countUnread, () => {})}>${it.resource.title}</a>
      <p class="meta"><span>${t.version(it.resource.version)}</span> <span>${exact(it.occurredAt)}</span></p>
    </div>
    <p class="steps">${it.read
      ? nothing
      : html`<button type="button" aria-label=${t.named(t.notifications.read, `${t.types[it.type]}: ${it.resource.title}`)}
          @click=${() => mark(() => post(`/notifications/${it.id}/read`))}>${t.notifications.read}</button>`}</p>
  </li>`;

  function rows() {
    if (!page) {
      return problem ? nothing : loading();
    }
    if (page.content.length === 0) {
      return html`<p class="empty">${unread ? t.notifications.noneUnread : t.notifications.empty}</p>`;
    }
    return html`<ul class="rows">${repeat(page.content, it => it.id, entry)}</ul>${pages(page.page, to => at({ page: to || "" }))}`;
  }

  load();
  return {
    title: t.notifications.title,
    back: load,
    close: stop,
    template: () => html`<p class="toolbar">
        ${unread
          ? html`<a href=${address("/notifications")}>${t.notifications.showAll}</a>`
          : html`<a href=${address("/notifications", { unread: "true" })}>${t.notifications.showUnread}</a>`}
        <button type="button" ?disabled=${live.unread === 0} @click=${() => mark(() => post("/notifications/read-all"))}>${t.notifications.readAll}</button>
        <span class="meta">${live.connected ? t.live : t.notLive}</span>
      </p>
      ${alert(problem, { again: load })} ${rows()}`,
  };
}
