// The log of all events for auditors: filtered, and live at its end.
import { html, nothing } from "lit-html";
import { repeat } from "lit-html/repeat.js";
import { get } from "../api.js";
import { t } from "../texts.js";
import { address, alert, go, input, loading, submit, update } from "../ui.js";
import { exact, fromInput, toInput, zoneName } from "../zone.js";

const SIZE = 100; // events in a request
const PAUSE = 2000; // ms between looks for new events
const DAY = 86_400_000;
const NAMES = ["type", "aggregateType", "aggregateId", "actor", "correlationId", "from", "to"];

export function audit({ query }) {
  const draft = Object.fromEntries(NAMES.map(name => [name, query.get(name) ?? ""]));
  draft.from ||= toInput(new Date(Date.now() - DAY).toISOString());
  const filters = { ...draft, from: fromInput(draft.from), to: fromInput(draft.to) };
  let events = [];
  let next = 0; // the position after which the next part begins
  let atEnd = false;
  let problem = null;
  let timer = null;
  let closed = false;

  async function load() {
    clearTimeout(timer);
    try {
      const part = (await get(address("/audit/events", { ...filters, after: next || "", limit: SIZE }).slice(1))).json;
      events = [...events, ...part.events];
      next = part.events.at(-1)?.position ?? next;
      atEnd = part.next === null;
      problem = null;
    } catch (failure) {
      problem = failure;
    }
    if (!closed) {
      update();
      timer = setTimeout(() => atEnd && load(), PAUSE);
    }
  }

  const filter = submit(() => go(address("/audit", draft)));

  const entry = it => html`<tr>
    <td>${it.position}</td>
    <td>${exact(it.occurredAt)}</td>
    <td>${it.type}</td>
    <td><a href=${address("/audit", { ...draft, aggregateId: it.aggregateId })}>${it.aggregateType}</a> ${it.sequence}</td>
    <td><details><summary>${t.audit.payload}</summary>
      ${it.unreadable ? html`<p>${it.unreadable}</p>` : html`<pre>${JSON.stringify(it.payload, null, 2)}</pre>`}
      <dl><dt>${t.audit.aggregateId}</dt><dd>${it.aggregateId}</dd><dt>${t.audit.actor}</dt><dd>${it.actor ?? t.none}</dd>
        <dt>${t.audit.correlationId}</dt><dd>${it.correlationId ?? t.none}</dd></dl></details></td>
  </tr>`;

  load();
  return {
    kind: "wide",
    title: t.audit.title,
    close: () => {
      closed = true;
      clearTimeout(timer);
    },
    template: () => html`
      <form class="toolbar" role="search" @submit=${filter}>
        ${["type", "aggregateType", "aggregateId", "actor", "correlationId"].map(name => input(draft, name, t.audit[name], problem))}
        ${["from", "to"].map(name => input(draft, name, t.audit[name], problem, { type: "datetime-local", hint: t.tasks.zone(zoneName()) }))}
        <p class="actions"><button class="main">${t.audit.filter}</button></p>
      </form>
      ${alert(problem, { fields: NAMES, again: load })}
      ${events.length === 0
        ? atEnd
          ? html`<p class="empty">${t.audit.empty}</p>`
          : problem
            ? nothing
            : loading()
        : html`<div class="scroll" tabindex="0" role="region" aria-label=${t.audit.title}><table>
            <thead><tr>${["position", "time", "type", "aggregate", "payload"].map(name => html`<th scope="col">${t.audit[name]}</th>`)}</tr></thead>
            <tbody>${repeat(events, it => it.position, entry)}</tbody>
          </table></div>
          ${atEnd
            ? html`<p class="meta">${t.audit.atEnd}</p>`
            : html`<p class="actions"><button type="button" @click=${load}>${t.audit.more}</button></p>`}`}`,
  };
}
