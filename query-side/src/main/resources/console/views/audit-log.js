// What the views of the audit share: reading the log and the tree heads, and the links between the views.
import { html, nothing } from "lit-html";
import { get } from "../api.js";
import { t } from "../texts.js";
import { address } from "../ui.js";
import { exact } from "../zone.js";

const PAGE = 200; // events in a request
const NARROW = 50; // positions that are read in any case
const REQUESTS = 3; // for a wider range of positions

let known = 0; // the position of an event, the newest one that was seen

const read = async (filters, after, limit = PAGE) =>
  (await get(address("/audit/events", { ...filters, after, limit }).slice(1))).json;

/** Returns the position of the newest event, 0 if there is none. */
export async function newest() {
  const next = async after => (await read({}, after, 1)).events[0]?.position;
  let low = known;
  let end = Infinity;
  for (let step = PAGE; end - low > PAGE; step *= 4) {
    const middle = end === Infinity ? low + step : Math.floor((low + end) / 2);
    const found = await next(middle);
    if (found) {
      low = found;
    } else {
      end = middle;
    }
  }
  known = (await read({}, low)).events.at(-1)?.position ?? low;
  return known;
}

/**
 * Returns the newest events before a position, the newest first, and whether there can be older ones. The
 * API lists the oldest first. So this reads ranges of positions backwards, wider ones where few events match.
 */
export async function before(filters, position, count) {
  const events = [];
  let width = count;
  let top = position;
  while (events.length < count && top > 1) {
    const after = Math.max(0, top - 1 - width);
    const found = await range(filters, after, top, width <= NARROW ? Infinity : REQUESTS);
    if (found) {
      events.push(...found.reverse());
      top = after + 1;
      width *= 4;
    } else {
      width = Math.ceil(width / 4);
    }
  }
  return { events: events.slice(0, count), more: top > 1 || events.length > count };
}

/** Returns the events between two positions; undefined if that takes too many requests. */
async function range(filters, after, top, most) {
  const events = [];
  let next = after;
  for (let requests = 0; next !== null && next < top - 1; requests++) {
    if (requests === most) {
      return undefined;
    }
    const page = await read(filters, next);
    events.push(...page.events.filter(it => it.position < top));
    next = page.next;
  }
  return events;
}

/** Reads all events of an aggregate, the oldest first, and calls back with each part. */
export async function ofAggregate(aggregateId, part) {
  for (let next = 0; next !== null; ) {
    const page = await read({ aggregateId }, next, 1000);
    part(page.events);
    next = page.next;
  }
}

/** Reads an answer as text in pieces, until the callback returns true. */
async function readUntil(path, headers, enough) {
  const response = await get(path, { raw: true, headers });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done || enough(value)) {
      reader.cancel();
      return;
    }
  }
}

/** Returns the newest tree heads, and reads no more of the list than it needs: a year has half a million. */
export async function heads(enough) {
  const all = [];
  let text = "";
  await readUntil("/audit/heads", {}, piece => {
    const parts = (text + piece).split("}");
    text = parts.pop();
    all.push(...parts.map(part => JSON.parse(`${part.slice(part.indexOf("{"))}}`)));
    return enough(all);
  });
  return all;
}

/** Returns the event at a position, with its stored bytes; undefined if there is none. */
export async function exported(position) {
  let text = "";
  const headers = { Accept: "application/x-ndjson" };
  await readUntil(address("/audit/events", { after: Math.max(0, position - 1) }).slice(1), headers, piece => {
    text += piece;
    return piece.includes("\n");
  });
  const event = text && JSON.parse(text.split("\n")[0]);
  return event?.position === position ? event : undefined;
}

export const time = instant => (instant ? exact(instant) : t.none);

export const actor = it => it.actor ?? t.audit.byProgram;

/** The links to the log and to the seal. */
export const parts = shown => html`<nav class="parts" aria-label=${t.audit.parts}>
  ${[["log", "/audit"], ["seal", "/audit/seal"]].map(
    ([name, path]) => html`<a href="#${path}" aria-current=${name === shown ? "page" : nothing}>${t.audit[name]}</a>`,
  )}
</nav>`;

/** The log with some events before and after a position. */
export const around = position => address("/audit", { before: position + 21, at: position });

/** A short form of a hash. */
export const brief = hash => hash.slice(0, 8);
