// The events that a projection could not handle: retrying and skipping them.
import { html, nothing } from "lit-html";
import { repeat } from "lit-html/repeat.js";
import { get, post, remove } from "../api.js";
import { t } from "../texts.js";
import { address, pages } from "../ui.js";
import { exact } from "../zone.js";
import { aggregate, board, confirmed, drawn, emptyPage, mark, step } from "./operations-board.js";

const PATH = "/operations/dead-letters";

export function deadLetters({ query }) {
  const number = query.get("page") ?? "";
  const letters = board(async () => (await get(address("/admin/dead-letters", { page: number }).slice(1))).json);
  const retried = new Map(); // attempts before the retry, by place
  const texts = t.operations.letters;

  // A letter that fails again is stored anew; the event of an aggregate that holds back the others is one.
  const place = it => `${it.processor} ${it.aggregateId}`;

  const retry = it =>
    letters.take(
      place(it),
      async () => {
        await post(`/admin/dead-letters/${it.id}/retry`);
        retried.set(place(it), it.attempts);
      },
      texts.retried,
    );

  async function skip(it) {
    if (await confirmed(it.type, texts.skip)) {
      await letters.take(place(it), () => remove(`/admin/dead-letters/${it.id}`), texts.skipped);
    }
  }

  function outcome(it) {
    const before = retried.get(place(it));
    return before === undefined ? nothing : before === it.attempts ? mark("busy", texts.waiting) : mark("bad", texts.again);
  }

  const row = it => html`<li class="row">
    <div class="what"><span class="name">${it.type}</span> ${outcome(it)}
      <p class="error">${it.error}</p>
      <p class="meta"><span>${texts.processor(it.processor)}</span> <span>${texts.position(it.position)}</span>
        <span>${texts.attempts(it.attempts)}</span> <span>${texts.failedAt(exact(it.failedAt))}</span></p>
      <p class="meta"><span>${texts.aggregate} ${aggregate(it.aggregateId)}</span></p></div>
    <p class="steps">${step(texts.retry, it.type, () => retry(it), letters.busy.has(place(it)))}
      ${step(texts.skip.action, it.type, () => skip(it), letters.busy.has(place(it)), "danger")}</p>
  </li>`;

  return {
    close: letters.close,
    template: () => html`<p class="hint">${texts.hint}</p>
      ${drawn(letters, ({ content, page }) =>
        content.length === 0
          ? emptyPage(page, texts.empty, `#${PATH}`)
          : html`<p class="total">${texts.count(page.totalElements)}</p>
              <ul class="rows">${repeat(content, place, row)}</ul>
              ${pages(page, to => address(PATH, { page: to || "" }))}`,
      )}`,
  };
}
