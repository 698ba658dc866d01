// An aggregate for auditors: its events, its state at each of them, and what the event changed.
import { html, nothing } from "lit-html";
import { live as current } from "lit-html/live.js";
import { get } from "../api.js";
import { stream } from "../sse.js";
import { t } from "../texts.js";
import { address, alert, changedLines, loading, update } from "../ui.js";
import { actor, around, ofAggregate, parts, time } from "./audit-log.js";

const AROUND = 100; // events that the list shows before and after the selected one
const STATES = 20; // states in memory

export function aggregate({ parameters: [id], query }) {
  let events = []; // the oldest first
  let at = null; // the index of the selected event
  let complete = false;
  let problem = null;
  let stateProblem = null;
  let stop = () => {};
  let closed = false;
  let shows = 0;
  const states = new Map(); // by version
  const view = {
    kind: "wide",
    title: t.audit.title,
    close: () => {
      closed = true;
      stop();
    },
    template,
  };

  async function load() {
    problem = null;
    events = [];
    update();
    try {
      await ofAggregate(id, part => {
        add(part);
        update();
      });
      complete = true;
      if (!closed && events.length > 0) {
        const wanted = query.has("version") ? events.findIndex(it => it.sequence === Number(query.get("version"))) : -1;
        show(wanted < 0 ? events.length - 1 : wanted);
        stop = stream(address("/audit/events/stream", { aggregateId: id }).slice(1), events.at(-1).position, arrive, (connected, failure) => {
          problem = failure ?? null;
          update();
        });
      }
    } catch (failure) {
      problem = failure;
    }
    update();
  }

  // Payloads are not kept: the states show their values.
  const add = part =>
    events.push(...part.map(({ position, sequence, type, aggregateType, occurredAt, actor }) => ({ position, sequence, type, aggregateType, occurredAt, actor })));

  function arrive({ data }) {
    const isNewest = at === events.length - 1;
    add([JSON.parse(data)]);
    if (isNewest) {
      show(events.length - 1);
    }
    update();
  }

  async function show(index) {
    const mine = ++shows;
    at = Math.max(0, Math.min(index, events.length - 1));
    stateProblem = null;
    const { sequence, aggregateType } = events[at];
    view.title = `${aggregateType}, ${t.audit.version(sequence)}`;
    history.replaceState(null, "", address(`/audit/aggregates/${id}`, { version: String(sequence) }));
    update();
    queueMicrotask(scroll);
    try {
      await Promise.all([state(sequence), at > 0 ? state(events[at - 1].sequence) : null]);
    } catch (failure) {
      if (mine === shows) {
        stateProblem = failure;
      }
    }
    update();
  }

  async function state(version) {
    if (!states.has(version)) {
      states.set(version, (await get(address(`/audit/aggregates/${id}`, { version: String(version) }).slice(1))).json.state);
      if (states.size > STATES) {
        states.delete(states.keys().next().value);
      }
    }
  }

  /** Shows the selected event in the list, and leaves the page where it is. */
  function scroll() {
    const list = document.querySelector(".stops");
    const selected = list?.querySelector("[aria-current]");
    if (selected) {
      list.scrollTop = selected.offsetTop - (list.clientHeight - selected.offsetHeight) / 2;
    }
  }

  function keys(event) {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (step) {
      event.preventDefault();
      show(at + step);
      setTimeout(() => document.querySelector(".stops [aria-current]")?.focus({ preventScroll: true }));
    }
  }

  const stopAt = (it, index) => html`<li><button type="button" class="line" aria-current=${index === at ? "step" : nothing} @click=${() => show(index)}>
    <span class="position">${it.sequence}</span>
    <span class="kind kind-${it.aggregateType}">${it.type}</span>
    <span class="time">${time(it.occurredAt)}</span>
  </button></li>`;

  const list = () => {
    const from = Math.max(0, at - AROUND);
    const to = Math.min(events.length, at + AROUND + 1);
    return html`<ol class="stops" aria-label=${t.audit.aggregate.events} @keydown=${keys}>
      ${from > 0 ? html`<li class="meta">${t.audit.aggregate.earlier(from)}</li>` : nothing}
      ${events.slice(from, to).map((it, i) => stopAt(it, from + i))}
      ${to < events.length ? html`<li class="meta">${t.audit.aggregate.later(events.length - to)}</li>` : nothing}
    </ol>`;
  };

  const steps = it => html`<div class="stepper">
    <button type="button" ?disabled=${at === 0} @click=${() => show(at - 1)}>${t.audit.aggregate.previous}</button>
    <input type="range" min="0" max=${Math.max(1, events.length - 1)} step="1" ?disabled=${events.length === 1} aria-label=${t.audit.aggregate.slider}
      .value=${current(String(at))} aria-valuetext=${t.audit.version(it.sequence)} @input=${event => show(Number(event.target.value))}>
    <button type="button" ?disabled=${at === events.length - 1} @click=${() => show(at + 1)}>${t.audit.aggregate.next}</button>
  </div>`;

  function shownState(it) {
    if (stateProblem) {
      // An event that cannot be read stays so.
      return alert(stateProblem, stateProblem.slug === "unreadable-event" ? {} : { again: () => show(at) });
    }
    const young = states.get(it.sequence);
    const old = at === 0 ? young : states.get(events[at - 1].sequence);
    if (!young || !old) {
      return loading();
    }
    const fields = compared(old, young);
    const changes = fields.filter(field => field.mark !== " ").length;
    return html`
      <p class="meta" role="status">${at === 0 ? t.audit.aggregate.first : changes === 0 ? t.audit.aggregate.same : t.audit.aggregate.changed(changes)}</p>
      ${JSON.stringify(young).includes('"[erased]"') ? html`<p class="notice">${t.audit.aggregate.erased}</p>` : nothing}
      <dl class="fields">${fields.map(row)}</dl>`;
  }

  function template() {
    const it = events[at];
    return html`
      ${parts()}
      ${alert(problem, { again: load })}
      ${it
        ? html`<div class="beside">
            <section aria-label=${t.audit.aggregate.events}>${list()}</section>
            <section class="stopped" aria-label=${t.audit.aggregate.state(it.sequence)}>
              ${steps(it)}
              <p class="bar"><strong class="kind kind-${it.aggregateType}">${it.type}</strong>
                <span class="meta">${time(it.occurredAt)}, ${actor(it)}</span>
                <span class="steps"><a href=${around(it.position)}>${t.audit.aggregate.inLog}</a>
                  <a href="#/audit/proof/${it.position}">${t.audit.prove}</a></span></p>
              <h2>${t.audit.aggregate.state(it.sequence)}</h2>
              ${shownState(it)}
            </section></div>`
        : problem
          ? nothing
          : complete
            ? html`<p class="empty">${t.audit.aggregate.missing}</p>`
            : loading()}`;
  }

  load();
  return view;
}

