// The schedules: their runs and outcomes, and running them by hand.
import { html } from "lit-html";
import { get, post } from "../api.js";
import { t } from "../texts.js";
import { exact, relative } from "../zone.js";
import { board, confirmed, drawn, mark, step, table } from "./operations-board.js";

export function schedules() {
  const all = board(async () => (await get("/admin/schedules")).json);
  const awaited = new Map(); // the run before the one that was asked for, by name
  const texts = t.operations.schedules;

  async function run({ name, lastRun }) {
    // Mails cannot be taken back.
    if (!(name in texts.effects) || (await confirmed(name, { ...texts.confirm, text: texts.effects[name] }))) {
      await all.take(
        name,
        async () => {
          await post(`/admin/schedules/${name}/run`);
          awaited.set(name, lastRun);
        },
        texts.started(name),
      );
    }
  }

  const runs = it => awaited.has(it.name) && awaited.get(it.name) === it.lastRun;
  const when = instant => html`${relative(instant)}<span class="meta">${exact(instant)}</span>`;

  const outcome = it =>
    runs(it)
      ? mark("busy", texts.running)
      : it.lastOutcome
        ? mark(it.lastOutcome === "FAILED" ? "bad" : "good", texts.outcomes[it.lastOutcome] ?? it.lastOutcome)
        : mark("off", texts.never);

  const row = it => html`<tr>
    <th scope="row">${it.name}<span class="meta">${texts.does[it.name] ?? ""}</span></th>
    <td>${outcome(it)}</td>
    <td>${it.lastRun ? when(it.lastRun) : t.none}</td>
    <td>${when(it.nextRun)}</td>
    <td>${step(texts.run, it.name, () => run(it), all.busy.has(it.name) || runs(it))}</td>
  </tr>`;

  return {
    close: all.close,
    template: () =>
      drawn(all, read => table(t.operations.parts.schedules, ["name", "lastOutcome", "lastRun", "nextRun", ""], read, it => it.name, row)),
  };
}
