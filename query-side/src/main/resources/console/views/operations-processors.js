// The processors: their lag as a chart, their states, and replays of their read models.
import { html, nothing } from "lit-html";
import { t } from "../texts.js";
import { confirmed, drawn, mark, step, table } from "./operations-board.js";
import { chart, peak, swatch } from "./operations-lag.js";
import { isReplayed, replayList, startReplay } from "./operations-replays.js";

const COLUMNS = ["name", "side", "state", "position", "lag", "peak", "rate", "segments", "owners", "deadLetters", ""];

export function processors({ watched }) {
  let lag = null;

  function lagOf(all) {
    const names = all.map(it => it.name);
    if (lag?.names.join() !== names.join()) {
      lag?.close();
      lag = chart(names);
    }
    queueMicrotask(() => lag.draw());
    return lag.template();
  }

  async function replay(name) {
    if (await confirmed(name, t.operations.replay)) {
      await watched.take(name, () => startReplay(name), t.operations.replay.done(name));
    }
  }

  const states = t.operations.states;
  const state = it =>
    it.error
      ? mark("bad", states.failing)
      : it.owners.length === 0
        ? mark("bad", states.unowned)
        : it.lag === 0
          ? mark("good", states.current)
          : it.eventsPerSecond > 0
            ? mark("busy", states.catching)
            : mark("warn", states.behind);

  const row = (it, index) => html`<tr>
    <th scope="row">${swatch(index)}${it.name}</th>
    <td>${it.side}</td>
    <td>${state(it)}${it.error ? html`<p class="error">${it.error}</p>` : nothing}</td>
    <td class="number">${t.number(it.position)}</td>
    <td class="number">${t.number(it.lag)}</td>
    <td class="number">${t.number(peak(it.name))}</td>
    <td class="number">${t.rate(it.eventsPerSecond)}</td>
    <td class="number">${it.segments}</td>
    <td class="owners">${it.owners.length > 0 ? it.owners.map(owner => html`<div>${owner}</div>`) : t.none}</td>
    <td class="number">${it.deadLetters > 0 ? html`<a href="#/operations/dead-letters">${t.number(it.deadLetters)}</a>` : 0}</td>
    <td>${it.replayable
      ? step(t.operations.replay.action, it.name, () => replay(it.name), watched.busy.has(it.name) || isReplayed(it.name))
      : nothing}</td>
  </tr>`;

  return {
    close: () => lag?.close(),
    template: () =>
      drawn(
        watched,
        all => html`<p class="total">${t.operations.head(all[0]?.head ?? 0)}</p>
          ${lagOf(all)} ${replayList(watched)}
          ${table(t.operations.parts.processors, COLUMNS, all, it => it.name, row)}`,
      ),
  };
}