const row = ({ name, old, young, mark }) => html`<dt class=${mark === " " ? nothing : "changed"}>${name}</dt>
  <dd class="text">${mark === " "
    ? young
    : mark === "+"
      ? html`<span class="sign" aria-hidden="true">+</span><ins>${young}</ins>`
      : mark === "-"
        ? html`<span class="sign" aria-hidden="true">−</span><del>${old}</del>`
        : `${old}${young}`.includes("\n")
          ? changedLines(old, young)
          : html`<del>${old}</del> <span aria-hidden="true">→</span> <ins>${young}</ins>`}</dd>`;

/** Returns the fields of two states as { name, old, young, mark }, mark being " ", "+", "-" or "~". */
function compared(old, young) {
  const [before, after] = [flat(old), flat(young)];
  return [...new Set([...after.keys(), ...before.keys()])].map(name => {
    const [one, other] = [before.get(name), after.get(name)];
    const mark = one === other ? " " : one === undefined ? "+" : other === undefined ? "-" : "~";
    return { name, old: one, young: other, mark };
  });
}

/** Returns the values of a state as texts by their paths. An entry of a list is known by its id if it has one. */
function flat(value, path = "", all = new Map()) {
  if (Array.isArray(value) && value.some(it => typeof it === "object")) {
    value.forEach((it, i) => flat(it, `${path}[${it?.id ?? i}]`, all));
  } else if (Array.isArray(value)) {
    all.set(path, value.join(", ") || t.none);
  } else if (value !== null && typeof value === "object") {
    Object.entries(value).forEach(([name, it]) => flat(it, path ? `${path}.${name}` : name, all));
  } else {
    all.set(path, value === null || value === "" ? t.none : String(value));
  }
  return all;
}
