// What the object store holds, and the keys that sign.
import { html, nothing, svg } from "lit-html";
import { get, post, token } from "../api.js";
import { t } from "../texts.js";
import { say } from "../ui.js";
import { board, confirmed, drawn, mark } from "./operations-board.js";

const PAUSE = 10_000; // ms between readings of the keys

export function storage() {
  const texts = t.operations.storage;
  const stored = board(async () => (await get("/admin/storage")).json, 0);
  const keys = board(readKeys, PAUSE);
  let newest = null; // the id of the key of the last rotation

  /** Reads the published keys, and the id of the one that signed the newest token of this tab. */
  async function readKeys() {
    const published = (await get("/.well-known/jwks.json", { anonymous: true })).json.keys;
    const head = (await token()).split(".")[0].replace(/-/g, "+").replace(/_/g, "/");
    return { published, own: JSON.parse(atob(head)).kid };
  }

  async function rotate() {
    if (await confirmed(texts.keyName, texts.rotate)) {
      await keys.take("rotate", async () => {
        newest = (await post("/admin/keys/rotate")).json.kid;
        say(texts.rotated);
      });
    }
  }

  const parts = ({ objects, orphans }) => {
    const orphaned = objects > 0 ? (100 * orphans) / objects : 0;
    return svg`<svg class="share" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true"><rect class="rest" width="100" height="6"></rect><rect
      class="part" width=${objects > 0 ? 100 - orphaned : 0} height="6"></rect><rect class="orphaned" x=${100 - orphaned} width=${orphaned} height="6"></rect></svg>`;
  };

  const figures = it => html`${parts(it)}
    <dl class="figures">
      <dt>${texts.objects}</dt><dd>${t.number(it.objects)}</dd>
      <dt>${texts.bytes}</dt><dd>${t.bytes(it.bytes)}${it.bytes >= 1024 ? html` <span class="meta">${texts.exactly(it.bytes)}</span>` : nothing}</dd>
      <dt>${texts.orphans}</dt><dd>${it.orphans > 0 ? mark("warn", t.number(it.orphans)) : mark("good", texts.noOrphans)}</dd>
    </dl>
    <p class="hint">${texts.orphansHint} <a href="#/operations/schedules">${texts.sweep}</a></p>`;

  const key = ({ kid }, own) => html`<li class="row"><div class="what"><span class="id">${kid}</span>
    <p class="meta">${kid === newest
      ? mark("good", texts.signsNow)
      : kid === own
        ? mark(newest ? "busy" : "good", newest ? texts.verifies : texts.signed)
        : mark("off", texts.published)}</p></div></li>`;

  return {
    back: stored.load,
    close: () => {
      stored.close();
      keys.close();
    },
    template: () => html`<div class="cards">
      <section class="card"><h2>${texts.title}</h2>
        ${drawn(stored, figures)}
        <p class="actions"><button type="button" ?disabled=${stored.busy.has("count")} @click=${() => stored.take("count", () => {})}>${texts.count}</button></p></section>
      <section class="card"><h2>${texts.keys}</h2>
        <p class="hint">${texts.keysHint}</p>
        ${drawn(keys, read => html`<ul class="rows">${read.published.map(it => key(it, read.own))}</ul>`)}
        <p class="actions"><button type="button" class="danger" ?disabled=${keys.busy.has("rotate")} @click=${rotate}>${texts.rotate.action}</button></p></section>
    </div>`,
  };
}
